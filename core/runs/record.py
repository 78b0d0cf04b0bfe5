"""What a run's folder tells about its run: enough to put it back into a database that knows nothing of it.

    run.json         the run's row, written when it is created, renamed or annotated, queued, taken, and when it ends
    events.jsonl     its events, written when it ends
    config.json      the configuration alone
    failure.json     why it failed, only while the database could not take that
    checkpoints/     trainer_state.json in each has the losses and scores up to its step

Knows files; knows nothing of the database. Guarantees: a file is written whole or not at all; what is read has been
checked, whoever wrote it, and what is missing or damaged is made up for by the other files as far as they go.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, PlainValidator, model_validator

from core.config import RunConfig
from core.config.stored import from_stored, to_stored
from core.errors import ConfigError, RunError
from core.home.files import create_folder, read_json, write_whole
from core.messages import Message
from core.runs import checkpoints, leftovers, manifest, naming
from core.runs.facts import Facts
from core.runs.run import ENDED, EventKind, Failure, Status

# What the log of a checkpoint has of a step.
TRAIN_VALUES = frozenset({"loss", "learning_rate", "grad_norm"})
RUN, EVENTS, CONFIG, FAILURE = "run.json", "events.jsonl", "config.json", leftovers.FAILURE
# SQLite keeps whole numbers up to nine times as large.
Count = Annotated[int, Field(ge=0, le=checkpoints.MOST_STEPS)]
Amount = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]


class PastEvent(BaseModel):
    """An event without an id: the database that it is put into gives one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: EventKind
    step: Count
    epoch: Amount
    seconds: Amount
    values: dict[str, Any]

    @model_validator(mode="after")
    def _values_fit_the_kind(self) -> Self:
        """See that readers find what they expect: numbers to draw, the name of a phase, or words."""
        if self.kind in ("train", "eval"):
            fit = all(value is None or isinstance(value, int | float) for value in self.values.values())
        else:
            fit = self.kind == "message" or isinstance(self.values.get("phase"), str)
        if not fit:
            raise ValueError(f"not what a {self.kind} event holds")
        return self


StoredFailure = Annotated[
    Failure,
    PlainValidator(lambda raw: raw if isinstance(raw, Failure) else Failure.from_dict(raw)),
    PlainSerializer(Failure.to_dict),
]


class Row(BaseModel):
    """A run as its folder keeps it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    status: Status = Status.INTERRUPTED
    config: dict[str, Any]
    created: Amount
    started: Amount | None = None
    ended: Amount | None = None
    step: Count = 0
    total_steps: Count = 0
    epoch: Amount = 0.0
    seconds: Amount = 0.0
    samples_per_second: float | None = None
    generation: Count = 0
    model_step: Count | None = None
    eval: dict[str, float] = {}
    facts: dict[str, Any] = {}
    failure: StoredFailure | None = None
    notes: str = ""
    tags: list[str] = []
    pid: Count | None = None
    pid_started: float | None = None
    deleted: Amount | None = None


@dataclass(frozen=True)
class Record:
    """A run and its events, oldest first."""

    row: Row
    events: list[PastEvent]

    def evaluation_at(self, step: int | None) -> PastEvent | None:
        """The newest evaluation of a step's weights, else the newest of all."""
        found = [event for event in self.events if event.kind == "eval"]
        return next(reversed([event for event in found if event.step == step] or found), None)


def saved_scores(folder: Path, step: int | None) -> tuple[int | None, dict[str, float]] | None:
    """What the saved model of a run says that it scored, and at which step; None where it says nothing.

    Args:
        folder: the run's.
        step: of the saved model, None where there is none.
    """
    known = manifest.read(folder / "model") if step is not None else None
    return (known.eval_step, known.eval) if known is not None and known.eval and known.step == step else None


def of_the_model(folder: Path, recorded: int | None, facts: dict[str, Any]) -> dict[str, Any]:
    """What a run's saved model tells of its row: its step, and its scores where it has a manifest.

    Args:
        folder: the run's.
        recorded: the step of the model that the row has.
        facts: those of the row.

    Raises:
        OSError, ValueError: the model cannot be read.
    """
    step = leftovers.model_step(folder, recorded)
    if (saved := saved_scores(folder, step)) is None:
        return {"model_step": step}
    eval_step, scores = saved
    return {"model_step": step, "eval": scores, "facts": facts | Facts(eval_step=eval_step).to_dict()}


def write(folder: Path, row: Row, events: Iterable[PastEvent] | None = None) -> None:
    """Keep a run in its folder; its events too where they are given."""
    create_folder(folder)
    if events is not None:
        lines = "".join(json.dumps(event.model_dump()) + "\n" for event in events).encode()
        # Mostly it is there already, and a full disk has no room for it twice.
        if not _holds(folder / EVENTS, lines):
            write_whole(folder / EVENTS, lines, durable=True)
    write_whole(folder / RUN, json.dumps(row.model_dump(), indent=1), durable=True)


def _holds(file: Path, content: bytes) -> bool:
    try:
        return file.stat().st_size == len(content) and file.read_bytes() == content
    except OSError:
        return False


def keep_failure(folder: Path, failure: Failure) -> None:
    """Keep why a run failed while the database cannot take it: the next start puts it there.

    Raises:
        OSError: the folder cannot take it either.
    """
    create_folder(folder)
    write_whole(folder / FAILURE, json.dumps(failure.to_dict()))


