"""What a process does for the runs of its home when it starts: it writes down what others could not.

Knows the store and the run folders. Guarantees: a run is touched only while no process trains it, and none can take
it meanwhile; nothing whole is removed; doing it again changes nothing; what is wrong with one run keeps no other from
being brought in order.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import RunError, StarboardError, StorageError
from core.home import abandoned, notices
from core.home.files import ensure, mine
from core.messages import Message
from core.runs import checkpoints, disk, leftovers, manifest, naming, record, rows, trash
from core.runs.record import PastEvent, Record
from core.runs.run import ACTIVE, ENDED, Run, Status
from core.runs.store import Store

log = logging.getLogger("starboard.runs")


@dataclass(frozen=True)
class Recovered:
    """What was found, as run ids, and folders under runs/ that hold no run."""

    interrupted: tuple[str, ...]
    adopted: tuple[str, ...]
    unreadable: tuple[str, ...]


def recover(store: Store) -> Recovered:
    """Bring the home in order: damaged database, dead runs, unfinished deletions, run folders copied in.

    What the user should hear about is in `core.home.notices`.
    """
    # First: it may be what a full disk lacks.
    abandoned.remove(store.home)
    store.database.check()
    _catch_up(store)
    interrupted = tuple(run.id for run in store.runs() if run.status is Status.INTERRUPTED and interrupt(store, run.id))
    trash.forget_moved(store, [folder.name for folder in _directories(store.home.trash)])
    adopted, unreadable = adopt_copied(store)
    disk.keep_reserve(store.home)
    return Recovered(interrupted, adopted, unreadable)


def interrupt(store: Store, run_id: str) -> bool:
    """Write that a run's process is gone, or why it failed; returns whether it had not been written yet."""
    folder = store.folder(run_id)
    with store.database.transaction() as connection:
        row = rows.one(connection, run_id)
        if not rows.has_died(row, store.home.runs):
            return False
        failure = record.kept_failure(folder)
        try:
            with _readable(folder):
                leftovers.clean(folder)
                _fill_gap(connection, row, folder)
                rows.update(connection, run_id, _of_the_model(connection, row, folder))
        except RunError as error:
            # It is interrupted all the same; whoever goes on with it hears what is wrong.
            notices.add(store.home, [error.found])
        except OSError as error:
            log.warning("what the run %s left behind cannot be brought in order: %s", run_id, error)
        at = rows.one(connection, run_id)
        # One that failed may be again what it was before it went on.
        values = rows.still_standing(row) if failure else {}
        status = Status(values.pop("status", Status.FAILED if failure else Status.INTERRUPTED))
        phase = PastEvent(
            kind="phase",
            step=at["step"],
            epoch=at["epoch"],
            seconds=at["seconds"],
            values={"phase": str(status)},
        )
        rows.insert_events(connection, run_id, [phase])
        values = {"failure": failure.to_dict() if failure else None, "ended": row["seen"] or row["started"]} | values
        rows.change_status(connection, at, status, runs=store.home.runs, **values)
        store.write_folder(connection, run_id, with_events=True)
    return True


def _catch_up(store: Store) -> None:
    """Bring back what the database has forgotten of runs that ended.

    A log that was lost or damaged SQLite takes for one that was never written: the database is whole, and older. Rows
    that it has forgotten altogether come back as folders that were copied in.
    """
    restored = []
    for folder in sorted(_directories(store.home.runs)):
        kept = record.read_row(folder)
        if kept is None or kept.status not in ENDED or not _is_behind(store, folder.name, kept):
            continue
        with contextlib.suppress(RunError, OSError), store.database.transaction() as connection, _readable(folder):
            # Somebody may have been at it since.
            if not _is_behind(store, folder.name, kept):
                continue
            found = record.read(folder)
            rows.delete(connection, folder.name)
            # Ids go on growing over the loss: none that was given before is as high.
            highest = time.time_ns() // 10**6
            connection.execute("UPDATE sqlite_sequence SET seq = MAX(seq, ?) WHERE name = 'events'", (highest,))
            rows.from_record(connection, folder.name, found)
            restored.append(folder.name)
    if restored:
        lost = Message("The run store had lost what was written to it last.")
        notices.add(store.home, [lost, Message("Runs restored from their folders: {n}.", n=len(restored))])


def _is_behind(store: Store, run_id: str, kept: record.Row) -> bool:
    """Whether the database last heard of a run, which nobody trains, before it ended."""
    with store.database.connection() as connection:
        if not rows.exists(connection, run_id):
            return False
        row = rows.one(connection, run_id)
        heard = max(row["seen"] or 0.0, row["ended"] or 0.0)
        goes_on = Status(row["status"]) in ACTIVE and not rows.has_died(row, store.home.runs)
    return not goes_on and kept.ended is not None and kept.ended > heard


