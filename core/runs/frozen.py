"""Opens the database of a home that cannot be written, such as a backup or a disk that is mounted read-only.

Knows SQLite and run folders. Guarantees: nothing is written to the home; everything that was committed is read, also
what only the log of a killed process has; where that cannot be had, it is said.

In WAL mode even a reader writes: it keeps an index of the log in a file beside the database. Without a log there is
nothing to index. With one, the index that is there is read; else database and log are copied to where they can be
written. A database that is damaged or missing is made of the run folders, in a place of its own.

Source: https://www.sqlite.org/wal.html#read_only_databases, https://www.sqlite.org/uri.html
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import tempfile
from pathlib import Path
from urllib.parse import quote

from core.errors import StorageError
from core.home.disks import unwritable
from core.home.places import Home
from core.messages import Message
from core.runs import rebuild, schema

log = logging.getLogger("starboard.runs")


def why(home: Home) -> StorageError | None:
    """Why the database of a home cannot be written; None where it can."""
    return unwritable(home.path, *(schema.beside(home.database, suffix) for suffix in ("", "-wal", "-shm")))


def refuse(home: Home) -> None:
    """See that a home can be written.

    Raises:
        StorageError: it cannot.
    """
    if (refused := why(home)) is not None:
        raise refused


def open_database(home: Home) -> sqlite3.Connection:
    """A connection that reads. It is not to be kept: it may not see what others write later.

    Raises:
        StorageError: there is a log that cannot be read where it is, and it cannot be copied.
        sqlite3.Error: the database cannot be read.
    """
    path = home.database
    if path.exists():
        has_log = _length(schema.beside(path, "-wal")) > 0
        try:
            # Nobody has it open where there is no log, and whoever comes can be looked for the next time.
            connection = _connected(path, "mode=ro" if has_log else "mode=ro&immutable=1")
            if schema.version(connection) == schema.VERSION:
                return connection
            connection.close()
        except schema.SIGNS as error:
            if schema.is_damage(error):
                log.warning("the run store %s is damaged: %s; the runs are read from their folders", path, error)
                return _copied(home, ())
            if not schema.is_unwritable(error):
                raise
    return _copied(home, ("", "-wal"))


def _connected(path: Path, how: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?{how}", uri=True, timeout=schema.BUSY_SECONDS, isolation_level=None
    )
    connection.row_factory = sqlite3.Row
    try:
        # Opening alone reads nothing.
        schema.version(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _copied(home: Home, parts: tuple[str, ...]) -> sqlite3.Connection:
    """A connection to a copy of the files with these endings, in the present version, which is gone with it."""
    path = home.database
    try:
        with tempfile.TemporaryDirectory(prefix="starboard-", ignore_cleanup_errors=True) as place:
            copy = Path(place) / path.name
            for suffix in parts:
                if schema.beside(path, suffix).exists():
                    shutil.copyfile(schema.beside(path, suffix), schema.beside(copy, suffix))
            connection = schema.connect(copy)
            try:
                with schema.transaction(connection):
                    if schema.migrate(connection):
                        rebuild.fill(connection, home.runs)
                # Into one file, which goes on being read after its name is gone.
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("PRAGMA query_only = ON")
            except BaseException:
                connection.close()
                raise
    except OSError as error:
        raise StorageError(
            Message(
                "The home folder cannot be written, and the run store in it cannot be read without being copied, "
                "which failed: {why}.",
                why=error.strerror or str(error),
            ),
            Message("Set TMPDIR to a folder with room, or copy the home folder and set STARBOARD_HOME to the copy."),
        ) from error
    return connection


def _length(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
