"""Work that can't be asked to stop, done so that a request to halt need not wait for it.

A download or a fit in a library has no switch to end it. It runs in a thread of its own; when a halt is asked for, the
caller goes on at once and the thread's result is dropped. What a download has fetched stays in the cache, so nothing is
lost. Such work must not touch torch's random state: a thread that was left behind would change the next run's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from core.training.sink import Halt, Halted

T = TypeVar("T")
POLL_SECONDS = 0.1


def interruptibly(work: Callable[[], T], halt: Callable[[], Halt | None]) -> T:
    """Do the work, but no longer than until a halt is asked for.

    Raises:
        Halted: it was.
        Exception: whatever the work raised.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=run, name="starboard-preparing", daemon=True)
    thread.start()
    while thread.is_alive():
        if why := halt():
            raise Halted(why)
        thread.join(POLL_SECONDS)
    if errors:
        raise errors[0]
    return results[0]
