"""What a training tells, and whom: the only link between a training and whoever watches it.

Training code knows this Protocol and nothing of stores, queues or pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from core.runs.run import EventKind, Status


class Halt(StrEnum):
    """Why a training should end early."""

    STOP = "stop"
    SHUTDOWN = "shutdown"


class Sink(Protocol):
    """Takes what a training has to tell."""

    def phase(self, status: Status) -> None:
        """The run is now in this state."""

    def emit(self, kind: EventKind, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        """Something happened after `step` steps and `epoch` epochs."""

    def update(self, **values: Any) -> None:
        """Facts and totals of the run: total_steps, samples_per_second, facts, …"""

    def halt(self) -> Halt | None:
        """Whether the training should end now, asked after each step and each evaluation batch."""
