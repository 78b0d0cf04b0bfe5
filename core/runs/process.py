"""Whether the process that trains a run is still there.

A pid alone is not enough: numbers are given out again. A pid with its start time is.
"""

from __future__ import annotations

import functools
import os

import psutil


@functools.cache
def _started(pid: int) -> float:
    return float(psutil.Process(pid).create_time())


def me() -> tuple[int, float]:
    """This process: pid, and start time in seconds since 1970."""
    return os.getpid(), _started(os.getpid())


def alive(pid: int | None, started: float | None) -> bool:
    """Whether the process with this pid that started at this time still runs."""
    if pid is None or started is None:
        return False
    try:
        process = psutil.Process(pid)
        # Readings of the same start time differ by a clock tick between calls and boots.
        return abs(process.create_time() - started) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True
