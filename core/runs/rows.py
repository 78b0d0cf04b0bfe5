"""Rows of the database to runs, events and records, and back.

Knows the columns, and asks the run folders under `runs` whether a run lives; opens no database and commits nothing.
Guarantees that a run's state is written in one place only, which checks the transition, and that a run whose process is
gone reads as interrupted, with the scores of its saved model.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from core.config.stored import from_stored
from core.errors import RunError, StarboardError
from core.messages import Message
from core.runs import naming, process, record
from core.runs.facts import Facts
from core.runs.record import PastEvent, Record, Row
from core.runs.run import ACTIVE, Event, Failure, Run, Status, check_transition

log = logging.getLogger("starboard.runs")

ACTIVE_STATES = ", ".join(f"'{state}'" for state in sorted(ACTIVE))
JSON_COLUMNS = frozenset({"config", "eval", "facts", "failure", "tags", "before"})
# Columns that are the store's own business.
_INTERNAL = frozenset({"pid", "pid_started", "place", "seen", "before"})
# What a run was, beside what it has found out and used up; its folder keeps the rest.
_STANDING = ("status", "config", "ended", "step", "total_steps", "epoch", "eval")
# What no process of ours has written: json.dumps leaves only ASCII, and writes NaN and Infinity, which SQLite refuses.
_STRANGE_EVENT = """
    SELECT 1 FROM events WHERE kind NOT IN ('phase', 'train', 'eval', 'message') OR typeof(step) != 'integer'
    OR typeof(epoch) != 'real' OR typeof(seconds) != 'real' OR "values" GLOB '*[^ -~]*'
    OR NOT json_valid(replace(replace("values", 'NaN', '0'), 'Infinity', '0')) LIMIT 1"""


def run(row: sqlite3.Row, runs: Path) -> Run:
    """A run as readers see it now."""
    values = _values(row)
    if has_died(row, runs):
        values |= {"status": Status.INTERRUPTED} | of_the_model(row, runs)
    facts = Facts.read(values["facts"])
    columns = {name: value for name, value in values.items() if name not in _INTERNAL} | {
        "status": Status(values["status"]),
        "config": from_stored(values["config"], facts.at_the_time),
        "stop_requested": bool(row["stop_requested"]),
        "failure": Failure.from_dict(values["failure"]) if values["failure"] else None,
        "facts": facts,
        "tags": tuple(values["tags"]),
    }
    return Run(**columns)


def readable(found: Iterable[sqlite3.Row], runs: Path) -> Iterator[Run]:
    """The runs of rows; one that cannot be read, of a later version perhaps, does not hide the others."""
    for row in found:
        try:
            yield run(row, runs)
        except (StarboardError, ValueError, TypeError, LookupError) as error:
            log.warning("the run %s cannot be read: %s", row["id"], error)


def has_died(row: sqlite3.Row, runs: Path) -> bool:
    """Whether the row says that it goes on, but its process is gone."""
    if Status(row["status"]) not in ACTIVE:
        return False
    return not process.alive(runs / row["id"], row["pid"], row["pid_started"])


def of_the_model(row: sqlite3.Row, runs: Path) -> dict[str, Any]:
    """The columns that the saved model of a run tells better than the row, where its process could not write them."""
    try:
        return record.of_the_model(runs / row["id"], row["model_step"], json.loads(row["facts"]))
    except (OSError, ValueError) as error:
        log.info("the model of the run %s cannot be read: %s", row["id"], error)
        return {}


def one(connection: sqlite3.Connection, run_id: str) -> sqlite3.Row:
    """The row of a run.

    Raises:
        RunError: there is none.
    """
    row: sqlite3.Row | None = connection.execute("SELECT * FROM runs WHERE id = ?", (run_id,)).fetchone()
    if row is None:
        raise RunError(
            Message("No run {run!r}: there is none.", run=run_id), Message("List the runs with: python -m core runs")
        )
    return row


def free_id(connection: sqlite3.Connection) -> str:
    """A new run's id: many runs may be made in one second, by several processes."""
    while True:
        found = naming.new_id()
        if connection.execute("SELECT 1 FROM runs WHERE id = ?", (found,)).fetchone() is None:
            return found


def is_training(connection: sqlite3.Connection, runs: Path) -> bool:
    """Whether a run of this home is under way, in whichever process."""
    found = connection.execute(
        f"SELECT id, status, pid, pid_started FROM runs WHERE status IN ({ACTIVE_STATES})"
    ).fetchall()
    return not all(has_died(row, runs) for row in found)


def change_status(
    connection: sqlite3.Connection, row: sqlite3.Row, status: Status, *, runs: Path, **values: Any
) -> None:
    """Move a run to another state, with other columns that go with it.

    Raises:
        RunError: the transition is not allowed.
    """
    before = Status(row["status"])
    # Whoever waits for it, or finds it dead, sees an interrupted run; only its own process moves it along.
    if status in {Status.QUEUED, Status.INTERRUPTED} and has_died(row, runs):
        before = Status.INTERRUPTED
    check_transition(before, status)
    # A run that does not go on belongs to no process.
    owner = {} if status in ACTIVE else {"pid": None, "pid_started": None}
    update(connection, row["id"], owner | {"status": status} | values)


def as_it_is(row: sqlite3.Row, runs: Path) -> dict[str, Any]:
    """What an ended run is, for `still_standing` if it turns out that it cannot go on."""
    values = _values(row)
    return {name: values[name] for name in _STANDING} | {"status": run(row, runs).status}


