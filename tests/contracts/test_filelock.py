"""filelock: one at a time, also within a process."""

from __future__ import annotations

import threading
from pathlib import Path

import filelock
import pytest

LIBRARY = "filelock"


def test_threads_of_a_process_keep_each_other_out(tmp_path: Path) -> None:
    """Preferences, notices and measurements are changed under a lock that each caller makes anew: two tabs are threads
    of one process, and would otherwise lose each other's changes."""
    lock = tmp_path / ".preferences.json.lock"
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with filelock.FileLock(lock):
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(10)
    with pytest.raises(filelock.Timeout), filelock.FileLock(lock, timeout=0.05):
        pass
    leave.set()
    holder.join()
    with filelock.FileLock(lock, timeout=0.05):
        assert True
