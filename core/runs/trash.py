"""The trash: deleted runs, each a folder with everything that is needed to restore it, until the trash is emptied.

Knows the store and the run folders. Guarantees: a run that is going on is never deleted; deleting and restoring leave
the run in one place, whole, whenever the process dies in between or the disk is full; only emptying frees room, and
only that is final. Emptying needs no room at all.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import DiskFull, RunError, StorageError, of_system
from core.home.files import ensure
from core.messages import Message
from core.runs import disk, record, rows
from core.runs.record import Record
from core.runs.run import Run, wrong_state
from core.runs.store import Store


@dataclass(frozen=True)
class Trashed:
    """A deleted run; `deleted` is seconds since 1970."""

    id: str
    name: str
    deleted: float
    bytes: int


def delete(store: Store, run_id: str) -> Run:
    """Move an ended run with its events and its folder to the trash.

    Returns:
        The run as it was.

    Raises:
        RunError: it is going on, or there is none.
        StorageError: its folder cannot be moved.
    """
    run = store.get(run_id)
    try:
        disk.with_room(store.home, lambda: _delete(store, run))
    except DiskFull:
        # Not a byte to be had. A folder moves without any; its row goes when there is room, as after a process that
        # died between the two.
        _delete(store, run, noted=False)
    return run


def _delete(store: Store, run: Run, *, noted: bool = True) -> None:
    folder, target = store.folder(run.id), store.home.trash / run.id
    with _moved_back(folder, target), store.database.transaction() as connection:
        row = rows.one(connection, run.id)
        if (now := rows.run(row, store.home.runs)).going:
            raise wrong_state(run.id, now.status, Message("Stop it first, then delete it."))
        try:
            if noted:
                _note(connection, row, folder)
            ensure(target.parent)
            folder.rename(target)
        except OSError as error:
            raise of_system(error) or StorageError(
                Message(
                    "The folder of the run {run} cannot be moved to the trash: {why}.",
                    run=run.id,
                    why=error.strerror or str(error),
                ),
                Message("Check that no other program has it open and the home folder can be written."),
            ) from error


def _note(connection: sqlite3.Connection, row: sqlite3.Row, folder: Path) -> None:
    """Put all that the database knows of a run into its folder, and forget it."""
    found = rows.to_record(connection, row, with_events=True)
    rows.delete(connection, row["id"])
    record.write(folder, found.row.model_copy(update={"deleted": time.time()}), found.events)


@contextlib.contextmanager
def _moved_back(source: Path, target: Path) -> Iterator[None]:
    """Put a folder that was moved within back where it was, if the database refuses to take note of it."""
    try:
        yield
    except BaseException:
        if target.exists() and not source.exists():
            target.rename(source)
        raise


def restore(store: Store, run_id: str) -> Run:
    """Put a deleted run back, with its curve.

    Raises:
        RunError: it is not in the trash, or another run has its id.
        StorageError: its folder cannot be moved.
    """
    source = _find(store, run_id)
    folder = store.folder(source.name)
    found = record.read(source)
    disk.with_room(store.home, lambda: _restore(store, source, folder, found))
    return store.get(source.name)


def _restore(store: Store, source: Path, folder: Path, found: Record) -> None:
    with _moved_back(source, folder), store.database.transaction() as connection:
        known = rows.exists(connection, source.name)
        if folder.exists():
            raise RunError(
                Message("There is a run {run} already.", run=source.name),
                Message("Delete that one first, or leave this one in the trash."),
            )
        try:
            ensure(folder.parent)
            source.rename(folder)
        except OSError as error:
            raise of_system(error) or StorageError(
                Message(
                    "The run {run} cannot be taken out of the trash: {why}.",
                    run=source.name,
                    why=error.strerror or str(error),
                ),
                Message("Check that no other program has it open and the home folder can be written."),
            ) from error
        if known:
            # It was moved without room to note that.
            return
        rows.from_record(connection, source.name, Record(found.row, found.events))
        store.write_folder(connection, source.name)


def entries(store: Store) -> list[Trashed]:
    """What is in the trash, the last deleted first."""
    found = []
    for folder in _folders(store):
        row = record.read_row(folder)
        name, deleted = (row.name, row.deleted) if row else (folder.name, None)
        found.append(Trashed(folder.name, name, deleted or folder.stat().st_mtime, disk.size(folder)))
    return sorted(found, key=lambda each: -each.deleted)


def empty(store: Store, run_ids: Sequence[str] | None = None) -> int:
    """Remove deleted runs for good: those named, else all.

    Returns:
        Bytes freed.
    """
    folders = _folders(store) if run_ids is None else [_find(store, each) for each in run_ids]
    freed = 0
    for folder in folders:
        before = disk.size(folder)
        shutil.rmtree(folder, ignore_errors=True)
        freed += before - disk.size(folder)
    # Room first: the row of a run that was deleted without any may be left.
    with contextlib.suppress(StorageError):
        forget_moved(store, [folder.name for folder in folders])
    return freed


def forget_moved(store: Store, run_ids: Iterable[str]) -> None:
    """Remove the rows of runs whose folder is in the trash, or was: a process died, or had no room, in deleting them.

    Raises:
        StorageError: the database or the folder cannot be written.
    """
    for run_id in run_ids:
        with store.database.connection() as connection:
            if not _is_moved(store, connection, run_id):
                continue
        with store.database.transaction() as connection:
            if not _is_moved(store, connection, run_id):
                continue
            folder = store.home.trash / run_id
            if not folder.is_dir():
                rows.delete(connection, run_id)
                continue
            try:
                _note(connection, rows.one(connection, run_id), folder)
            except OSError as error:
                raise of_system(error) or StorageError(
                    Message("{file} cannot be written: {why}.", file=folder, why=error.strerror or str(error)),
                    Message("Check that no other program has it open and the home folder can be written."),
                ) from error


def _is_moved(store: Store, connection: sqlite3.Connection, run_id: str) -> bool:
    return rows.exists(connection, run_id) and not store.folder(run_id).exists()


def _find(store: Store, run_id: str) -> Path:
    found = [folder for folder in _folders(store) if run_id and folder.name.startswith(run_id)]
    exact = [folder for folder in found if folder.name == run_id]
    if len(exact or found) == 1:
        return (exact or found)[0]
    raise RunError(
        Message("No deleted run {run!r}: {count} deleted runs begin with it.", run=run_id, count=len(found))
        if found
        else Message("No deleted run {run!r}: there is none in the trash.", run=run_id),
        Message("List them with: python -m core trash"),
    )


def _folders(store: Store) -> list[Path]:
    return [each for each in store.home.trash.iterdir() if each.is_dir()] if store.home.trash.is_dir() else []
