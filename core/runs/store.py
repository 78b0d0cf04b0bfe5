"""The run store: one SQLite database for runs and events, the only truth about runs.

Knows nothing of training and of pages: rows go in, rows come out. Guarantees: a state changes only along
`run.TRANSITIONS`; an event that `append` returned for is committed; events of a run have growing ids; a run whose
process is gone is read as interrupted at once; several threads and processes can use one home.

WAL mode lets readers go on while one writes; writers wait for each other up to `BUSY_SECONDS`.
Source: https://www.sqlite.org/wal.html
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import settings
from core.config import RunConfig, parse
from core.errors import RunError, StorageError
from core.runs import process
from core.runs.run import ACTIVE, ENDED, RESUMABLE, Event, EventKind, Failure, Run, Status, check_transition

BUSY_SECONDS = 30.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL, config TEXT NOT NULL,
    created REAL NOT NULL, started REAL, ended REAL,
    step INTEGER NOT NULL DEFAULT 0, total_steps INTEGER NOT NULL DEFAULT 0, epoch REAL NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0, samples_per_second REAL, generation INTEGER NOT NULL DEFAULT 0,
    stop_requested INTEGER NOT NULL DEFAULT 0, model_step INTEGER,
    eval TEXT NOT NULL DEFAULT '{}', facts TEXT NOT NULL DEFAULT '{}', failure TEXT,
    pid INTEGER, pid_started REAL
);
CREATE INDEX IF NOT EXISTS runs_by_created ON runs (created DESC);
CREATE INDEX IF NOT EXISTS runs_by_status ON runs (status, created);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, kind TEXT NOT NULL, step INTEGER NOT NULL,
    epoch REAL NOT NULL, seconds REAL NOT NULL, "values" TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_run ON events (run, id);
CREATE INDEX IF NOT EXISTS events_by_kind ON events (run, kind, id);
"""
_SELECT_EVENTS = 'SELECT id, kind, step, epoch, seconds, "values" FROM events'
_JSON_COLUMNS = frozenset({"eval", "facts", "failure"})
_PROGRESS = frozenset({"step", "total_steps", "epoch", "seconds", "samples_per_second", "model_step", "eval", "facts"})