def still_standing(row: sqlite3.Row) -> dict[str, Any]:
    """The columns of a run that has failed which become again what they were before it went on; {} for most.

    It is what it was if it had not begun to train again, or if it was finished: then its model stands.
    """
    was = _values(row)["before"]
    return was if was and (row["status"] == Status.PREPARING or was["status"] == Status.FINISHED) else {}


def event(row: sqlite3.Row) -> Event:
    number, kind, step, epoch, seconds, values = row
    return Event(number, kind, step, epoch, seconds, json.loads(values))


def value_columns(names: Sequence[str]) -> tuple[str, str]:
    """SQL for single values of an event, and for all of them as text where SQLite cannot read them."""
    # Ten times as fast as reading each in Python. NaN and Infinity, which json.dumps writes, are no JSON to SQLite.
    each = ", ".join(
        f"""CASE WHEN json_valid("values") THEN json_extract("values", '$.{name}') END""" for name in names
    )
    return each, 'CASE WHEN NOT json_valid("values") THEN "values" END'


def values_of(row: tuple[Any, ...], names: Sequence[str]) -> tuple[int | float | None, ...]:
    """A row of `value_columns` behind id and epoch, as numbers."""
    if row[-1] is None:
        return row[:-1]
    values = json.loads(row[-1])
    return (*row[:2], *(values.get(name) for name in names))


def update(connection: sqlite3.Connection, run_id: str, values: dict[str, Any]) -> None:
    """Write columns of a run, and that it was written to now."""
    values = values | {"seen": time.time()}
    columns = ", ".join(f"{name} = ?" for name in values)
    connection.execute(f"UPDATE runs SET {columns} WHERE id = ?", (*_cells(values), run_id))


def insert(connection: sqlite3.Connection, run_id: str, values: dict[str, Any]) -> None:
    """A new run, at the end of the queue if it is queued."""
    values = values | {"id": run_id}
    names, marks = ", ".join(values), ", ".join("?" for _ in values)
    connection.execute(
        f"INSERT INTO runs (place, {names}) SELECT COALESCE(MAX(place), 0) + 1, {marks} FROM runs", _cells(values)
    )


def to_record(connection: sqlite3.Connection, row: sqlite3.Row, *, with_events: bool) -> Record:
    """A run as its folder keeps it."""
    events = []
    if with_events:
        found = connection.execute(
            'SELECT kind, step, epoch, seconds, "values" FROM events WHERE run = ? ORDER BY id', (row["id"],)
        )
        events = [
            PastEvent(kind=kind, step=step, epoch=epoch, seconds=seconds, values=json.loads(values))
            for kind, step, epoch, seconds, values in found
        ]
    return Record(Row.model_validate(_values(row)), events)


def from_record(connection: sqlite3.Connection, run_id: str, record: Record) -> None:
    """Put a run from its folder back among the others. Readers of an earlier time start afresh."""
    row = record.row
    insert(connection, run_id, row.model_dump(exclude={"deleted"}) | {"generation": row.generation + 1})
    insert_events(connection, run_id, record.events)


def insert_events(connection: sqlite3.Connection, run_id: str, events: Iterable[PastEvent]) -> None:
    """Add events to a run without moving its progress."""
    connection.executemany(
        'INSERT INTO events (run, kind, step, epoch, seconds, "values") VALUES (?, ?, ?, ?, ?, ?)',
        [(run_id, each.kind, each.step, each.epoch, each.seconds, json.dumps(each.values)) for each in events],
    )


def rewind(connection: sqlite3.Connection, run_id: str, step: int, *, evaluated: bool) -> None:
    """Forget the losses and scores past a step; whether those of its own evaluation stay too."""
    connection.execute(
        "DELETE FROM events WHERE run = ? AND kind IN ('train', 'eval')"
        " AND (step > ? OR (kind = 'eval' AND step = ? AND NOT ?))",
        (run_id, step, step, evaluated),
    )
    # The epoch goes back with the step: what is emitted next counts on from here.
    last = connection.execute(
        "SELECT epoch FROM events WHERE run = ? AND step <= ? AND kind IN ('train', 'eval') ORDER BY id DESC LIMIT 1",
        (run_id, step),
    ).fetchone()
    connection.execute(
        "UPDATE runs SET generation = generation + 1, step = ?, epoch = ? WHERE id = ?",
        (step, last["epoch"] if last else 0.0, run_id),
    )


def are_readable(connection: sqlite3.Connection) -> bool:
    """Whether all that the rows hold can be read, which the pages of the file know nothing about."""
    try:
        for row in connection.execute("SELECT * FROM runs"):
            to_record(connection, row, with_events=False)
    except (ValueError, TypeError):
        return False
    return connection.execute(_STRANGE_EVENT).fetchone() is None


def exists(connection: sqlite3.Connection, run_id: str) -> bool:
    return connection.execute("SELECT 1 FROM runs WHERE id = ?", (run_id,)).fetchone() is not None


def delete(connection: sqlite3.Connection, run_id: str) -> None:
    """Forget a run and its events."""
    connection.execute("DELETE FROM events WHERE run = ?", (run_id,))
    connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))


def _values(row: sqlite3.Row) -> dict[str, Any]:
    return {
        name: json.loads(row[name]) if name in JSON_COLUMNS and row[name] is not None else row[name]
        for name in row.keys()  # noqa: SIM118 - a Row iterates over its values
    }


def _cells(values: dict[str, Any]) -> list[Any]:
    return [
        json.dumps(value) if name in JSON_COLUMNS and value is not None else value for name, value in values.items()
    ]
