"""Dropout that spends little on its random numbers.

PyTorch draws a random number for every element, one after the other, which costs several times what the rest of
dropout does. This one draws 64 bits at a time and takes 16 of them for each element, from the same generator, so that
seeds and checkpoints work as ever. The share that is dropped is the one asked for, rounded to 1/65,536.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

STEPS = 1 << 16


class FastDropout(nn.Dropout):
    """`nn.Dropout` for a processor."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if not self.training or not 0 < self.p < 1:
            return super().forward(input)
        dropped = min(max(round(self.p * STEPS), 1), STEPS - 1)
        # Whole numbers of -32,768 to 32,767, all equally likely, four to each word that is drawn.
        count = input.numel()
        words = torch.empty(-(-count // 4), dtype=torch.int64, device=input.device).random_(-(2**63), None)
        draws = words.view(torch.int16)[:count].view(input.shape)
        keep = draws >= dropped - STEPS // 2
        kept: torch.Tensor = _Masked.apply(input, keep, STEPS / (STEPS - dropped))  # type: ignore[no-untyped-call]
        return kept


def install(model: nn.Module) -> None:
    """Put it in the place of every `nn.Dropout` of a model that drops anything."""
    for module in list(model.modules()):
        for name, child in module.named_children():
            if type(child) is nn.Dropout and child.p > 0:
                setattr(module, name, FastDropout(child.p))


class _Masked(torch.autograd.Function):
    """Elements where `keep` is true, times `scale`; keeps one byte an element for the backward pass."""

    @staticmethod
    def forward(context: Any, input: torch.Tensor, keep: torch.Tensor, scale: float) -> torch.Tensor:
        context.save_for_backward(keep)
        context.scale = scale
        return (input * keep).mul_(scale)

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> Any:
        (keep,) = context.saved_tensors
        return (gradients[0] * keep).mul_(context.scale), None, None