class Store:
    """Runs and events of one home. Cheap to make; safe to share between threads."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or settings.database()
        self._local = threading.local()
        settings.ensure(self.path.parent)
        with self._connection() as connection:
            connection.executescript(SCHEMA)

    # Runs

    def create(self, config: RunConfig, *, claimed: bool = False) -> Run:
        """Put a new run at the end of the queue, or start it in this process at once, so that no worker can take it."""
        run_id = time.strftime("%Y%m%d-%H%M%S-") + uuid.uuid4().hex[:4]
        now = time.time()
        row = (run_id, config.name or _name(config), config.model_dump_json(), now)
        state = (Status.PREPARING, now, *process.me()) if claimed else (Status.QUEUED, None, None, None)
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO runs (id, name, config, created, status, started, pid, pid_started)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, *state),
            )
        return self.get(run_id)

    def get(self, run_id: str) -> Run:
        """One run by its id or a unique beginning of it.

        Raises:
            RunError: there is none, or the beginning fits several.
        """
        with self._connection() as connection:
            pattern = run_id.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            rows = connection.execute(
                "SELECT * FROM runs WHERE id = ? OR id LIKE ? ESCAPE '\\' LIMIT 3", (run_id, pattern)
            ).fetchall()
        exact = [row for row in rows if row["id"] == run_id]
        if len(exact or rows) == 1 and run_id:
            return _run((exact or rows)[0])
        found = f"{len(rows)} runs begin with it" if rows and run_id else "there is none"
        raise RunError(f"No run {run_id!r}: {found}.", "List the runs with: python -m core runs")

    def runs(self, limit: int = 1000) -> list[Run]:
        """The newest runs, newest first."""
        with self._connection() as connection:
            rows = connection.execute("SELECT * FROM runs ORDER BY created DESC LIMIT ?", (limit,)).fetchall()
        return [_run(row) for row in rows]

    def live(self) -> Run | None:
        """The run that trains now, else the first in the queue, else None."""
        states = ", ".join(f"'{state}'" for state in ACTIVE)
        with self._connection() as connection:
            rows = connection.execute(f"SELECT * FROM runs WHERE status IN ({states}) ORDER BY created DESC").fetchall()
            queued = connection.execute(
                "SELECT * FROM runs WHERE status = 'queued' ORDER BY created LIMIT 1"
            ).fetchone()
        active = [run for run in map(_run, rows) if run.active]
        return active[0] if active else _run(queued) if queued else None

    def claim(self, run_id: str | None = None) -> Run | None:
        """Take a queued run for this process: the one named, else the one that waits longest.

        Returns:
            The run, now preparing; None when the queue is empty, another process trains from it at this moment, or
            the named run is no longer queued.
        """
        pid, started = process.me()
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            if run_id is None and self._training_elsewhere(connection):
                return None
            row = connection.execute(
                "SELECT * FROM runs WHERE status = 'queued' AND (? IS NULL OR id = ?) ORDER BY created LIMIT 1",
                (run_id, run_id),
            ).fetchone()
            if row is None:
                return None
            connection.execute(
                "UPDATE runs SET status = 'preparing', started = ?, ended = NULL, failure = NULL, pid = ?,"
                " pid_started = ? WHERE id = ?",
                (time.time(), pid, started, row["id"]),
            )
        return self.get(row["id"])

    def set_status(self, run_id: str, status: Status, *, failure: Failure | None = None) -> None:
        """Move a run to another state.

        Raises:
            RunError: the transition is not allowed.
        """
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            (before,) = self._one(connection, run_id, "status")
            check_transition(Status(before), status)
            connection.execute(
                "UPDATE runs SET status = ?, failure = ?, ended = ? WHERE id = ?",
                (status, json.dumps(vars(failure)) if failure else None, _ended(status), run_id),
            )

    def update(self, run_id: str, **values: Any) -> None:
        """Write progress columns of a run: step, total_steps, epoch, seconds, eval, facts, …; facts are merged."""
        if unknown := set(values) - _PROGRESS:
            raise ValueError(f"not progress columns: {sorted(unknown)}")
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            if "facts" in values:
                (facts,) = self._one(connection, run_id, "facts")
                values["facts"] = {**json.loads(facts), **values["facts"]}
            _update(connection, run_id, values)

    def request_stop(self, run_id: str) -> Run:
        """Ask a run to stop: a queued one stops at once, a live one after its step, an ended one stays as it is."""
        run = self.get(run_id)
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            (status,) = self._one(connection, run.id, "status")
            connection.execute("UPDATE runs SET stop_requested = 1 WHERE id = ?", (run.id,))
            if status == Status.QUEUED:
                connection.execute("UPDATE runs SET status = 'stopped', ended = ? WHERE id = ?", (time.time(), run.id))
        return self.get(run.id)

    def requeue(self, run_id: str) -> Run:
        """Put an ended run back into the queue, to go on from its last checkpoint.

        Raises:
            RunError: it is still going on, or finished.
        """
        run = self.get(run_id)
        if run.status not in RESUMABLE:
            raise RunError(
                f"The run {run.id} is {run.status}.", f"Only these can go on: {', '.join(sorted(RESUMABLE))}."
            )
        with self._connection() as connection:
            connection.execute(
                "UPDATE runs SET status = 'queued', stop_requested = 0, failure = NULL, ended = NULL WHERE id = ?",
                (run.id,),
            )
        return self.get(run.id)

    def extend(self, run_id: str, epochs: float) -> Run:
        """Put an ended run back into the queue for more epochs. The one way in which a finished run goes on.

        Args:
            run_id: the run, or a unique beginning of its id.
            epochs: in total, more than it was made for.

        Raises:
            RunError: it is still going on, or was made for as many epochs.
            ConfigError: there may not be so many.
        """
        run = self.get(run_id)
        before = run.config.training.num_train_epochs
        if run.status not in ENDED:
            raise RunError(f"The run {run.id} is {run.status}.", "Wait until it has ended, or stop it.")
        if epochs <= before:
            raise RunError(
                f"The run {run.id} was made for {before:g} epochs; {epochs:g} are not more.",
                "Give the number of epochs in total.",
            )
        config = run.config.replace({"training.num_train_epochs": float(epochs)})
        with self._connection() as connection:
            check_transition(run.status, Status.QUEUED)
            connection.execute(
                "UPDATE runs SET status = 'queued', config = ?, stop_requested = 0, failure = NULL, ended = NULL"
                " WHERE id = ?",
                (config.model_dump_json(), run.id),
            )
        return self.get(run.id)

    def take_over(self, run_id: str) -> Run:
        """Become the process that a run belongs to, which another one has claimed and handed over."""
        with self._connection() as connection:
            connection.execute("UPDATE runs SET pid = ?, pid_started = ? WHERE id = ?", (*process.me(), run_id))
        return self.get(run_id)

    def stop_requested(self, run_id: str) -> bool:
        with self._connection() as connection:
            return bool(self._one(connection, run_id, "stop_requested")[0])

    # Events

    def append(
        self,
        run_id: str,
        kind: EventKind,
        values: Mapping[str, Any],
        *,
        step: int,
        epoch: float,
        seconds: float,
    ) -> int:
        """Write one event and move the run's progress with it, in one transaction.

        Returns:
            The event's id, larger than every earlier one.
        """
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            cursor = connection.execute(
                'INSERT INTO events (run, kind, step, epoch, seconds, "values") VALUES (?, ?, ?, ?, ?, ?)',
                (run_id, kind, step, epoch, seconds, json.dumps(dict(values))),
            )
            progress: dict[str, Any] = {"step": step, "epoch": epoch, "seconds": seconds}
            if kind == "eval":
                progress["eval"] = dict(values)
            _update(connection, run_id, progress)
        return int(cursor.lastrowid or 0)

    def events(self, run_id: str, since: int = 0, kinds: tuple[EventKind, ...] = ()) -> list[Event]:
        """The events of a run with an id above `since`, oldest first, of the given kinds (all when empty)."""
        marks = ", ".join("?" for _ in kinds)
        only = f" AND kind IN ({marks})" if kinds else ""
        with self._connection() as connection:
            rows = connection.execute(
                f"{_SELECT_EVENTS} WHERE run = ? AND id > ?{only} ORDER BY id",
                (run_id, since, *kinds),
            ).fetchall()
        return [_event(row) for row in rows]

    def last_event(self, run_id: str, kind: EventKind) -> Event | None:
        """The newest event of a kind, None before the first."""
        with self._connection() as connection:
            row = connection.execute(
                f"{_SELECT_EVENTS} WHERE run = ? AND kind = ? ORDER BY id DESC LIMIT 1",
                (run_id, kind),
            ).fetchone()
        return _event(row) if row else None

    def queued(self) -> list[Run]:
        """The runs that wait, in the order in which they will be taken."""
        with self._connection() as connection:
            rows = connection.execute("SELECT * FROM runs WHERE status = 'queued' ORDER BY created").fetchall()
        return [_run(row) for row in rows]

    def rewind(self, run_id: str, step: int, *, evaluated: bool = True) -> None:
        """Forget what came after a checkpoint, so that a resumed run has no doubled step.

        Train and eval events past `step` go, in one transaction; the generation goes up so that readers start afresh.

        Args:
            run_id: the run.
            step: of the checkpoint, 0 when the run starts anew.
            evaluated: whether the checkpoint knows the evaluation of its own step; else that is made again.
        """
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "DELETE FROM events WHERE run = ? AND kind IN ('train', 'eval')"
                " AND (step > ? OR (kind = 'eval' AND step = ? AND NOT ?))",
                (run_id, step, step, evaluated),
            )
            # The epoch goes back with the step: what is emitted next counts on from here.
            last = connection.execute(
                "SELECT epoch FROM events WHERE run = ? AND step <= ? AND kind IN ('train', 'eval')"
                " ORDER BY id DESC LIMIT 1",
                (run_id, step),
            ).fetchone()
            connection.execute(
                "UPDATE runs SET generation = generation + 1, step = ?, epoch = ? WHERE id = ?",
                (step, last["epoch"] if last else 0.0, run_id),
            )

    # Connections

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """This thread's connection; commits at the end, rolls back on an error."""
        try:
            connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._open()
                self._local.connection = connection
            with connection:
                yield connection
        except sqlite3.Error as error:
            raise StorageError(
                f"The run store {self.path} cannot be used: {error}.",
                "Check that the disk is not full and the folder can be written, or set STARBOARD_HOME elsewhere.",
            ) from error

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @staticmethod
    def _one(connection: sqlite3.Connection, run_id: str, columns: str) -> sqlite3.Row:
        row: sqlite3.Row | None = connection.execute(f"SELECT {columns} FROM runs WHERE id = ?", (run_id,)).fetchone()
        if row is None:
            raise RunError(f"No run {run_id!r}: there is none.", "List the runs with: python -m core runs")
        return row

    @staticmethod
    def _training_elsewhere(connection: sqlite3.Connection) -> bool:
        states = ", ".join(f"'{state}'" for state in ACTIVE)
        rows = connection.execute(f"SELECT pid, pid_started FROM runs WHERE status IN ({states})").fetchall()
        return any(process.alive(row["pid"], row["pid_started"]) for row in rows)


