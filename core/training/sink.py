"""What a training tells, and whom: the only link between a training and whoever watches it.

Training code knows this Protocol and nothing of stores, queues or pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Protocol

from core.runs.run import EventKind, Status


class Halt(StrEnum):
    """Why a training should end early."""

    STOP = "stop"
    SHUTDOWN = "shutdown"


class Halted(Exception):  # noqa: N818 - not an error: the user's wish
    """Raised where work can't be ended in another way: while preparing, and inside the evaluation loop."""

    def __init__(self, why: Halt) -> None:
        super().__init__(why)
        self.why = why


class Sink(Protocol):
    """Takes what a training has to tell."""

    def phase(self, status: Status) -> None:
        """The run is now in this state."""

    def emit(self, kind: EventKind, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        """Something happened after `step` steps and `epoch` epochs."""

    def update(self, **values: Any) -> None:
        """Totals of the run such as total_steps, and its `facts` as far as they are known."""

    def halt(self) -> Halt | None:
        """Whether the training should end now, asked after each step and each evaluation batch."""


def raise_if_halted(sink: Sink) -> None:
    """End the work if the sink asks for it.

    Raises:
        Halted: it does.
    """
    if why := sink.halt():
        raise Halted(why)


class SilentSink:
    """The sink of a process that helps with a training whose run another one writes.

    Args:
        shutting_down: whether this process was asked to end.
        asked: whether another process said that all shall halt, before there are steps to agree on it.
    """

    def __init__(self, shutting_down: Callable[[], bool], asked: Callable[[], str | None]) -> None:
        self._shutting_down = shutting_down
        self._asked = asked

    def phase(self, status: Status) -> None:
        """Nothing is written."""

    def emit(self, kind: EventKind, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        """Nothing is written."""

    def update(self, **values: Any) -> None:
        """Nothing is written."""

    def halt(self) -> Halt | None:
        if self._shutting_down():
            return Halt.SHUTDOWN
        asked = self._asked()
        return Halt(asked) if asked else None
