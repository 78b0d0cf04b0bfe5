"""The database file: its tables, their versions, and how a connection to it is opened.

Knows SQLite; knows nothing of what a run is. Guarantees: a connection waits for other writers instead of failing at
once, also while the file is opened; a database of an earlier version is brought to the present one in one
transaction; whoever else wants to change the file as a whole waits for `exclusive`.

WAL mode lets readers go on while one writes. With `synchronous = FULL` a commit survives a power cut, with `NORMAL` it
survives the end of the process; a FULL commit makes every earlier one durable too.
Source: https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from core.errors import StorageError
from core.messages import Message

VERSION = 3
BUSY_SECONDS = 30.0
RETRY_SECONDS = 0.05
# The log is cut back to this after each checkpoint, so that one long read doesn't leave a large file behind.
LOG_BYTES = 16 << 20

TABLES = (
    """
    CREATE TABLE IF NOT EXISTS runs (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL, config TEXT NOT NULL,
        created REAL NOT NULL, started REAL, ended REAL,
        step INTEGER NOT NULL DEFAULT 0, total_steps INTEGER NOT NULL DEFAULT 0, epoch REAL NOT NULL DEFAULT 0,
        seconds REAL NOT NULL DEFAULT 0, samples_per_second REAL, generation INTEGER NOT NULL DEFAULT 0,
        stop_requested INTEGER NOT NULL DEFAULT 0, model_step INTEGER,
        eval TEXT NOT NULL DEFAULT '{}', facts TEXT NOT NULL DEFAULT '{}', failure TEXT,
        pid INTEGER, pid_started REAL
    )""",
    """
    CREATE TABLE IF NOT EXISTS events (
        id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, kind TEXT NOT NULL, step INTEGER NOT NULL,
        epoch REAL NOT NULL, seconds REAL NOT NULL, "values" TEXT NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS runs_by_created ON runs (created DESC)",
    "CREATE INDEX IF NOT EXISTS runs_by_status ON runs (status, created)",
    "CREATE INDEX IF NOT EXISTS events_by_run ON events (run, id)",
    "CREATE INDEX IF NOT EXISTS events_by_kind ON events (run, kind, id)",
)
# Columns that came after the first version; `place` orders the queue, `seen` is when the run was last written to,
# `before` is what it was before it went on, for a run that cannot.
ADDED = {
    "place": "REAL NOT NULL DEFAULT 0",
    "notes": "TEXT NOT NULL DEFAULT ''",
    "tags": "TEXT NOT NULL DEFAULT '[]'",
    "seen": "REAL",
    "before": "TEXT",
}
# What may be raised over a damaged file; `is_damage` tells it from other trouble.
SIGNS = (sqlite3.DatabaseError, UnicodeDecodeError)
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Alone(sqlite3.Connection):
    """A connection that keeps the index of the log in memory, since the disk has no room for it.

    Nobody else can use the database until it is closed.
    """


def connect(path: Path) -> sqlite3.Connection:
    """A connection in WAL mode; the tables may not be there yet. A new file is the user's alone, and so is its log.

    On a disk that is full to the last byte it is `Alone`: what is stored can be read, and room be made.
    """
    with contextlib.suppress(OSError):  # it is there, or SQLite says why it cannot be
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        return _connected(path, sqlite3.Connection)
    except sqlite3.OperationalError as error:
        if not is_full(error):
            raise
        return _connected(path, Alone)


def beside(path: Path, suffix: str) -> Path:
    """What SQLite keeps beside a database: its log (`-wal`) and the index of that (`-shm`)."""
    return path.with_name(path.name + suffix)


def _connected(path: Path, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, factory=factory
    )
    try:
        if factory is Alone:
            # Before the first look at the file; SQLite then needs no file for the index.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.row_factory = sqlite3.Row
        _into_wal(connection)
        connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
    except BaseException:
        connection.close()
        raise
    return connection


def _into_wal(connection: sqlite3.Connection) -> None:
    # Changing the mode, and reading the log that a dead process left, do not always wait for the busy timeout.
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)


def version(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 for a new file and for the first version, which had no number."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> bool:
    """Bring the tables to the present version, inside the caller's transaction.

    Returns:
        Whether the file was empty.

    Raises:
        StorageError: the file is of a later version.
    """
    found = version(connection)
    if found > VERSION:
        raise StorageError(
            Message(
                "The run store is of version {found}; this Starboard reads up to version {known}.",
                found=found,
                known=VERSION,
            ),
            Message("Use the newer Starboard that wrote it, or set STARBOARD_HOME to another folder."),
        )
    empty = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone() is None
    for statement in TABLES:
        connection.execute(statement)
    there = {row["name"] for row in connection.execute("PRAGMA table_info(runs)")}
    for name in ADDED.keys() - there:
        connection.execute(f"ALTER TABLE runs ADD COLUMN {name} {ADDED[name]}")
        if name == "place":
            connection.execute("UPDATE runs SET place = created")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    return empty


def is_whole(connection: sqlite3.Connection) -> bool:
    """Whether the file is whole: SQLite's integrity check, without which an index may disagree with its table.

    It takes about 0.1 s for each 100,000 events.
    """
    try:
        return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except SIGNS as error:
        if is_damage(error):
            return False
        raise


def is_damage(error: Exception) -> bool:
    """Whether an error says that the file is no database any more, as opposed to locked, full or unreadable."""
    # Damaged text is in no encoding; where it names a table or an index, SQLite's own message is in none either.
    undecodable = isinstance(error, UnicodeDecodeError) or "decode to UTF-8" in str(error)
    return undecodable or _code(error) in _DAMAGED


def is_busy(error: Exception) -> bool:
    return _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_unwritable(error: Exception) -> bool:
    """Whether the file, or one beside it, cannot be opened for writing."""
    return _code(error) in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}


def is_unreadable(error: BaseException) -> bool:
    """Whether the system refused to read or write the file, or found less in it than there must be."""
    return _code(error) == sqlite3.SQLITE_IOERR


def is_full(error: Exception) -> bool:
    # The second: a disk without room for the index of the log, which has 32 kB.
    return _code(error) == sqlite3.SQLITE_FULL or getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_IOERR_SHMSIZE


def _code(error: BaseException) -> int:
    # The upper bytes say more precisely what happened.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All of what is written inside, or nothing; one writer at a time."""
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        yield connection


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Keep other processes from creating, migrating or replacing the database file.

    Raises:
        StorageError: somebody else has been at it for too long.
    """
    try:
        with filelock.FileLock(path.with_suffix(".lock"), timeout=BUSY_SECONDS):
            yield
    except filelock.Timeout as error:
        raise StorageError(
            Message(
                "Another process has been preparing the run store {path} for {seconds:.0f} seconds.",
                path=path,
                seconds=BUSY_SECONDS,
            ),
            Message("Wait until it is done, or end it, and try again."),
        ) from error
