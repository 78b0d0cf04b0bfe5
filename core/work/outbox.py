"""What a training writes while another program keeps the database: it waits in memory, in order, until it opens.

Knows when to try again; knows nothing of what is written. Guarantees: a training goes on meanwhile; nothing is written
twice or out of order, and nothing is lost while the process lives; only the end of a run waits, however long it takes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial

from core.errors import StoreBusy
from core.runs.database import Database

# Other processes of the home write for less than this; whoever takes longer is not waited for.
TRY_SECONDS = 1.0
# While it is known to be kept, so much of each `RETRY_SECONDS` is spent on asking.
LOOK_SECONDS = 0.05
RETRY_SECONDS = 1.0
# Other writes of the process that trains: a database browser may be left open over lunch.
PATIENCE_SECONDS = 1800.0

log = logging.getLogger("starboard.jobs")


class Outbox:
    """The writes of one training. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[Callable[[], object]] = deque()
        self._try_again: float | None = None
        self._writing = threading.Lock()

    def put(self, write: Callable[..., object], *arguments: object, **named: object) -> None:
        """Write this after all that was put before, now if that can be.

        Args:
            write: one transaction.
            arguments, named: what it is called with.

        Raises:
            StarboardError: it, or something that waited, cannot be written, for another reason than others who write.
        """
        with self._writing:
            self._waiting.append(partial(write, *arguments, **named))
            if self._try_again is not None and time.monotonic() < self._try_again:
                return
            try:
                self._write(TRY_SECONDS if self._try_again is None else LOOK_SECONDS)
            except StoreBusy as error:
                if self._try_again is None:
                    log.warning("%s The training goes on; what it has to say is kept until then.", error.message)
                self._try_again = time.monotonic() + RETRY_SECONDS

    def settle(self) -> None:
        """Wait until all is written: while the database is kept, no other run can be begun either.

        Raises:
            StarboardError: something cannot be written, for another reason than others who write.
        """
        with self._writing:
            while self._waiting:
                try:
                    self._write(PATIENCE_SECONDS)
                except StoreBusy as error:
                    log.warning("%s The end of the training waits for it.", error.message)

    def _write(self, seconds: float) -> None:
        with self._database.waiting(seconds):
            while self._waiting:
                write = self._waiting.popleft()
                try:
                    write()
                except StoreBusy:
                    self._waiting.appendleft(write)
                    raise
        self._try_again = None
