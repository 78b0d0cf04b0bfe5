"""What went wrong in a training, in words: exceptions of libraries and the system as errors of Starboard."""

from __future__ import annotations

import errno

from core.config import RunConfig
from core.errors import StarboardError, StorageError, TrainingError


def explain(error: Exception, config: RunConfig) -> StarboardError:
    """The error a user can act on; anything unknown becomes a TrainingError that names its class."""
    if isinstance(error, StarboardError):
        return error
    if _is_out_of_memory(error):
        return TrainingError("Memory ran out while training.", _smaller(config))
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return StorageError(
            "The disk is full; what was saved before is kept.",
            "Free some space, or set STARBOARD_HOME to another disk.",
        )
    if isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EROFS, errno.EPERM}:
        return StorageError(
            f"{error.filename or 'The home folder'} cannot be written: {error.strerror}.",
            "Change its permissions, or set STARBOARD_HOME to a folder that you can write to.",
        )
    text = (str(error).strip() or "no message").splitlines()[0]
    return TrainingError(
        f"Training ended with an unexpected {type(error).__name__}: {text}",
        "The run's error.log has the details; please report it.",
    )


def _is_out_of_memory(error: Exception) -> bool:
    named = type(error).__name__ == "OutOfMemoryError" or isinstance(error, MemoryError)
    return named or (isinstance(error, RuntimeError) and "not enough memory" in str(error))


def _smaller(config: RunConfig) -> str:
    training, data = config.training, config.data
    batch = training.per_device_train_batch_size
    if batch > 1:
        half = batch // 2
        return (
            f"Lower the batch size from {batch} to {half} (with gradient accumulation"
            f" {training.gradient_accumulation_steps * 2} the result stays the same)."
        )
    return f"Lower the longest review from {data.max_length} to {max(data.max_length // 2, 8)} tokens."
