"""Attention as plain matrix products, for processors that multiply bf16 natively.

PyTorch's flash kernel for processors multiplies bf16 in small blocks of its own and spends most of its time in the
backward pass; the same attention as two batched products and a softmax uses the library's bf16 products and took a
quarter of the time at 160 tokens (docs/benchmarks.md). Scores are rounded to bf16 before the softmax, as in any bf16
attention written out. Knows transformers' attention interface; knows no model. What does not fit (fp32, another
device, very long reviews, attention of another kind) goes to PyTorch's own kernel.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import dropout as drop
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, eager_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

NAME = "starboard_products"
# Scores kept for the backward pass, batch x heads x tokens that ask x tokens: 128 MB a layer in bf16. Flash keeps none.
MOST_SCORES = 1 << 26


def install(model: Any) -> None:
    """Let a model's attention run as products, if it is one that would run PyTorch's kernel.

    Source: https://huggingface.co/docs/transformers/attention_interface
    """
    if model.config._attn_implementation != "sdpa":
        return

    def additive_mask(*args: Any, **options: Any) -> Any:
        return eager_mask(*args, **{**options, "dtype": torch.bfloat16})  # (B, 1, T, T)

    ALL_ATTENTION_FUNCTIONS.register(NAME, attend)
    ALL_MASK_ATTENTION_FUNCTIONS.register(NAME, additive_mask)
    model.set_attn_implementation(NAME)


def attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    is_causal: bool | None = None,
    **others: Any,
) -> tuple[torch.Tensor, None]:
    """Attention of one layer.

    Args:
        query: (B, H, Q, D) of the tokens that ask, Q = T or 1.
        key, value: (B, H, T, D).
        attention_mask: added to the scores, (B, 1, Q, T), or None where nothing is masked.

    Returns:
        what was attended to, (B, Q, H, D), and no weights.
    """
    if not _fits(module, query, key, attention_mask, is_causal, others):
        mask = None if attention_mask is None else attention_mask.to(query.dtype)
        passed: tuple[torch.Tensor, None] = sdpa_attention_forward(
            module, query, key, value, mask, dropout=dropout, scaling=scaling, is_causal=is_causal, **others
        )
        return passed
    scale = query.shape[-1] ** -0.5 if scaling is None else scaling
    # The heads of a projection lie interleaved; products of whole matrices are several times as fast.
    query, key, value = (query * scale).contiguous(), key.contiguous(), value.contiguous()
    if dropout:
        scores = torch.matmul(query, key.transpose(2, 3))  # (B, H, Q, T)
        weights = torch.softmax(scores if attention_mask is None else scores.add_(attention_mask), dim=-1)
        attended = torch.matmul(drop(weights, dropout), value)  # (B, H, Q, D)
    else:
        attended = _Attention.apply(query, key, value, attention_mask)  # type: ignore[no-untyped-call]
    return attended.transpose(1, 2).contiguous(), None


class _Attention(torch.autograd.Function):
    """Scores, mask, softmax and products with one table of (B, H, Q, T) each way, where autograd would fill four."""

    @staticmethod
    def forward(
        context: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None
    ) -> torch.Tensor:
        weights = torch.matmul(query, key.transpose(2, 3))  # (B, H, Q, T)
        if mask is not None:
            weights.add_(mask)
        torch.softmax(weights, dim=-1, out=weights)
        context.save_for_backward(query, key, value, weights)
        return torch.matmul(weights, value)  # (B, H, Q, D)

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> Any:
        query, key, value, weights = context.saved_tensors
        attended = gradients[0].contiguous()  # (B, H, Q, D)
        scores = torch.matmul(attended, value.transpose(2, 3))  # (B, H, Q, T)
        torch.ops.aten._softmax_backward_data.out(scores, weights, -1, weights.dtype, grad_input=scores)
        return (
            torch.matmul(scores, key),
            torch.matmul(scores.transpose(2, 3), query),
            torch.matmul(weights.transpose(2, 3), attended),
            None,
        )


def _fits(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    mask: torch.Tensor | None,
    is_causal: bool | None,
    others: dict[str, Any],
) -> bool:
    batch, heads, asking, width = query.shape
    tokens = key.shape[2]
    causal = getattr(module, "is_causal", True) if is_causal is None else is_causal
    return (
        query.dtype is torch.bfloat16
        and query.device.type == "cpu"
        and key.shape == (batch, heads, tokens, width)
        and batch * heads * asking * tokens <= MOST_SCORES
        and not (causal and mask is None)
        and others.get("position_bias") is None
    )
