"""Opens the database of a home, and makes a new one from the run folders when it is damaged or lost.

Knows run folders and the database; knows nothing of the store's operations. Guarantees: a damaged file is kept under
another name, never deleted; of several processes that find it damaged, one replaces it; a file that is only locked,
out of reach or on a full disk is never taken for a damaged one.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from core.errors import RunError
from core.home import notices
from core.home.places import Home
from core.messages import Message
from core.runs import naming, process, record, rows, schema
from core.runs.record import Record
from core.runs.run import Status


def open_database(home: Home) -> sqlite3.Connection:
    """A connection to the database of a home, ready for use.

    Raises:
        StorageError: the file is of a later version of Starboard.
        sqlite3.Error: it cannot be opened, for another reason than damage.
    """
    path = home.database
    try:
        connection = schema.connect(path)
        if schema.version(connection) == schema.VERSION:
            return connection
        connection.close()
    except schema.SIGNS as error:
        if not schema.is_damage(error):
            raise
    with schema.exclusive(path):
        return _prepared(home)


def replace_damaged(home: Home) -> None:
    """Check the whole file; if it is damaged, set it aside and put a new one in its place."""
    with schema.exclusive(home.database):
        if _is_damaged(home.database, thoroughly=True):
            _prepared(home, damaged=True).close()


def _prepared(home: Home, *, damaged: bool = False) -> sqlite3.Connection:
    """Create, migrate or replace the file; nobody else is at it."""
    path = home.database
    aside = _set_aside(path) if damaged or _is_damaged(path) else None
    connection = schema.connect(path)
    try:
        with schema.transaction(connection):
            empty = schema.migrate(connection)
            sentences = fill(connection, home.runs) if empty else []
    except BaseException:
        connection.close()
        raise
    if aside:
        damage = Message("The run store was damaged. The damaged file is kept as {name}.", name=aside.name)
        notices.add(home, [damage, *sentences])
    elif sentences:
        notices.add(home, [Message("The run store was missing."), *sentences])
    return connection


def _is_damaged(path: Path, *, thoroughly: bool = False) -> bool:
    """Whether the file is no database; thoroughly: whether anything in it is out of place."""
    try:
        with closing(schema.connect(path)) as connection:
            schema.version(connection)
            return thoroughly and not (schema.is_whole(connection) and rows.are_readable(connection))
    except schema.SIGNS as error:
        if schema.is_damage(error):
            return True
        raise


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 10**6:06}.db")
    # The file itself goes last: without it a new one could be opened together with the log of the old one.
    for suffix in ("-wal", "-shm", ""):
        part = schema.beside(path, suffix)
        if part.exists():
            part.rename(schema.beside(aside, suffix))
    return aside


def fill(connection: sqlite3.Connection, runs: Path) -> list[Message]:
    """Put every run that has a folder into an empty database; says what came of it, nothing for a new home."""
    folders = [each for each in runs.iterdir() if each.is_dir() and naming.is_id(each.name)] if runs.is_dir() else []
    if not folders:
        return []
    # Ids go on growing over the loss: no earlier database has given one this high.
    connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)", (time.time_ns() // 10**6,))
    restored, unreadable = 0, []
    for folder in sorted(folders, key=lambda each: (record.created(each), each.name)):
        try:
            rows.from_record(connection, folder.name, _living(folder, record.read(folder)))
            restored += 1
        except RunError:
            unreadable.append(folder.name)
    sentences = [
        Message("Runs restored from their folders: {n}.", n=restored),
        Message("Runs that were going on have their curve up to the last checkpoint."),
    ]
    if unreadable:
        names = ", ".join(unreadable)
        sentences.append(Message("Folders that hold no run that can be read: {names}.", names=names))
    return sentences


def _living(folder: Path, found: Record) -> Record:
    """The record, under way again if the process that trains the run lives and will go on writing to it."""
    row = found.row
    if not process.alive(folder, row.pid, row.pid_started):
        return Record(row.model_copy(update={"pid": None, "pid_started": None}), found.events)
    return Record(row.model_copy(update={"status": Status.PREPARING, "ended": None}), found.events)