def adopt_copied(store: Store) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take folders that were copied into runs/ as runs.

    Returns:
        Ids of the runs that are new; names of the folders that hold none.
    """
    adopted, unreadable = [], []
    for folder in sorted(_directories(store.home.runs)):
        if not naming.is_id(folder.name) or _is_known(store, folder.name):
            continue
        try:
            with _readable(folder):
                # One that describes itself was a run here, whether or not there is something to use in it.
                known = record.read_row(folder) is not None
                if _insert(store, folder, _ordinary(folder) if known else _usable(folder)):
                    adopted.append(folder.name)
        except (RunError, OSError) as error:
            log.info("not a run: %s", error)
            unreadable.append(folder.name)
    return tuple(adopted), tuple(unreadable)


def adopt(store: Store, source: Path) -> Run:
    """Copy a run's folder from elsewhere, such as another machine, into this home.

    Keeps its id where that is free here. Neither an existing run nor the source is changed.

    Raises:
        RunError: the folder is no run's, or has nothing to use or to go on from.
        StorageError: it cannot be copied.
    """
    source = _existing(source)
    with _readable(source):
        _usable(source)
    runs = ensure(store.home.runs)
    run_id = source.name
    try:
        # Of a name that nobody else has: the same folder may be copied twice at the same time.
        with tempfile.TemporaryDirectory(prefix=mine(".incoming-"), dir=runs, ignore_cleanup_errors=True) as place:
            incoming = Path(place) / "run"
            shutil.copytree(source, incoming, ignore=shutil.ignore_patterns(manifest.UNKEPT))
            leftovers.clean(incoming)
            with _readable(source):
                found = _usable(incoming)
                while not (_is_free(store, run_id) and _insert(store, runs / run_id, found, incoming)):
                    run_id = naming.new_id()
    except OSError as error:
        raise StorageError(
            Message(
                "The folder {source} cannot be copied into {target}: {why}.",
                source=source,
                target=runs,
                why=error.strerror or str(error),
            ),
            Message("Check that the disk has room and the folder can be read."),
        ) from error
    return store.get(run_id)


def _existing(folder: Path) -> Path:
    """The full path of a folder.

    Raises:
        RunError: there is no such folder.
    """
    # A user that this computer does not have, a zero in the name, or a name without end.
    with contextlib.suppress(RuntimeError, ValueError, OSError):
        folder = folder.expanduser().resolve()
        if folder.is_dir():
            return folder
    raise RunError(Message("There is no folder {folder}.", folder=folder), Message("Name the folder of a run."))


def _fill_gap(connection: sqlite3.Connection, row: sqlite3.Row, folder: Path) -> None:
    """Put events back that a power cut took, although the checkpoint after them was saved."""
    checkpoint = checkpoints.last(folder)
    if checkpoint is None:
        return
    query = "SELECT MAX(step) FROM events WHERE run = ? AND kind IN ('train', 'eval')"
    (last,) = connection.execute(query, (row["id"],)).fetchone()
    lost = record.history(checkpoint, after=-1 if last is None else last)
    rows.insert_events(connection, row["id"], [each.model_copy(update={"seconds": row["seconds"]}) for each in lost])
    if lost:
        rows.update(connection, row["id"], {"step": lost[-1].step, "epoch": lost[-1].epoch})


def _of_the_model(connection: sqlite3.Connection, row: sqlite3.Row, folder: Path) -> dict[str, Any]:
    """The step of the saved model and its scores, where the process died before it could record them."""
    found = record.of_the_model(folder, row["model_step"], json.loads(row["facts"]))
    step = found["model_step"]
    if "eval" in found or step is None or step == row["model_step"]:
        return found
    event = rows.to_record(connection, row, with_events=True).evaluation_at(step)
    return found | ({"eval": event.values} if event else {})


def _insert(store: Store, folder: Path, found: Record, incoming: Path | None = None) -> bool:
    """Make a run of a folder; returns False where somebody else has been faster."""
    with store.database.transaction() as connection:
        if rows.exists(connection, folder.name):
            return False
        if incoming is None:
            leftovers.clean(folder)
        # It is nobody's here, whatever process had it elsewhere.
        row = found.row.model_copy(update={"pid": None, "pid_started": None})
        rows.from_record(connection, folder.name, Record(row, found.events))
        if incoming is not None:
            # Last, so that a row which the database refuses leaves no folder behind.
            incoming.rename(folder)
        store.write_folder(connection, folder.name, with_events=True)
    return True


def _ordinary(folder: Path) -> Record:
    """A run folder's content.

    Raises:
        RunError: it is no run's, or holds what is no file.
    """
    odd = next((each for each in folder.rglob("*") if each.is_symlink() or not (each.is_file() or each.is_dir())), None)
    if odd is not None:
        # A named pipe would be waited for, a link may lead anywhere.
        raise RunError(
            Message("{name} in {folder} is no ordinary file.", name=odd.relative_to(folder), folder=folder),
            Message("Copy the run's folder again, with its files and nothing else."),
        )
    return record.read(folder)


def _usable(folder: Path) -> Record:
    """A run folder's content, if there is something to use in it.

    Raises:
        RunError: there isn't.
    """
    found = _ordinary(folder)
    if checkpoints.last(folder) is None and not leftovers.is_whole_model(folder / "model", thorough=True):
        raise RunError(
            Message("{folder} has neither a whole checkpoint nor a whole model.", folder=folder),
            Message("Copy the complete folder of the run, with checkpoints and model."),
        )
    return found


@contextlib.contextmanager
def _readable(folder: Path) -> Iterator[None]:
    """Within, whatever is wrong with the files of a run becomes an error that says so.

    Raises:
        RunError: a file holds something else than what is written there.
    """
    try:
        yield
    except (StarboardError, sqlite3.Error, OSError):
        raise
    except Exception as error:
        log.warning("the folder %s cannot be read", folder, exc_info=error)
        why = f"{type(error).__name__}: {str(error)[:200]}"
        raise RunError(
            Message("{folder} cannot be read as a run: {why}.", folder=folder, why=why),
            Message("Restore it from where it came from."),
        ) from error


def _is_free(store: Store, run_id: str) -> bool:
    """Whether a name can be a run's id and is nobody's yet."""
    taken = _is_known(store, run_id) or store.folder(run_id).exists() or (store.home.trash / run_id).exists()
    return naming.is_id(run_id) and not taken


def _is_known(store: Store, run_id: str) -> bool:
    with store.database.connection() as connection:
        return rows.exists(connection, run_id)


def _directories(folder: Path) -> list[Path]:
    return [each for each in folder.iterdir() if each.is_dir()] if folder.is_dir() else []
