"""The queue's worker: one thread that trains the runs of a home, one after the other.

Knows the queue and how a run is executed; knows nothing of pages. Guarantees: at most one training at a time in this
process; on a normal exit of the process the running training gets `SHUTDOWN_SECONDS` to write a checkpoint.
"""

from __future__ import annotations

import atexit
import logging
import sys
import threading
from types import ModuleType

from core.errors import StarboardError
from core.home import notices
from core.home.places import Home
from core.messages import Message
from core.runs import recovery
from core.runs.store import Store
from core.work.execution import PATIENT, SHUTDOWN_SECONDS, execute

POLL_SECONDS = 1.0
# From the first page drawn by the server until it imports what a training needs, unless one is wanted before.
WARM_UP_SECONDS = 3.0

log = logging.getLogger("starboard.jobs")


class Worker:
    """The one training thread of a process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wake = threading.Event()
        self._shutting_down = threading.Event()
        self._thread = threading.Thread(target=self._work, name="starboard-training", daemon=True)
        self._thread.start()
        atexit.register(self.shut_down)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def shutting_down(self) -> bool:
        return self._shutting_down.is_set()

    def wake(self) -> None:
        """Look into the queue now instead of at the next poll."""
        self._wake.set()

    def ask_to_end(self) -> None:
        """Ask the running training to write a checkpoint and end."""
        self._shutting_down.set()
        self._wake.set()

    def shut_down(self) -> None:
        """Ask the running training to write a checkpoint and end, and wait for it."""
        self.ask_to_end()
        self._thread.join(SHUTDOWN_SECONDS)

    def _work(self) -> None:
        wanted = False
        # Before anything slow: a page that is open shows at once what can go on.
        try:
            recovery.recover(self._store)
            wanted = bool(self._store.queued())
        except StarboardError as error:
            # The store can't be used at this moment; a page that reads it shows why.
            log.warning("the home cannot be brought in order: %s", error)
        except Exception:
            # A defect; runs that wait are trained all the same.
            log.exception("the home cannot be brought in order")
        # The browser still draws the first page, and soon its reader asks for another: imports would hold both up.
        if not wanted:
            self._wake.wait(WARM_UP_SECONDS)
        if self._shutting_down.is_set():
            return
        # Paid here, once, so that the first click on Train does not pay for it: about 10 seconds of imports.
        import core.training.train  # noqa: F401

        said = ""
        while not self._shutting_down.is_set():
            try:
                run = self._store.claim()
                if run is not None:
                    # Until its end is written no other run can begin.
                    execute(self._store, run, self._shutting_down, fail_tries=PATIENT)
                    continue
            except StarboardError as error:
                # The store can't be used at this moment; a page that reads it shows why. Keep trying.
                if str(error) != said:
                    log.warning("the queue cannot be read: %s", error)
                said = str(error)
            except Exception:
                # A defect must not end the one thread that trains.
                log.exception("the queue cannot be worked off")
            self._wake.wait(POLL_SECONDS)
            self._wake.clear()


def _workers() -> dict[str, Worker]:
    """The workers of this process by home, kept where neither a reloaded module nor a cleared cache can lose them."""
    slot = sys.modules.setdefault("starboard_workers", ModuleType("starboard_workers"))
    workers: dict[str, Worker] = slot.__dict__.setdefault("workers", {})
    return workers


_starting = threading.Lock()


def start(home: Home) -> None:
    """Make sure that this process has a worker for a home."""
    with _starting:
        worker = _workers().get(str(home.path))
        if worker is None or not worker.alive:
            if worker is not None and not worker.shutting_down:
                _say_it_died(home)
            _workers()[str(home.path)] = Worker(Store(home))


def _say_it_died(home: Home) -> None:
    """A defect, or a lack of memory: the run that was trained reads as interrupted, and those that wait go on."""
    said = Message("The thread that trains had ended and was started again; the terminal says why.")
    if not any(said in each.sentences for each in notices.pending(home)):
        notices.add(home, [said])


def wake(home: Home) -> None:
    """Wake the worker of a home, if this process has one."""
    worker = _workers().get(str(home.path))
    if worker is not None:
        worker.wake()


def ask_to_end() -> None:
    """Ask the workers of this process to end, without waiting: safe within a signal handler."""
    for worker in list(_workers().values()):
        worker.ask_to_end()


def shut_down() -> None:
    """Ask the workers of this process to end, and wait for them."""
    for worker in list(_workers().values()):
        worker.shut_down()
