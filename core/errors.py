"""The errors a user can meet.

Each one says what was found and what was expected (`message`) and what to do about it (`advice`). Pages draw
them as a card, the command line prints one `error:` line; neither ever shows a traceback for them. Anything
that is not in this tree is a defect of Starboard and is reported as such.

    StarboardError
    ├── ConfigError            a setting is unknown, of the wrong type or out of range (lists every problem)
    ├── DataError              the table cannot be used
    │   ├── SourceError        it cannot be found, opened or parsed
    │   ├── ColumnError        a column is missing
    │   └── LabelError         the labels do not make a classification task
    ├── HubError               something on the Hugging Face Hub
    │   ├── HubUnreachable     it does not answer
    │   │   └── HubLost        it answered at first and then no longer
    │   └── HubNotFound        it answers, but has no such dataset or model (or not for you)
    ├── ModelError             a model cannot be loaded, or does not fit this task
    ├── TrainingError          a run failed while training
    │   ├── DivergedError      the loss exploded or became NaN
    │   ├── OutOfMemoryError   memory of the computer or of its GPU ran out
    │   ├── ProcessLost        another process of the same training failed or vanished
    │   └── LaunchError        the processes of a training could not be started
    ├── EstimateError          this computer could not be measured
    ├── RunError               a run does not exist, or is in no state for what was asked
    ├── AccessError            the dashboard does not do this for somebody in a browser
    └── StorageError           the home folder cannot be read or written
        ├── DiskFull           there is no room, or too little to begin
        ├── StoreBusy          another program keeps the run store from being written
        ├── ReadOnly           it lies on a disk that is mounted read-only
        └── NoPermission       this user may not write there
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

from core.messages import NOTHING, Message


class StarboardError(Exception):
    """A problem that the user can understand and act on.

    Args:
        found: what was found and what was expected.
        remedy: what to do about it.
    """

    def __init__(self, found: Message, remedy: Message = NOTHING) -> None:
        self.found, self.remedy = found, remedy
        super().__init__(self.found, self.remedy)

    @property
    def message(self) -> str:
        """What was found, in English."""
        return str(self.found)

    @property
    def advice(self) -> str:
        """What to do, in English."""
        return str(self.remedy)

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()

    @property
    def kind(self) -> str:
        """The class name, as it is stored with a failed run."""
        return type(self).__name__


def causes(error: BaseException) -> list[BaseException]:
    """An exception and what caused it, outermost first: libraries wrap the one that tells what happened."""
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or at.__context__
    return found


class ConfigError(StarboardError):
    """A configuration is wrong; `problems` names each wrong setting with what it may be."""

    def __init__(self, problems: Sequence[Message]) -> None:
        self.problems = list(problems)
        super().__init__(
            Message.joined(self.problems, "; "),
            Message("Correct the settings named here and try again."),
        )


class DataError(StarboardError):
    """The table cannot be used."""


class SourceError(DataError):
    """A source cannot be found, opened or parsed."""


class ColumnError(DataError):
    """A column that was asked for is missing."""


class LabelError(DataError):
    """The labels do not make a classification task."""


class HubError(StarboardError):
    """Something went wrong on the Hugging Face Hub."""


class HubUnreachable(HubError):  # noqa: N818 - the name says what happened
    """The hub does not answer."""


class HubLost(HubUnreachable):
    """The hub answered at first and then no longer."""


class HubNotFound(HubError):  # noqa: N818
    """The hub answers, but has no such repository, or not for this user."""


class ModelError(StarboardError):
    """A model cannot be loaded or does not fit the task."""


class TrainingError(StarboardError):
    """A run failed while training."""


class DivergedError(TrainingError):
    """The loss exploded or became NaN."""


class OutOfMemoryError(TrainingError):
    """Memory of the computer or of its GPU ran out."""


class ProcessLost(TrainingError):  # noqa: N818
    """Another process of the same training failed or vanished."""


class LaunchError(TrainingError):
    """The processes of a training could not be started."""


class EstimateError(StarboardError):
    """What a run will take cannot be said, because this computer could not be measured."""


class RunError(StarboardError):
    """A run does not exist, or is in no state for what was asked."""


class AccessError(StarboardError):
    """The dashboard does not do this for somebody in a browser."""


class StorageError(StarboardError):
    """The home folder cannot be read or written."""


class DiskFull(StorageError):  # noqa: N818
    """There is no room, or too little to begin."""


class StoreBusy(StorageError):  # noqa: N818
    """Another program keeps the run store from being written."""


class ReadOnly(StorageError):  # noqa: N818
    """The home folder lies on a disk that is mounted read-only."""


class NoPermission(StorageError):  # noqa: N818
    """This user may not write there."""


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
# What is left of the system's number where a library hands on words alone: Rust's own, then those of torch's writer,
# which keeps no reason at all and says the same whatever the disk refused.
_NO_ROOM_WORDS = (*map(os.strerror, sorted(_NO_ROOM)), "iostream error", "PytorchStreamWriter failed", "unexpected pos")


def is_full(error: BaseException) -> bool:
    """Whether a full disk is at the bottom of an error, whichever library raised it and whatever it called it."""
    return any(
        isinstance(each, DiskFull)
        or (isinstance(each, OSError) and each.errno in _NO_ROOM)
        or (not isinstance(each, StarboardError) and any(words in str(each) for words in _NO_ROOM_WORDS))
        for each in causes(error)
    )


def disk_full() -> DiskFull:
    """The error of a disk that took no more."""
    return DiskFull(
        Message("The disk is full; what was saved before is kept."),
        Message("Free some space, or set STARBOARD_HOME to another disk."),
    )


def of_system(error: OSError) -> StorageError | None:
    """What the operating system refused, as an error of Starboard; None when it is not about storing."""
    file, why = error.filename, error.strerror
    if is_full(error):
        return disk_full()
    if error.errno == errno.EROFS:
        return ReadOnly(
            Message("{file} cannot be written: its disk is mounted read-only.", file=str(file))
            if file
            else Message("The home folder cannot be written: its disk is mounted read-only."),
            Message("Mount it with write access, or set STARBOARD_HOME to a folder on another disk."),
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return NoPermission(
            Message("{file} cannot be written: {why}.", file=str(file), why=why)
            if file
            else Message("The home folder cannot be written: {why}.", why=why),
            Message("Change its permissions, or set STARBOARD_HOME to a folder that you can write to."),
        )
    return None
