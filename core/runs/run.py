"""What one run is: its states, the transitions between them, and the events it leaves behind.

Knows nothing of databases, models or pages. Guarantees that a state change which is not in `TRANSITIONS` never
passes `check_transition`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from core.config import RunConfig
from core.errors import RunError, StarboardError
from core.messages import Message
from core.runs.facts import Facts

EventKind = Literal["phase", "train", "eval", "message"]


class Status(StrEnum):
    """Where a run is in its life."""

    QUEUED = "queued"
    PREPARING = "preparing"
    TRAINING = "training"
    EVALUATING = "evaluating"
    SAVING = "saving"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


# As a sentence says it.
IN_WORDS: dict[Status, Message] = {
    Status.QUEUED: Message("queued"),
    Status.PREPARING: Message("preparing"),
    Status.TRAINING: Message("training"),
    Status.EVALUATING: Message("evaluating"),
    Status.SAVING: Message("saving"),
    Status.FINISHED: Message("finished"),
    Status.STOPPED: Message("stopped"),
    Status.FAILED: Message("failed"),
    Status.INTERRUPTED: Message("interrupted"),
}


class Stage(StrEnum):
    """What a run that prepares is at; the `stage` of its `phase` events."""

    READING = "reading"
    LOADING = "loading"
    TOKENISING = "tokenising"
    ENCODING = "encoding"
    COMPARING = "comparing"


ACTIVE = frozenset({Status.PREPARING, Status.TRAINING, Status.EVALUATING, Status.SAVING})
ENDED = frozenset({Status.FINISHED, Status.STOPPED, Status.FAILED, Status.INTERRUPTED})
RESUMABLE = frozenset({Status.STOPPED, Status.FAILED, Status.INTERRUPTED})

# A run that was finished is so again where more epochs cannot be made: see `rows.still_standing`.
_LEAVING = frozenset({Status.STOPPED, Status.FAILED, Status.INTERRUPTED, Status.FINISHED})
TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.PREPARING, Status.STOPPED}),
    # A run whose last checkpoint is its last step has only its model to save.
    Status.PREPARING: _LEAVING | {Status.TRAINING, Status.EVALUATING, Status.SAVING},
    Status.TRAINING: _LEAVING | {Status.EVALUATING, Status.SAVING},
    Status.EVALUATING: _LEAVING | {Status.TRAINING, Status.SAVING},
    Status.SAVING: _LEAVING | {Status.TRAINING},
    # Only with more epochs to make: see Store.extend.
    Status.FINISHED: frozenset({Status.QUEUED}),
    Status.STOPPED: frozenset({Status.QUEUED}),
    Status.FAILED: frozenset({Status.QUEUED}),
    # Why its process ended may become known only afterwards.
    Status.INTERRUPTED: frozenset({Status.QUEUED, Status.FAILED, Status.FINISHED}),
}


def check_transition(before: Status, after: Status) -> None:
    """Let a state change pass.

    Raises:
        RunError: a run in state `before` can't go to `after`.
    """
    if after != before and after not in TRANSITIONS[before]:
        raise RunError(
            Message(
                "A run that is {before} cannot become {after}; it can become {allowed}.",
                before=str(before),
                after=str(after),
                allowed=", ".join(sorted(TRANSITIONS[before])),
            )
        )


def wrong_state(run_id: str, status: Status, remedy: Message) -> RunError:
    """The error of asking a run for what it cannot do in its state."""
    return RunError(Message("The run {run} is {status}.", run=run_id, status=IN_WORDS[status]), remedy)


@dataclass(frozen=True)
class Failure:
    """Why a run failed, or did not go on: the error's class name, what was found, what to do about it."""

    kind: str
    found: Message
    remedy: Message

    @classmethod
    def of(cls, error: StarboardError) -> Failure:
        return cls(error.kind, error.found, error.remedy)

    @classmethod
    def from_dict(cls, raw: object) -> Failure:
        """Read what `to_dict` wrote; one of an earlier version has the words in English alone.

        Raises:
            ValueError: it is not a failure.
        """
        english = ("kind", "message", "advice")
        if not isinstance(raw, Mapping) or not all(isinstance(raw.get(name), str) for name in english):
            raise ValueError("not a failure")
        kind, message, advice = (raw[name] for name in english)
        found, remedy = raw.get("found", message), raw.get("remedy", advice)
        return cls(kind, Message.from_dict(found), Message.from_dict(remedy))

    @property
    def message(self) -> str:
        """What was found, in English."""
        return str(self.found)

    @property
    def advice(self) -> str:
        """What to do, in English."""
        return str(self.remedy)

    def to_dict(self) -> dict[str, Any]:
        """JSON: the words in English, and the messages that they come from."""
        return {
            "kind": self.kind,
            "message": self.message,
            "advice": self.advice,
            "found": self.found.to_dict(),
            "remedy": self.remedy.to_dict(),
        }


@dataclass(frozen=True)
class Event:
    """One row of a run's stream.

    `seconds` counts from the start of the run. `values` holds floats for `train` and `eval`; the state as `phase`, and
    a `stage` while the run prepares, for `phase`; and what `Message.to_dict` made for `message`.
    """

    id: int
    kind: EventKind
    step: int
    epoch: float
    seconds: float
    values: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "step": self.step,
            "epoch": self.epoch,
            "seconds": self.seconds,
            "values": self.values,
        }


@dataclass(frozen=True)
class Run:
    """One training: what was asked, where it is, what came of it.

    `created`, `started` and `ended` are seconds since 1970; `seconds` is the time spent training so far. `failure` says
    why it failed or, where it is anything else than failed, why it did not go on when it was last asked to.
    """

    id: str
    name: str
    status: Status
    config: RunConfig
    created: float
    started: float | None = None
    ended: float | None = None
    step: int = 0
    total_steps: int = 0
    epoch: float = 0.0
    seconds: float = 0.0
    samples_per_second: float | None = None
    generation: int = 0
    stop_requested: bool = False
    model_step: int | None = None
    eval: dict[str, float] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    failure: Failure | None = None
    notes: str = ""
    tags: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def going(self) -> bool:
        """Whether it waits or trains: there is more to come."""
        return self.active or self.status is Status.QUEUED

    @property
    def usable(self) -> bool:
        """Whether a saved model is there to predict with."""
        return self.model_step is not None

    @property
    def fraction(self) -> float:
        """Steps made of steps planned, 0 to 1."""
        return min(1.0, self.step / self.total_steps) if self.total_steps else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Time to the end at the pace so far, evaluations to come included, in seconds; None before there is a pace."""
        pace = self.facts.pace
        # What an earlier attempt left says nothing before this one trains.
        if pace is None or self.status not in {Status.TRAINING, Status.EVALUATING, Status.SAVING}:
            return None
        return pace.seconds_left(
            step=self.step,
            seconds=self.seconds,
            epoch=self.epoch,
            total_steps=self.total_steps,
            epochs=self.config.training.num_train_epochs,
        )

    def to_dict(self) -> dict[str, Any]:
        """The run as the command line prints it."""
        return {
            "run": self.id,
            "name": self.name,
            "status": str(self.status),
            "step": self.step,
            "total_steps": self.total_steps,
            "epoch": self.epoch,
            "seconds": self.seconds,
            "created": self.created,
            "started": self.started,
            "ended": self.ended,
            "train_samples_per_second": self.samples_per_second,
            "eval": self.eval,
            "facts": self.facts.to_dict(),
            "model_step": self.model_step,
            "failure": self.failure.to_dict() if self.failure else None,
            "notes": self.notes,
            "tags": list(self.tags),
            "config": self.config.model_dump(),
        }
