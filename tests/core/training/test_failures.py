"""Exceptions of libraries and the system become errors with advice."""

from __future__ import annotations

import errno

import pytest
import torch

from core.config import RunConfig
from core.errors import (
    DataError,
    DiskFull,
    NoPermission,
    OutOfMemoryError,
    ProcessLost,
    ReadOnly,
    StarboardError,
    TrainingError,
)
from core.messages import Message
from core.training import distributed
from core.training.failures import explain, report


@pytest.mark.parametrize(
    ("error", "kind", "message", "advice"),
    [
        (MemoryError(), OutOfMemoryError, "Memory ran out", "batch size from 8 to 4"),
        (torch.OutOfMemoryError("CUDA out of memory"), OutOfMemoryError, "Memory ran out", "accumulation from 1 to 2"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), OutOfMemoryError, "Memory ran out", "batch size"),
        (OSError(errno.ENOSPC, "No space left"), DiskFull, "disk is full", "Free some space"),
        (OSError(errno.EDQUOT, "Quota exceeded"), DiskFull, "disk is full", "Free some space"),
        (OSError(errno.EROFS, "Read-only", "/x"), ReadOnly, "/x cannot be written", "Mount it"),
        (PermissionError(errno.EACCES, "Denied", "/x"), NoPermission, "/x cannot be written", "permissions"),
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
    error = DataError(Message("a"), Message("b"))
    assert explain(error, RunConfig()) is error


def test_with_a_batch_of_one_reviews_are_shortened() -> None:
    config = RunConfig().replace({"training.per_device_train_batch_size": 1})
    assert "from 256 to 128 tokens" in explain(MemoryError(), config).advice


@pytest.mark.parametrize(
    ("batch", "tokens", "advice"),
    [
        (32, 512, "batch size from 32 to 2 and raise gradient accumulation from 1 to 16"),
        (7, 64, "batch size from 7 to 1 and raise gradient accumulation from 1 to 7"),
        (8, 2048, "longest review from 2048 to 1024"),
    ],
)
def test_a_batch_that_was_trained_in_parts_already_must_be_smaller_than_a_part(
    batch: int, tokens: int, advice: str
) -> None:
    config = RunConfig().replace({"training.per_device_train_batch_size": batch, "data.max_length": tokens})
    assert advice in explain(MemoryError(), config).advice


def test_memory_that_runs_out_while_evaluating_asks_for_smaller_evaluation_batches() -> None:
    def evaluation_loop() -> None:
        raise MemoryError

    with pytest.raises(MemoryError) as caught:
        evaluation_loop()
    # At 256 tokens a review, 8 fit into a batch, however many more were allowed.
    assert "evaluation batch size from 256 to 4" in explain(caught.value, RunConfig()).advice


def test_too_large_a_tensor_is_memory_that_ran_out() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 50, dtype=torch.uint8)
    assert type(explain(caught.value, RunConfig())) is OutOfMemoryError


def test_a_lost_connection_in_a_group_is_a_process_that_went(monkeypatch: pytest.MonkeyPatch) -> None:
    error = RuntimeError("[gloo/transport/tcp/pair.cc:534] Connection closed by peer [127.0.0.1]:3842")
    assert type(explain(error, RunConfig())) is TrainingError
    monkeypatch.setattr(distributed, "size", lambda: 2)
    monkeypatch.setattr(distributed, "published", lambda _: None)
    assert "without a word" in explain(error, RunConfig()).message
    said: dict[str, str] = {}
    monkeypatch.setattr(distributed, "publish", said.__setitem__)
    monkeypatch.setattr(distributed, "published", said.get)
    monkeypatch.setattr(distributed, "rank", lambda: 1)
    report(MemoryError(), RunConfig())
    found = explain(error, RunConfig())
    assert type(found) is ProcessLost
    assert found.message == "Process 1 of the training failed: Memory ran out while training."
    assert found.remedy.template.startswith("Lower the batch size from {batch} to {smaller}"), "it can be translated"
    assert "batch size from 8 to 4" in found.advice
