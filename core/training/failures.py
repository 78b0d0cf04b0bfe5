"""What went wrong in a training, in words: exceptions of libraries and the system as errors of Starboard."""

from __future__ import annotations

import contextlib
import json
import traceback

from core.config import RunConfig
from core.errors import OutOfMemoryError, ProcessLost, StarboardError, TrainingError, of_system
from core.models import speed
from core.training import distributed

_NO_MEMORY = ("not enough memory", "can't allocate memory", "Cannot allocate memory")
_NO_PEER = (
    "Connection closed by peer",
    "Connection reset by peer",
    "Broken pipe",
    "Socket closed",
    "Connection refused",
)


def explain(error: Exception, config: RunConfig) -> StarboardError:
    """The error a user can act on; anything unknown becomes a TrainingError that names its class."""
    if isinstance(error, StarboardError):
        return error
    if is_out_of_memory(error):
        return OutOfMemoryError("Memory ran out while training.", _smaller(error, config))
    if isinstance(error, OSError) and (refused := of_system(error)):
        return refused
    if distributed.size() > 1 and _is_lost_connection(error):
        return _lost()
    text = (str(error).strip() or "no message").splitlines()[0]
    return TrainingError(
        f"Training ended with an unexpected {type(error).__name__}: {text}",
        "The run's error.log has the details; please report it.",
    )


def is_out_of_memory(error: Exception) -> bool:
    """Whether the memory of the computer or of its GPU did not suffice."""
    named = type(error).__name__ == "OutOfMemoryError" or isinstance(error, MemoryError)
    return named or (isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_MEMORY))


def _is_lost_connection(error: Exception) -> bool:
    """Whether a collective operation failed because another process was no longer there."""
    named = type(error).__name__ in {"DistBackendError", "DistNetworkError", "DistStoreError"}
    return named or (isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_PEER))


def _lost() -> ProcessLost:
    """What another process said before it ended, else what is likely."""
    if (said := distributed.told(distributed.FAILURE)) is not None:
        rank, message, advice = json.loads(said)
        return ProcessLost(f"Process {rank} of the training failed: {message}", advice)
    return ProcessLost(
        "Another process of the training ended without a word; the system ends one when memory runs out.",
        "Look at its output, lower the batch size or use fewer processes, and resume the run.",
    )


def report(error: Exception, config: RunConfig) -> None:
    """Say why this process fails, for the one that writes the run."""
    reason = explain(error, config)
    with contextlib.suppress(Exception):
        distributed.tell(distributed.FAILURE, json.dumps([distributed.rank(), reason.message, reason.advice]))


def reported() -> StarboardError | None:
    """Why another process failed, if one said so."""
    return _lost() if distributed.told(distributed.FAILURE) else None


def _smaller(error: Exception, config: RunConfig) -> str:
    """Which setting to lower, and by how much; the result of training stays the same where that is possible."""
    training, data = config.training, config.data
    batch, steps = training.per_device_train_batch_size, training.gradient_accumulation_steps
    asked = training.per_device_eval_batch_size
    # Long reviews are scored in smaller batches than was asked for.
    evaluated = min(asked, max(speed.evaluation_tokens() // data.max_length, 1))
    if _while_evaluating(error) and evaluated > 1:
        return f"Lower the evaluation batch size from {asked} to {evaluated // 2}; the scores stay the same."
    # Long reviews are trained on in parts of a batch.
    trained = min(batch, max(speed.training_tokens() // data.max_length, 1))
    if trained > 1:
        smaller = next(size for size in range(trained // 2, 0, -1) if batch % size == 0)
        return (
            f"Lower the batch size from {batch} to {smaller} and raise gradient accumulation from {steps} to"
            f" {steps * batch // smaller}; the result stays the same."
        )
    return f"Lower the longest review from {data.max_length} to {max(data.max_length // 2, 8)} tokens."


def _while_evaluating(error: Exception) -> bool:
    names = (frame.name for frame in traceback.extract_tb(error.__traceback__))
    return "evaluation_loop" in names