def kept_failure(folder: Path) -> Failure | None:
    """Why a run failed, where its process could write that into the folder alone."""
    with contextlib.suppress(ValueError):
        return Failure.from_dict(read_json(folder / FAILURE))
    return None


def read(folder: Path) -> Record:
    """The run that a folder holds, as far as its files tell.

    A run that was going on is interrupted, unless its process is found alive by whoever reads `pid`.

    Raises:
        RunError: the folder is no run's: neither file has a configuration.
    """
    known = read_row(folder)
    config = _config(folder, known)
    unknown = Row(name=naming.name_of(config), status=Status.QUEUED, config={}, created=created(folder))
    row = (known or unknown).model_copy(update={"config": to_stored(config)})
    events = _events(folder)
    try:
        checkpoint = checkpoints.last(folder)
        if checkpoint is not None:
            events += history(checkpoint, after=last_step(events))
        return Record(_completed(folder, row, events, checkpoint), events)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(
            Message("{folder} cannot be read as a run: {why}.", folder=folder, why=str(error)),
            Message("Restore it from where it came from."),
        ) from error


def last_step(events: Iterable[PastEvent]) -> int:
    """The last step that has a loss or scores, -1 where none has."""
    return max((event.step for event in events if event.kind in {"train", "eval"}), default=-1)


def history(checkpoint: Path, *, after: int) -> list[PastEvent]:
    """The events that a checkpoint's log makes up for: losses and scores of the steps past `after`.

    The log has neither the training accuracy nor speeds nor times.
    """
    found = []
    for entry in checkpoints.trainer_state(checkpoint).log_history:
        step, epoch = entry["step"], float(entry.get("epoch") or 0)
        numbers = {name: float(value) for name, value in entry.items() if isinstance(value, int | float)}
        if step <= after:
            continue
        if "eval_loss" in numbers:
            scores = checkpoints.scores_in(numbers)
            found.append(PastEvent(kind="eval", step=step, epoch=epoch, seconds=0, values=scores))
        elif "loss" in numbers:
            values = {name: value for name, value in numbers.items() if name in TRAIN_VALUES}
            found.append(PastEvent(kind="train", step=step, epoch=epoch, seconds=0, values=values))
    return found


def _completed(folder: Path, row: Row, events: Sequence[PastEvent], checkpoint: Path | None) -> Row:
    """The row with what the artefacts tell beyond it."""
    if row.status is Status.FINISHED and row.failure is not None:
        # More epochs could not be made: what checkpoints of those hold is not what the run came to.
        return row.model_copy(update={"model_step": leftovers.model_step(folder, row.model_step)})
    state = checkpoints.trainer_state(checkpoint) if checkpoint else None
    reached = state.global_step if state else 0
    went_on = reached > row.step
    model_step = leftovers.model_step(folder, row.model_step)
    status = row.status
    if went_on or status not in ENDED:
        came_to_its_end = state is not None and state.global_step >= state.max_steps
        status = Status.FINISHED if came_to_its_end and model_step is not None else Status.INTERRUPTED
    changes: dict[str, Any] = {
        "status": status,
        "ended": row.ended or (checkpoint or folder).stat().st_mtime,
        "step": max(row.step, reached, last_step(events)),
        "total_steps": max(row.total_steps, state.max_steps if state else 0),
        "epoch": max([row.epoch, state.epoch if state else 0.0, *(event.epoch for event in events)]),
        "model_step": model_step,
        "facts": row.facts or leftovers.classes(folder),
    }
    if saved := saved_scores(folder, model_step):
        eval_step, changes["eval"] = saved
        changes["facts"] = changes["facts"] | Facts(eval_step=eval_step).to_dict()
    elif (went_on or not row.eval) and (scores := Record(row, list(events)).evaluation_at(model_step)):
        changes["eval"] = scores.values
    if status is Status.INTERRUPTED and (failure := kept_failure(folder)):
        changes |= {"status": Status.FAILED, "failure": failure}
    return row.model_copy(update=changes)


def read_row(folder: Path) -> Row | None:
    """The row alone as it was written; None where it is missing or damaged."""
    try:
        return Row.model_validate_json((folder / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _config(folder: Path, known: Row | None) -> RunConfig:
    """The configuration of a run's row, else that of its configuration file."""
    problem = Message("{folder} has neither {run} nor {config}.", folder=folder, run=RUN, config=CONFIG)
    file = folder / CONFIG
    facts = Facts.read(known.facts if known else {})
    for found in (lambda: known and known.config, lambda: read_json(file)):
        with contextlib.suppress(ValueError):
            try:
                if (raw := found()) is not None:
                    return from_stored(raw, facts.at_the_time)
            except ConfigError as error:
                why = error.found
                problem = Message("The configuration in {folder} cannot be used: {why}.", folder=folder, why=why)
    raise RunError(problem, Message("Name the folder of a run, with its config.json, checkpoints and model."))


def _events(folder: Path) -> list[PastEvent]:
    """The kept events up to the first line that is damaged."""
    found: list[PastEvent] = []
    try:
        for line in (folder / EVENTS).read_text(encoding="utf-8").splitlines():
            found.append(PastEvent.model_validate_json(line))
    except (OSError, ValueError):
        pass
    return found


def created(folder: Path) -> float:
    """When the run was made: its id says so, else the folder's age."""
    try:
        return time.mktime(time.strptime(folder.name[:15], "%Y%m%d-%H%M%S"))
    except ValueError:
        return folder.stat().st_mtime
