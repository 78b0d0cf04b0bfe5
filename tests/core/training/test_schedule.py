"""The schedule that is drawn before a training is the one that the Trainer follows."""

from __future__ import annotations

import pytest
import torch
from transformers import get_scheduler

from core.config import RunConfig, TrainingConfig
from core.training.schedule import learning_rate, warmup_steps

TOTAL = 50
KINDS = ("linear", "cosine", "constant", "constant_with_warmup", "polynomial")


def training(**changes: object) -> TrainingConfig:
    return RunConfig().replace({f"training.{name}": value for name, value in changes.items()}).training


@pytest.mark.parametrize("warmup", [0.0, 0.1, 7.0])
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_librarys_own(kind: str, warmup: float) -> None:
    asked = training(lr_scheduler_type=kind, warmup_steps=warmup, learning_rate=1e-3)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=asked.learning_rate)
    steps = warmup_steps(asked, TOTAL)
    theirs = get_scheduler(kind, optimizer, num_warmup_steps=steps, num_training_steps=TOTAL)
    for step in range(TOTAL):
        assert learning_rate(asked, step, TOTAL) == pytest.approx(theirs.get_last_lr()[0], abs=1e-12)
        optimizer.step()
        theirs.step()


def test_a_share_of_the_steps_is_rounded_up_as_the_trainer_does(tmp_path: object) -> None:
    from transformers import TrainingArguments

    for share in (0.0, 0.05, 0.1, 0.33):
        arguments = TrainingArguments(output_dir=str(tmp_path), warmup_steps=share, use_cpu=True)
        assert warmup_steps(training(warmup_steps=share), 37) == arguments.get_warmup_steps(37)
