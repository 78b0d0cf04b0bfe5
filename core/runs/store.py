"""The run store: one SQLite database for runs and events, the only truth about runs.

Knows nothing of training and of pages. Guarantees: a state changes only along `run.TRANSITIONS`; one run of a home
trains at a time, and only the process that claimed it writes to it; an event that `append` returned for outlives the
process, and a power cut too once a state change or an evaluation follows it; events of a run have growing ids; a run
whose process is gone is read as interrupted at once; several threads and processes can use one home; a damaged or lost
database is replaced by what the run folders hold, also under a store in use.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from core.config import RunConfig
from core.config.stored import to_stored
from core.errors import RunError
from core.home.places import Home
from core.messages import Message
from core.runs import leftovers, naming, process, record, rows
from core.runs.database import Database
from core.runs.facts import Facts
from core.runs.run import ENDED, RESUMABLE, Event, EventKind, Failure, Run, Status, wrong_state

Move = Literal["up", "down", "first", "last"]

_SELECT_EVENTS = 'SELECT id, kind, step, epoch, seconds, "values" FROM events'
_PROGRESS = frozenset({"step", "total_steps", "epoch", "seconds", "samples_per_second", "model_step", "eval"})

log = logging.getLogger("starboard.runs")


class Store:
    """Runs and events of one home. Cheap to make; safe to share between threads."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.database = Database(home)

    def folder(self, run_id: str) -> Path:
        """Where a run's files are, whether or not there are any."""
        return self.home.run(run_id)

    # Runs

    def create(self, config: RunConfig, *, claimed: bool = False) -> Run:
        """Put a new run at the end of the queue.

        Args:
            config: what to train.
            claimed: start it in this process at once, so that no worker can take it; it waits in the queue all the
                same while another run of this home trains.
        """
        values = {
            "name": naming.name_of(config),
            "config": to_stored(config),
            "created": time.time(),
            "status": Status.QUEUED,
        }
        with self.database.transaction() as connection:
            run_id = rows.free_id(connection)
            rows.insert(connection, run_id, values)
            if claimed and not rows.is_training(connection, self.home.runs):
                self._take(connection, run_id)
            self.write_folder(connection, run_id)
        return self.get(run_id)

    def get(self, run_id: str) -> Run:
        """One run by its id or a unique beginning of it.

        Raises:
            RunError: there is none, or the beginning fits several.
        """
        pattern = run_id.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        found = self._rows("WHERE id = ? OR id LIKE ? ESCAPE '\\' LIMIT 3", run_id, pattern)
        exact = [row for row in found if row["id"] == run_id]
        if len(exact or found) == 1 and run_id:
            return rows.run((exact or found)[0], self.home.runs)
        raise RunError(
            Message("No run {run!r}: {count} runs begin with it.", run=run_id, count=len(found))
            if found and run_id
            else Message("No run {run!r}: there is none.", run=run_id),
            Message("List the runs with: python -m core runs"),
        )

    def runs(self, limit: int = 1000) -> list[Run]:
        """The newest runs, newest first."""
        return self._runs("ORDER BY created DESC LIMIT ?", limit)

    def queued(self) -> list[Run]:
        """The runs that wait, in the order in which they will be taken."""
        return self._runs("WHERE status = 'queued' ORDER BY place, id")

    def live(self) -> Run | None:
        """The run that trains now, else the first in the queue, else None."""
        active = [
            run for run in self._runs(f"WHERE status IN ({rows.ACTIVE_STATES}) ORDER BY created DESC") if run.active
        ]
        return next(iter(active or self.queued()), None)

    def claim(self, run_id: str | None = None) -> Run | None:
        """Take a queued run for this process: the one named, else the first in the queue.

        What an earlier process left half-written in its folder is removed on the way.

        Returns:
            The run, now preparing; None when the queue is empty, another run of this home trains at this moment, or
            the named run is no longer queued.
        """
        with self.database.transaction() as connection:
            if rows.is_training(connection, self.home.runs):
                return None
            row = connection.execute(
                "SELECT id FROM runs WHERE status = 'queued' AND (? IS NULL OR id = ?) ORDER BY place, id LIMIT 1",
                (run_id, run_id),
            ).fetchone()
            if row is None:
                return None
            self._take(connection, row["id"])
            self.write_folder(connection, row["id"])
        return self.get(row["id"])

    def set_status(self, run_id: str, status: Status, *, failure: Failure | None = None) -> Status:
        """Move a run to another state; returns it: one that failed may be again what it was before it went on.

        Raises:
            RunError: the transition is not allowed.
        """
        with self.database.transaction() as connection:
            row = rows.one(connection, run_id)
            values: dict[str, Any] = {"ended": time.time() if status in ENDED else None}
            values["failure"] = failure.to_dict() if failure else None
            if status in {Status.FAILED, Status.INTERRUPTED}:
                # Its last scores may be of weights that nobody has saved.
                values |= rows.of_the_model(row, self.home.runs)
            if status is Status.FAILED:
                values |= rows.still_standing(row)
            status = Status(values.pop("status", status))
            rows.change_status(connection, row, status, runs=self.home.runs, **values)
            # Before the first step, since a checkpoint is of no use without the facts of its run.
            if status in ENDED or row["status"] == Status.PREPARING:
                self.write_folder(connection, run_id, with_events=status in ENDED)
        if status in ENDED:
            process.let_go(self.folder(run_id), ended=True)
        return status

    def update(self, run_id: str, *, facts: Facts | None = None, **values: Any) -> None:
        """Write progress columns of a run: step, total_steps, epoch, seconds, eval, …

        Facts that are not set stay as they were.
        """
        if unknown := set(values) - _PROGRESS:
            raise ValueError(f"not progress columns: {sorted(unknown)}")
        with self.database.transaction() as connection:
            if facts is not None:
                values["facts"] = json.loads(rows.one(connection, run_id)["facts"]) | facts.to_dict()
            rows.update(connection, run_id, values)

    def describe(
        self, run_id: str, *, name: str | None = None, notes: str | None = None, tags: Sequence[str] | None = None
    ) -> Run:
        """Change what people call a run and say about it; what is None stays.

        Raises:
            RunError: a text is empty or too long, or a tag is not a word.
        """
        run = self.get(run_id)
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = naming.name(name)
        if notes is not None:
            values["notes"] = naming.notes(notes)
        if tags is not None:
            values["tags"] = naming.tags(tags)
        with self.database.transaction() as connection:
            rows.update(connection, run.id, values)
            self.write_folder(connection, run.id)
        return self.get(run.id)

    # The queue

    def move(self, run_id: str, to: Move) -> list[Run]:
        """Let a waiting run go up or down by one place, or to the first or last one.

        Returns:
            The queue as it is now.

        Raises:
            RunError: the run does not wait.
        """
        run = self.get(run_id)
        with self.database.transaction() as connection:
            waiting = connection.execute(
                "SELECT id, place FROM runs WHERE status = 'queued' ORDER BY place, id"
            ).fetchall()
            order, places = [row["id"] for row in waiting], [row["place"] for row in waiting]
            if run.id not in order:
                raise wrong_state(run.id, run.status, Message("Only a run that waits has a place in the queue."))
            at = order.index(run.id)
            target = {"up": max(at - 1, 0), "down": at + 1, "first": 0, "last": len(order)}[to]
            order.insert(target, order.pop(at))
            connection.executemany("UPDATE runs SET place = ? WHERE id = ?", zip(places, order, strict=True))
        return self.queued()

    def request_stop(self, run_id: str) -> Run:
        """Ask a run to stop: a queued one stops at once, a live one after its step, an ended one stays as it is."""
        run = self.get(run_id)
        with self.database.transaction() as connection:
            row = rows.one(connection, run.id)
            rows.update(connection, run.id, {"stop_requested": 1})
            if row["status"] == Status.QUEUED:
                rows.change_status(connection, row, Status.STOPPED, runs=self.home.runs, ended=time.time())
                self.write_folder(connection, run.id, with_events=True)
        return self.get(run.id)

    def requeue(self, run_id: str) -> Run:
        """Put an ended run at the end of the queue again, to go on from its last checkpoint.

        Raises:
            RunError: it is still going on, or finished.
        """
        run = self.get(run_id)
        with self.database.transaction() as connection:
            row = rows.one(connection, run.id)
            status = rows.run(row, self.home.runs).status
            if status not in RESUMABLE:
                raise wrong_state(run.id, status, Message("Only these can go on: failed, interrupted, stopped."))
            self._put_last(connection, row)
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
            raise wrong_state(run.id, run.status, Message("Wait until it has ended, or stop it."))
        if epochs <= before:
            raise RunError(
                Message(
                    "The run {run} was made for {before:g} epochs; {epochs:g} are not more.",
                    run=run.id,
                    before=before,
                    epochs=epochs,
                ),
                Message("Give the number of epochs in total."),
            )
        config = run.config.replace({"training.num_train_epochs": float(epochs)})
        with self.database.transaction() as connection:
            self._put_last(connection, rows.one(connection, run.id), config=to_stored(config))
        return self.get(run.id)

    def take_over(self, run_id: str) -> Run:
        """Become the process that a run belongs to, which another one has claimed and handed over."""
        with self.database.transaction() as connection:
            pid, pid_started = process.hold(self.folder(run_id))
            rows.update(connection, run_id, {"pid": pid, "pid_started": pid_started})
            self.write_folder(connection, run_id)
        return self.get(run_id)

    def stop_requested(self, run_id: str) -> bool:
        with self.database.connection() as connection:
            return bool(rows.one(connection, run_id)["stop_requested"])

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
        progress: dict[str, Any] = {"step": step, "epoch": epoch, "seconds": seconds}
        if kind == "eval":
            progress["eval"] = dict(values)
        # Waiting for the disk at each step would slow a fast training down. The next event of another kind brings
        # these to the disk with it; what a power cut takes is put back from the checkpoint, or trained again.
        with self.database.transaction(durable=kind != "train") as connection:
            cursor = connection.execute(
                'INSERT INTO events (run, kind, step, epoch, seconds, "values") VALUES (?, ?, ?, ?, ?, ?)',
                (run_id, kind, step, epoch, seconds, json.dumps(dict(values))),
            )
            rows.update(connection, run_id, progress)
            if kind == "phase" and values.get("phase") in ENDED:
                self.write_folder(connection, run_id, with_events=True)
        return int(cursor.lastrowid or 0)

    def events(self, run_id: str, since: int = 0, kinds: tuple[EventKind, ...] = ()) -> list[Event]:
        """The events of a run with an id above `since`, oldest first, of the given kinds (all when empty)."""
        marks = ", ".join("?" for _ in kinds)
        only = f" AND kind IN ({marks})" if kinds else ""
        query = f"{_SELECT_EVENTS} WHERE run = ? AND id > ?{only} ORDER BY id"
        with self.database.connection() as connection:
            found = connection.execute(query, (run_id, since, *kinds)).fetchall()
        return [rows.event(row) for row in found]

    def series(
        self, run_id: str, kind: EventKind, names: Sequence[str], since: int = 0
    ) -> list[tuple[int | float | None, ...]]:
        """Some values of all events of a kind with an id above `since`, oldest first, without making objects of them.

        Returns:
            A row an event: id, epoch, and the value of each name, None where it has none.
        """
        columns, last = rows.value_columns(names)
        with self.database.connection() as connection:
            cursor = connection.cursor()
            cursor.row_factory = None
            found = cursor.execute(
                f"SELECT id, epoch, {columns}, {last} FROM events WHERE run = ? AND kind = ? AND id > ? ORDER BY id",
                (run_id, kind, since),
            ).fetchall()
        return [rows.values_of(row, names) for row in found]

    def last_event(self, run_id: str, kind: EventKind) -> Event | None:
        """The newest event of a kind, None before the first."""
        return next(iter(self.recent(run_id, kind, 1)), None)

    def recent(self, run_id: str, kind: EventKind, count: int) -> list[Event]:
        """The newest `count` events of a kind, oldest first."""
        with self.database.connection() as connection:
            found = connection.execute(
                f"{_SELECT_EVENTS} WHERE run = ? AND kind = ? ORDER BY id DESC LIMIT ?", (run_id, kind, count)
            ).fetchall()
        return [rows.event(row) for row in reversed(found)]

    def rewind(self, run_id: str, step: int, *, evaluated: bool = True) -> None:
        """Forget what came after a checkpoint, so that a resumed run has no doubled step.

        Train and eval events past `step` go, in one transaction; the generation goes up so that readers start afresh.

        Args:
            run_id: the run.
            step: of the checkpoint, 0 when the run starts anew.
            evaluated: whether the checkpoint knows the evaluation of its own step; else that is made again.
        """
        with self.database.transaction() as connection:
            rows.rewind(connection, run_id, step, evaluated=evaluated)

    # What recovery and the trash build on

    def write_folder(self, connection: sqlite3.Connection, run_id: str, *, with_events: bool = False) -> None:
        """Write a run into its folder too, from which it can be had again if the database is lost."""
        try:
            found = rows.to_record(connection, rows.one(connection, run_id), with_events=with_events)
            record.write(self.folder(run_id), found.row, found.events if with_events else None)
        except (OSError, ValueError) as error:
            # The database has it; a full disk must not keep a run from ending.
            log.warning("the run %s cannot be kept in its folder: %s", run_id, error)

    def _runs(self, clauses: str, *values: Any) -> list[Run]:
        return list(rows.readable(self._rows(clauses, *values), self.home.runs))

    def _rows(self, clauses: str, *values: Any) -> list[sqlite3.Row]:
        with self.database.connection() as connection:
            found = connection.execute(f"SELECT * FROM runs {clauses}", values).fetchall()
            # One may have ended, and its process with it, after it was read: that is no death.
            if any(rows.has_died(row, self.home.runs) for row in found):
                found = connection.execute(f"SELECT * FROM runs {clauses}", values).fetchall()
            return found

    def _put_last(self, connection: sqlite3.Connection, row: sqlite3.Row, **values: Any) -> None:
        """Let an ended run wait at the end of the queue."""
        (last,) = connection.execute("SELECT MAX(place) FROM runs").fetchone()
        fresh = {"place": last + 1, "stop_requested": 0, "failure": None, "ended": None}
        fresh["before"] = rows.as_it_is(row, self.home.runs)
        rows.change_status(connection, row, Status.QUEUED, runs=self.home.runs, **fresh, **values)
        self.write_folder(connection, row["id"])

    def _take(self, connection: sqlite3.Connection, run_id: str) -> None:
        """Make a waiting run this process's own."""
        try:
            leftovers.clean(self.folder(run_id))
        except OSError as error:  # the training says what it can't read or write
            log.warning("what the run %s left behind cannot be removed: %s", run_id, error)
        pid, pid_started = process.hold(self.folder(run_id))
        taken = {"started": time.time(), "ended": None, "failure": None, "pid": pid, "pid_started": pid_started}
        rows.change_status(connection, rows.one(connection, run_id), Status.PREPARING, runs=self.home.runs, **taken)
