"""A frozen encoder read once: what it makes of each review is kept, and only the head trains on that.

The encoder's answer to a review is one vector, the one its head reads: the first token's, or the mean of all where
the model pools so. While a run trains, the encoder passes that vector on in place of reading the review again.
The model stays whole: its files are those of any other run. Knows classifiers of transformers; knows no Trainer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import MethodType
from typing import Any

import numpy as np
import torch

from core.errors import ModelError
from core.messages import Message
from core.models.batches import token_batches

# How far apart the scores of both ways may lie: rounding, of bf16 at most.
TOLERANCE = 0.05


def encode_once(
    model: Any,
    ids: Sequence[Sequence[int]],
    lengths: np.ndarray,
    collate: Callable[[list[dict[str, Any]]], Any],
    *,
    most_tokens: int,
    before_batch: Callable[[], object] = lambda: None,
) -> np.ndarray:
    """What the encoder makes of each review.

    Args:
        model: a classifier; its encoder is used as it is.
        ids: N lists of token ids.
        lengths: their N lengths.
        collate: pads a list of rows to tensors.
        most_tokens: padded tokens read at once.
        before_batch: called before each batch; what it raises ends the work.

    Returns:
        float32 (N, H).
    """
    model.eval()
    found = np.empty((len(lengths), model.config.hidden_size), dtype=np.float32)
    with torch.inference_mode():
        for rows in token_batches(lengths, most_tokens=most_tokens, most_rows=len(lengths)):
            before_batch()
            batch = collate([{"input_ids": ids[row]} for row in rows]).to(model.device)
            hidden = model.base_model(**batch).last_hidden_state  # (B, T, H)
            if getattr(model.config, "classifier_pooling", "cls") == "mean":
                weights = batch["attention_mask"][..., None].to(hidden.dtype)  # (B, T, 1)
                pooled = (hidden * weights).sum(1) / weights.sum(1)  # (B, H)
            else:
                pooled = hidden[:, 0]  # (B, H)
            found[rows] = pooled.float().cpu().numpy()
    return found


def freeze(model: Any) -> None:
    """Let a classifier's encoder learn nothing and drop nothing, as if it had read every review once."""
    base = model.base_model
    _learn_pooler_only(base)
    base.eval()
    # The Trainer puts the whole model into training mode before each step.
    base.train = lambda mode=True: base


def pass_vectors_through(model: Any) -> None:
    """Freeze a classifier's encoder and let it pass on `inputs_embeds` (B, 1, H) as its answer.

    Raises:
        ModelError: the head of this model reads something else.
    """
    base = model.base_model
    pooler = _learn_pooler_only(base)
    whole = base.forward

    def forward(self: Any, input_ids: Any = None, *args: Any, inputs_embeds: Any = None, **others: Any) -> Any:
        if inputs_embeds is None:
            return whole(input_ids, *args, **others)
        from transformers.modeling_outputs import BaseModelOutputWithPooling

        pooled = None if pooler is None else pooler(inputs_embeds)  # (B, H)
        return BaseModelOutputWithPooling(last_hidden_state=inputs_embeds, pooler_output=pooled)

    base.forward = MethodType(forward, base)


def _learn_pooler_only(base: Any) -> Any:
    """Freeze an encoder but for its pooler, which belongs to the head and is returned; None where there is none."""
    base.requires_grad_(False)
    pooler = getattr(base, "pooler", None)
    if pooler is not None:
        pooler.requires_grad_(True)
    return pooler


def check_same_scores(model: Any, ids: Sequence[int], vector: np.ndarray) -> None:
    """See that a review scores the same whether the encoder reads it or passes its vector through.

    Args:
        model: a classifier after `pass_vectors_through`.
        ids: the token ids of one review.
        vector: what `encode_once` found for it, (H,).

    Raises:
        ModelError: it does not; this kind of model can't be trained so.
    """
    model.eval()
    with torch.inference_mode():
        tokens = torch.tensor([list(ids)], device=model.device)  # (1, T)
        read_again = model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).logits  # (1, K)
        try:
            shortcut = model(**model_inputs(torch.from_numpy(vector[None]).to(model.device))).logits  # (1, K)
        except (AttributeError, IndexError, RuntimeError, TypeError, ValueError) as error:
            raise _unfit(model) from error
    if not torch.allclose(read_again.float(), shortcut.float(), atol=TOLERANCE, rtol=TOLERANCE):
        raise _unfit(model)


def model_inputs(vectors: torch.Tensor) -> dict[str, torch.Tensor]:
    """Vectors (B, H) as a classifier's keyword arguments, each like a review of one token."""
    ones = torch.ones(len(vectors), 1, dtype=torch.long, device=vectors.device)
    return {"inputs_embeds": vectors[:, None], "attention_mask": ones}


def collate(rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
    """Rows with `inputs_embeds` (H,) and `label` to a batch."""
    vectors = torch.from_numpy(np.stack([row["inputs_embeds"] for row in rows]))  # (B, H)
    labels = torch.tensor([row["label"] for row in rows])  # (B,)
    return {**model_inputs(vectors), "labels": labels}


class Vectors(torch.utils.data.Dataset[dict[str, Any]]):
    """Rows of `inputs_embeds` (H,) and `label`, as a Trainer reads them.

    Args:
        vectors: float32 (N, H).
        labels: int64 (N,).
    """

    def __init__(self, vectors: np.ndarray, labels: np.ndarray) -> None:
        self._vectors, self._labels = vectors, labels

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {"inputs_embeds": self._vectors[index], "label": int(self._labels[index])}


def _unfit(model: Any) -> ModelError:
    return ModelError(
        Message(
            "The head of {model} does not read one vector a review, so it can't be trained alone.",
            model=type(model).__name__,
        ),
        Message("Set model.freeze_encoder to false, or choose another model."),
    )
