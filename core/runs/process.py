"""Whether a run lives: whether the process that took it is still there.

A process that takes a run locks a file in the run's folder, and the kernel frees the lock however the process ends.
Process numbers alone would not do: containers that share a home cannot see each other's, and give out the same ones.
The file is named by pid and start time of its process, which the run's row has too. So a run that one process hands
over to another is never without a lock, and a file that an earlier process left tells nothing about a later one.

Knows files and processes; knows no database. Guarantees: whoever asks neither waits nor makes others believe that the
run lives; a child of the process keeps no lock. Where the file is missing, as of runs that earlier versions train, or
on a disk without locks, the process is looked up by pid and start time.

Source: https://man7.org/linux/man-pages/man2/flock.2.html
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import logging
import os
import threading
from pathlib import Path

import psutil

from core.home.files import create_folder

PREFIX = ".alive-"

log = logging.getLogger("starboard.runs")

_held: dict[Path, int] = {}
_changing = threading.Lock()


def hold(folder: Path) -> tuple[int, float]:
    """Be the process that a run belongs to, until `let_go` or the end of the process.

    Args:
        folder: the run's.

    Returns:
        Pid and start time of this process, as the run's row has them.
    """
    pid, started = os.getpid(), _started(os.getpid())
    let_go(folder)
    file = _file(folder, pid, started)
    with _changing:
        try:
            create_folder(folder)
            # A new file each time: nobody else can have opened it, so it can be locked without waiting.
            file.unlink(missing_ok=True)
            descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
                file.unlink()
                raise
            _held[folder] = descriptor
        except OSError as error:  # others can still look for the pid
            log.warning("the run %s cannot be locked: %s", folder.name, error)
    return pid, started


def let_go(folder: Path, *, ended: bool = False) -> None:
    """Free what this process holds of a run.

    Args:
        folder: the run's.
        ended: nobody will ask for the lock any more. Else its file stays, and says that the run does not live.
    """
    if ended:
        with contextlib.suppress(OSError):
            clean(folder)
    with _changing:
        if (descriptor := _held.pop(folder, None)) is not None:
            os.close(descriptor)


def clean(folder: Path) -> None:
    """Remove the files of a run that does not live.

    Raises:
        OSError: they cannot be removed.
    """
    for file in folder.glob(f"{PREFIX}*"):
        file.unlink(missing_ok=True)


def alive(folder: Path, pid: int | None, started: float | None) -> bool:
    """Whether the process with this pid that started at this time, and took this run, still runs."""
    if pid is None or started is None:
        return False
    locked = _is_locked(_file(folder, pid, started))
    return _runs(pid, started) if locked is None else locked


def _file(folder: Path, pid: int, started: float) -> Path:
    return folder / f"{PREFIX}{pid}-{float(started)!r}"


def _is_locked(file: Path) -> bool | None:
    """Whether a process holds the lock; None where there is none, or it cannot be asked for."""
    try:
        # Anybody may have put the file there: a pipe must not be waited for.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        # Shared, so that two who ask at the same time don't take each other for the owner.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(descriptor)


@functools.cache
def _started(pid: int) -> float:
    """The start time of a process in seconds since 1970."""
    return float(psutil.Process(pid).create_time())


def _runs(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        # Readings of the same start time differ by a clock tick between calls and boots.
        return abs(process.create_time() - started) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _forget_in_child() -> None:
    """Close what a forked process inherits: it would keep the lock of a parent that is killed."""
    for descriptor in _held.values():
        os.close(descriptor)
    _held.clear()
    _changing.release()


# Not in the middle of taking a lock, which the child could not know of. What execs loses it by itself.
os.register_at_fork(before=_changing.acquire, after_in_parent=_changing.release, after_in_child=_forget_in_child)
