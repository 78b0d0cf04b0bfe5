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

from core.errors import StorageError, StoreBusy, disk_full, of_system
from core.home.disks import refuse_network, short
from core.home.files import ensure
from core.home.places import Home
from core.messages import Message
from core.runs import frozen, rebuild, schema


@dataclass
class _Opened:
    """A connection, to which file and log it was opened, how many seconds it waits for others, why it cannot write."""

    connection: sqlite3.Connection
    identity: object
    log: object
    waits: float
    refused: StorageError | None = None


class Database:
    """One database file; safe to share between threads. In a home that cannot be written it is only read.

    Raises:
        StorageError: it cannot be opened, and not because of damage, which is mended; or it is on a network share.
    """

    def __init__(self, home: Home) -> None:
        self.home, self.path = home, home.database
        self._local = threading.local()
        self._idle: list[_Opened] = []
        refuse_network(home)
        ensure(home.path)
        with self.connection():
            pass

    def check(self) -> None:
        """Read through the whole database; if it is damaged, replace it by what the run folders hold."""
        with self._writable() as connection:
            # On a full disk nobody else can open the file meanwhile; it is looked at when there is room again.
            if not isinstance(connection, schema.Alone):
                rebuild.replace_damaged(self.home)

    @contextmanager
    def waiting(self, seconds: float) -> Iterator[None]:
        """Within, this thread waits so long for others that write, instead of `schema.BUSY_SECONDS`."""
        before, self._local.waits = getattr(self._local, "waits", None), seconds
        try:
            yield
        finally:
            self._local.waits = before

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; durable means that it is on the disk afterwards, with all that was written before.

        Raises:
            StoreBusy: somebody else has kept it too long.
            StorageError: the home cannot be written, or the database cannot be used; says why.
        """
        with self._writable() as connection:
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
            kept = held.refused is None and not isinstance(held.connection, schema.Alone)
            try:
                if held.waits != self._waits:
                    held.waits = self._waits
                    held.connection.execute(f"PRAGMA busy_timeout = {round(1000 * held.waits)}")
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

    @property
    def _waits(self) -> float:
        waits: float | None = getattr(self._local, "waits", None)
        return schema.BUSY_SECONDS if waits is None else waits

    @contextmanager
    def _writable(self) -> Iterator[sqlite3.Connection]:
        with self.connection() as connection:
            if self._local.held.refused is not None:
                raise self._local.held.refused
            yield connection

    def _take(self) -> _Opened:
        """A connection to the file that is at the path now: somebody may have replaced or deleted it."""
        try:
            while self._idle:
                with contextlib.suppress(IndexError):  # another thread was faster
                    found = self._idle.pop()
                    # Who keeps a log that was deleted keeps all others out; closed, it writes that into the file.
                    if found.identity == self._identity() and found.log == self._identity("-wal"):
                        return found
                    found.connection.close()
            if (refused := frozen.why(self.home)) is not None:
                return _Opened(frozen.open_database(self.home), None, None, schema.BUSY_SECONDS, refused)
            before = self._identity()
            opened = rebuild.open_database(self.home)
            return _Opened(opened, before or self._identity(), self._identity("-wal"), schema.BUSY_SECONDS)
        except OSError as error:
            raise of_system(error) or StorageError(
                Message(
                    "The run store {path} cannot be used: {why}.", path=self.path, why=error.strerror or str(error)
                ),
                Message("Check that the folder can be written, or set STARBOARD_HOME elsewhere."),
            ) from error

    def _identity(self, suffix: str = "") -> object:
        try:
            found = schema.beside(self.path, suffix).stat()
        except FileNotFoundError:
            return None
        return (found.st_dev, found.st_ino)

    def _explained(self, error: Exception) -> StorageError:
        if schema.is_busy(error):
            return StoreBusy(
                Message(
                    "Another program has kept the run store {path} from being written for {seconds:.0f} seconds.",
                    path=short(self.path),
                    seconds=self._waits,
                ),
                Message(
                    "Try again; if it stays so, close programs that have the file open, such as a database browser "
                    "with changes that are not saved yet."
                ),
            )
        if schema.is_full(error):
            return disk_full()
        if schema.is_damage(error):
            return StorageError(
                Message("The run store {path} is damaged: {why}.", path=self.path, why=str(error)),
                Message("Start Starboard again: it keeps the damaged file and restores the runs from their folders."),
            )
        # A disk may become read-only while it is in use.
        if (refused := frozen.why(self.home)) is not None:
            return refused
        return StorageError(
            Message("The run store {path} cannot be used: {why}.", path=self.path, why=str(error)),
            Message("Check that the disk is not full and the folder can be written, or set STARBOARD_HOME elsewhere."),
        )
