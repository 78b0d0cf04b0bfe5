"""Exceptions of libraries and the system become errors with advice."""

from __future__ import annotations

import errno

import pytest
import torch

from core.config import RunConfig
from core.errors import DataError, StarboardError, StorageError, TrainingError
from core.training.failures import explain


@pytest.mark.parametrize(
    ("error", "kind", "message", "advice"),
    [
        (MemoryError(), TrainingError, "Memory ran out", "batch size from 8 to 4"),
        (torch.OutOfMemoryError("CUDA out of memory"), TrainingError, "Memory ran out", "accumulation 2"),
        (RuntimeError("DefaultCPUAllocator: not enough memory"), TrainingError, "Memory ran out", "batch size"),
        (OSError(errno.ENOSPC, "No space left"), StorageError, "disk is full", "Free some space"),
        (PermissionError(errno.EACCES, "Denied", "/x"), StorageError, "/x cannot be written", "permissions"),
        (KeyError("a"), TrainingError, "unexpected KeyError", "error.log"),
    ],
)
def test_each_says_what_happened_and_what_to_do(
    error: Exception, kind: type[StarboardError], message: str, advice: str
) -> None:
    found = explain(error, RunConfig())
    assert type(found) is kind
    assert message in found.message
    assert advice in found.advice


def test_our_own_errors_pass_unchanged() -> None:
    error = DataError("a", "b")
    assert explain(error, RunConfig()) is error


def test_with_a_batch_of_one_reviews_are_shortened() -> None:
    config = RunConfig().replace({"training.per_device_train_batch_size": 1})
    assert "from 256 to 128 tokens" in explain(MemoryError(), config).advice
