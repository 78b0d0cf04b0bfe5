"""What went wrong in a training, in words: exceptions of libraries and the system as errors of Starboard."""

from __future__ import annotations

import contextlib
import json
import traceback

from core.config import RunConfig
from core.errors import (
    DiskFull,
    OutOfMemoryError,
    ProcessLost,
    StarboardError,
    TrainingError,
    disk_full,
    is_full,
    of_system,
)
from core.messages import Message
from core.models import speed
from core.models.failures import is_out_of_memory
from core.models.folder import shown
from core.training import distributed

_LOST_CONNECTIONS = frozenset({"DistBackendError", "DistNetworkError", "DistStoreError"})
_NO_PEER = (
    "Connection closed by peer",
    "Connection reset by peer",
    "Broken pipe",
    "Socket closed",
    "Connection refused",
)


def explain(error: Exception, config: RunConfig) -> StarboardError:
    """The error a user can act on; anything unknown becomes a TrainingError that names its class."""
    if is_full(error):
        # One that names what is needed and what is left says more.
        return error if isinstance(error, DiskFull) else disk_full()
    if isinstance(error, StarboardError):
        return error
    if is_out_of_memory(error):
        return OutOfMemoryError(Message("Memory ran out while training."), _smaller(error, config))
    if isinstance(error, OSError) and (refused := of_system(error)):
        return refused
    kind, text = type(error).__name__, str(error).strip()
    # A collective operation fails because another process is no longer there.
    lost = kind in _LOST_CONNECTIONS or (isinstance(error, RuntimeError) and any(words in text for words in _NO_PEER))
    if distributed.size() > 1 and lost:
        return _lost()
    remedy = Message("The run's error.log has the details; please report it.")
    if not text:
        return TrainingError(Message("Training ended with an unexpected {kind}: no message", kind=kind), remedy)
    return TrainingError(
        Message("Training ended with an unexpected {kind}: {text}", kind=kind, text=shown(text, most=200)), remedy
    )


def _lost() -> ProcessLost:
    """What another process said before it ended, else what is likely."""
    if (said := distributed.published(distributed.FAILURE)) is not None:
        rank, found, remedy = json.loads(said)
        reason = Message.from_dict(found)
        return ProcessLost(
            Message("Process {rank} of the training failed: {reason}", rank=rank, reason=reason),
            Message.from_dict(remedy),
        )
    return ProcessLost(
        Message("Another process of the training ended without a word; the system ends one when memory runs out."),
        Message("Look at its output, lower the batch size or use fewer processes, and resume the run."),
    )


def report(error: Exception, config: RunConfig) -> None:
    """Say why this process fails, for the one that writes the run."""
    reason = explain(error, config)
    with contextlib.suppress(Exception):
        said = [distributed.rank(), reason.found.to_dict(), reason.remedy.to_dict()]
        distributed.publish(distributed.FAILURE, json.dumps(said))


def reported() -> StarboardError | None:
    """Why another process failed, if one said so."""
    return _lost() if distributed.published(distributed.FAILURE) else None


def _smaller(error: Exception, config: RunConfig) -> Message:
    """Which setting to lower, and by how much; the result of training stays the same where that is possible."""
    training, data = config.training, config.data
    batch, steps = training.per_device_train_batch_size, training.gradient_accumulation_steps
    asked = training.per_device_eval_batch_size
    # Long reviews are scored in smaller batches than was asked for.
    evaluated = min(asked, max(speed.evaluation_tokens() // data.max_length, 1))
    evaluating = any(frame.name == "evaluation_loop" for frame in traceback.extract_tb(error.__traceback__))
    if evaluating and evaluated > 1:
        return Message(
            "Lower the evaluation batch size from {asked} to {smaller}; the scores stay the same.",
            asked=asked,
            smaller=evaluated // 2,
        )
    # Long reviews are trained on in parts of a batch.
    trained = min(batch, max(speed.training_tokens() // data.max_length, 1))
    if trained > 1:
        smaller = next(size for size in range(trained // 2, 0, -1) if batch % size == 0)
        return Message(
            "Lower the batch size from {batch} to {smaller} and raise gradient accumulation from {steps} to {more};"
            " the result stays the same.",
            batch=batch,
            smaller=smaller,
            steps=steps,
            more=steps * batch // smaller,
        )
    return Message(
        "Lower the longest review from {asked} to {shorter} tokens.",
        asked=data.max_length,
        shorter=max(data.max_length // 2, 8),
    )
