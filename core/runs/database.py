"""The database of a home, as its users have it: connections, transactions, and errors that say what to do.

Knows nothing of what the tables hold. Guarantees: no two threads use one connection at a time; it is to the file that
is at the path now, even if somebody replaced or deleted it meanwhile; what goes wrong is a StorageError.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.errors import StorageError, disk_full
from core.home.files import ensure
from core.home.places import Home
from core.messages import Message
from core.runs import rebuild, schema


@dataclass(frozen=True)
class _Opened:
    """A connection, and to which file and which log it was opened."""

    connection: sqlite3.Connection
    identity: object
    log: object


class Database:
    """One database file; safe to share between threads.

    Raises:
        StorageError: it cannot be opened, and not because of damage, which is mended.
    """

    def __init__(self, home: Home) -> None:
        self.home, self.path = home, home.database
        self._local = threading.local()
        self._idle: list[_Opened] = []
        ensure(home.path)
        with self.connection():
            pass

    def check(self) -> None:
        """Read through the whole database; if it is damaged, replace it by what the run folders hold."""
        with self.connection() as connection:
            # On a full disk nobody else can open the file meanwhile; it is looked at when there is room again.
            if not isinstance(connection, schema.Alone):
                rebuild.replace_damaged(self.home)

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; durable means that it is on the disk afterwards, with all that was written before."""
        with self.connection() as connection:
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with schema.transaction(connection):
                yield connection

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that no other thread uses meanwhile; the same one for the same thread inside the `with`.

        Raises:
            StorageError: the database cannot be used; says why.
        """
        try:
            held: _Opened | None = getattr(self._local, "held", None)
            if held is not None:
                yield held.connection
                return
            self._local.held = held = self._take()
            kept = not isinstance(held.connection, schema.Alone)
            try:
                yield held.connection
            except Exception as error:
                # It may be to a log that somebody deleted; when no connection of a process is, a new one is begun.
                kept = kept and not schema.is_unreadable(error.__cause__ or error)
                raise
            finally:
                self._local.held = None
                if kept:
                    self._idle.append(held)
                else:
                    held.connection.close()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._explained(error) from error

    def _take(self) -> _Opened:
        """A connection to the file that is at the path now: somebody may have replaced or deleted it."""
        while self._idle:
            with contextlib.suppress(IndexError):  # another thread was faster
                found = self._idle.pop()
                # Who goes on with a log that was deleted keeps all others out; closed, it writes that into the file.
                if found.identity == self._identity() and found.log == self._identity("-wal"):
                    return found
                found.connection.close()
        before = self._identity()
        try:
            opened = rebuild.open_database(self.home)
            return _Opened(opened, before or self._identity(), self._identity("-wal"))
        except OSError as error:
            raise StorageError(
                Message(
                    "The run store {path} cannot be used: {why}.", path=self.path, why=error.strerror or str(error)
                ),
                Message("Check that the folder can be written, or set STARBOARD_HOME elsewhere."),
            ) from error

    def _identity(self, suffix: str = "") -> object:
        try:
            found = self.path.with_name(self.path.name + suffix).stat()
        except FileNotFoundError:
            return None
        return (found.st_dev, found.st_ino)

    def _explained(self, error: Exception) -> StorageError:
        if schema.is_busy(error):
            return StorageError(
                Message(
                    "Another process has been writing to the run store for {seconds:.0f} seconds.",
                    seconds=schema.BUSY_SECONDS,
                ),
                Message("Try again; if it stays so, end the other programs that use this home."),
            )
        if schema.is_full(error):
            return disk_full()
        if schema.is_damage(error):
            return StorageError(
                Message("The run store {path} is damaged: {why}.", path=self.path, why=str(error)),
                Message("Start Starboard again: it keeps the damaged file and restores the runs from their folders."),
            )
        return StorageError(
            Message("The run store {path} cannot be used: {why}.", path=self.path, why=str(error)),
            Message("Check that the disk is not full and the folder can be written, or set STARBOARD_HOME elsewhere."),
        )
