"""The trash: deleted runs, each a folder with everything that is needed to restore it, until the trash is emptied.

Knows the store and the run folders. Guarantees: a run that is going on is never deleted; deleting and restoring leave
the run in one place, whole, whenever the process dies in between; only emptying frees room, and only that is final.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import RunError, StorageError
from core.home.files import ensure
from core.messages import Message
from core.runs import record, rows
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
    folder, target = store.folder(run.id), store.home.trash / run.id
    with store.database.transaction() as connection:
        row = rows.one(connection, run.id)
        if (now := rows.run(row, store.home.runs)).going:
            raise wrong_state(run.id, now.status, Message("Stop it first, then delete it."))
        found = rows.to_record(connection, row, with_events=True)
        try:
            record.write(folder, found.row.model_copy(update={"deleted": time.time()}), found.events)
            ensure(target.parent)
            folder.rename(target)
        except OSError as error:
            raise StorageError(
                Message(
                    "The folder of the run {run} cannot be moved to the trash: {why}.",
                    run=run.id,
                    why=error.strerror or str(error),
                ),
                Message("Check that no other program has it open and the home folder can be written."),
            ) from error
        rows.delete(connection, run.id)
    return run


def restore(store: Store, run_id: str) -> Run:
    """Put a deleted run back, with its curve.

    Raises:
        RunError: it is not in the trash, or another run has its id.
        StorageError: its folder cannot be moved.
    """
    source = _find(store, run_id)
    folder = store.folder(source.name)
    found = record.read(source)
    with store.database.transaction() as connection:
        if rows.exists(connection, source.name) or folder.exists():
            raise RunError(
                Message("There is a run {run} already.", run=source.name),
                Message("Delete that one first, or leave this one in the trash."),
            )
        try:
            ensure(folder.parent)
            source.rename(folder)
        except OSError as error:
            raise StorageError(
                Message(
                    "The run {run} cannot be taken out of the trash: {why}.",
                    run=source.name,
                    why=error.strerror or str(error),
                ),
                Message("Check that no other program has it open and the home folder can be written."),
            ) from error
        rows.from_record(connection, source.name, Record(found.row, found.events))
        store.write_folder(connection, source.name)
    return store.get(source.name)


def entries(store: Store) -> list[Trashed]:
    """What is in the trash, the last deleted first."""
    found = []
    for folder in _folders(store):
        row = record.read_row(folder)
        name, deleted = (row.name, row.deleted) if row else (folder.name, None)
        found.append(Trashed(folder.name, name, deleted or folder.stat().st_mtime, _bytes(folder)))
    return sorted(found, key=lambda each: -each.deleted)


def empty(store: Store, run_ids: Sequence[str] | None = None) -> int:
    """Remove deleted runs for good: those named, else all.

    Returns:
        Bytes freed.
    """
    folders = _folders(store) if run_ids is None else [_find(store, each) for each in run_ids]
    freed = 0
    for folder in folders:
        size = _bytes(folder)
        shutil.rmtree(folder, ignore_errors=True)
        freed += size - _bytes(folder)
    return freed


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


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