def _update(connection: sqlite3.Connection, run_id: str, values: dict[str, Any]) -> None:
    columns = ", ".join(f"{name} = ?" for name in values)
    cells = [json.dumps(value) if name in _JSON_COLUMNS else value for name, value in values.items()]
    connection.execute(f"UPDATE runs SET {columns} WHERE id = ?", (*cells, run_id))


def _run(row: sqlite3.Row) -> Run:
    columns = {name: row[name] for name in row.keys() if name not in {"pid", "pid_started"}}  # noqa: SIM118
    failure = json.loads(row["failure"]) if row["failure"] else None
    columns |= {
        "status": Status(row["status"]),
        "config": parse(json.loads(row["config"])),
        "stop_requested": bool(row["stop_requested"]),
        "eval": json.loads(row["eval"]),
        "facts": json.loads(row["facts"]),
        "failure": Failure(**failure) if failure else None,
    }
    run = Run(**columns)
    if run.active and not process.alive(row["pid"], row["pid_started"]):
        return replace(run, status=Status.INTERRUPTED)
    return run


def _event(row: sqlite3.Row) -> Event:
    number, kind, step, epoch, seconds, values = row
    return Event(number, kind, step, epoch, seconds, json.loads(values))


def _ended(status: Status) -> float | None:
    return time.time() if status in ENDED else None


def _name(config: RunConfig) -> str:
    data = config.data.source.partition(":")[2].rstrip("/").split("/")[-1].rsplit(".", 1)[0]
    model = config.model.name.rstrip("/").split("/")[-1]
    return f"{model} on {data}, {config.data.train_size:,}"
