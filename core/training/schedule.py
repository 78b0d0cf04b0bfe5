"""The learning rate of a step, as the Trainer's schedules compute it, without torch: for a picture before the training.

A test compares every schedule with the library's own.

Source: https://huggingface.co/docs/transformers/main_classes/optimizer_schedules
"""

from __future__ import annotations

import math

from core.config import TrainingConfig

# The library's polynomial schedule ends here, at power 1.
POLYNOMIAL_END = 1e-7


def warmup_steps(training: TrainingConfig, total_steps: int) -> int:
    """Steps of rising learning rate; a setting below 1 is a share of all steps."""
    asked = training.warmup_steps
    return math.ceil(total_steps * asked) if asked < 1 else int(asked)


def learning_rate(training: TrainingConfig, step: int, total_steps: int) -> float:
    """The learning rate of a step, 0..total_steps."""
    peak, kind = training.learning_rate, training.lr_scheduler_type
    if kind == "constant":
        return peak
    warmup = warmup_steps(training, total_steps)
    if step < warmup:
        return peak * step / warmup
    if kind == "constant_with_warmup":
        return peak
    done = min(1.0, (step - warmup) / max(1, total_steps - warmup))
    if kind == "cosine":
        return peak * 0.5 * (1 + math.cos(math.pi * done))
    if kind == "polynomial":
        return (peak - POLYNOMIAL_END) * (1 - done) + POLYNOMIAL_END
    return peak * (1 - done)
