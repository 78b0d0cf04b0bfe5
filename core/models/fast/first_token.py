"""The last layer of an encoder for the first token alone, where the head reads nothing else.

A layer computes every token because the next one reads them all. Of the last layer's answers the head of BERT and its
kin reads the first token's, so that its query, its attention and its feed-forward products suffice; keys and values
still come from every token. Scores and gradients stay the same, up to the order of sums. Knows how the layers of BERT
and DistilBERT are built; whether the head reads the first token only is seen by scoring both ways.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

import torch
from torch import nn
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

# How far apart the scores of both ways may lie: the order of sums, in float32.
TOLERANCE = 1e-4


def install(model: Any) -> None:
    """Let the last layer of a classifier compute its first token only, if its scores stay what they are.

    Args:
        model: in float32, before its attention is replaced.
    """
    stacks = (getattr(module, "layer", None) for module in model.modules())
    layer: Any = next((stack[-1] for stack in stacks if isinstance(stack, nn.ModuleList) and len(stack)), None)
    own = getattr(layer, "attention", None)
    if _has(layer, "feed_forward_chunk") and _has(getattr(own, "self", None), "query", "key", "value"):
        narrow = _like_bert
    elif _has(layer, "ffn") and _has(own, "q_lin", "k_lin", "v_lin"):
        narrow = _like_distilbert
    else:
        return
    if model.config._attn_implementation != "sdpa":
        return
    whole = _scores(model)  # (2, K)
    layer.forward = MethodType(narrow, layer)
    try:
        same = torch.allclose(_scores(model), whole, atol=TOLERANCE, rtol=TOLERANCE)
    except (AttributeError, IndexError, RuntimeError, TypeError, ValueError):
        # The head reads something else besides, or the layer is built in another way.
        same = False
    if not same:
        del layer.forward


def _like_bert(layer: Any, hidden: torch.Tensor, mask: torch.Tensor | None = None, *_: Any, **__: Any) -> torch.Tensor:
    """The forward pass of a layer for its first token, (B, T, H) to (B, 1, H)."""
    own, first = layer.attention.self, hidden[:, :1]  # (B, 1, H)
    attended = _attended(own, own.query(first), own.key(hidden), own.value(hidden), mask)  # (B, 1, H)
    answer: torch.Tensor = layer.feed_forward_chunk(layer.attention.output(attended, first))
    return answer


def _like_distilbert(
    layer: Any, hidden: torch.Tensor, mask: torch.Tensor | None = None, *_: Any, **__: Any
) -> torch.Tensor:
    """The same for layers that are built as DistilBERT's are."""
    own, first = layer.attention, hidden[:, :1]  # (B, 1, H)
    attended = own.out_lin(_attended(own, own.q_lin(first), own.k_lin(hidden), own.v_lin(hidden), mask))
    attended = layer.sa_layer_norm(attended + first)
    answer: torch.Tensor = layer.output_layer_norm(layer.ffn(attended) + attended)
    return answer


def _attended(
    module: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None
) -> torch.Tensor:
    """What a projected query (B, 1, H) attends to among T tokens, (B, 1, H)."""
    width = module.attention_head_size
    # (B, heads, 1 or T, width)
    by_head = (each.view(*each.shape[:2], -1, width).transpose(1, 2) for each in (query, key, value))
    attended, _ = ALL_ATTENTION_FUNCTIONS[module.config._attn_implementation](
        module,
        *by_head,
        None if mask is None else mask[:, :, :1],  # (B, 1, 1, T)
        dropout=module.dropout.p if module.training else 0.0,
        scaling=module.scaling,
    )
    together: torch.Tensor = attended.flatten(2)
    return together


def _scores(model: Any) -> torch.Tensor:
    """Logits (2, K) of two short rows of any tokens, one of them padded."""
    words = model.get_input_embeddings()  # (V, D)
    ids = torch.arange(2, 18, device=words.weight.device).view(2, 8) % words.num_embeddings
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    training = model.training
    model.eval()
    with torch.no_grad():
        logits: torch.Tensor = model(input_ids=ids, attention_mask=mask).logits
    model.train(training)
    return logits


def _has(thing: Any, *names: str) -> bool:
    return all(hasattr(thing, name) for name in names)
