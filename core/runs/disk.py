"""How much room the home folder takes, what may go, and how something is done on a disk that is full.

Knows the layout of the home and which runs have ended; never touches a run that is going on, a saved model, or an
upload that a run was trained on. A home keeps a small file that holds nothing: on a disk without a free byte it is
given up, so that a run can be deleted, and why one failed be written, with Starboard itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from core.errors import DiskFull
from core.home.files import write_whole
from core.home.places import Home
from core.runs.run import Run, Status

T = TypeVar("T")
# For the log of the database and a run's record; a disk with less than the second beside it has no room for this.
RESERVE_BYTES, ROOMY_BYTES = 1 << 20, 16 << 20


@dataclass(frozen=True)
class Usage:
    """Bytes by kind; `spare` is what cleaning up would free, `free` what the disk has left.

    Emptying the trash frees `trash`; cleaning up leaves it alone.
    """

    models: int
    checkpoints: int
    uploads: int
    cache: int
    trash: int
    spare: int
    free: int

    @property
    def total(self) -> int:
        return self.models + self.checkpoints + self.uploads + self.cache + self.trash


def usage(home: Home, runs: Iterable[Run]) -> Usage:
    """Measure a home."""
    runs = list(runs)
    checkpoints = sum(map(size, home.runs.glob("*/checkpoints")))
    everything = size(home.runs)
    return Usage(
        models=everything - checkpoints,
        checkpoints=checkpoints,
        uploads=size(home.uploads),
        cache=size(home.cache),
        trash=size(home.trash),
        spare=sum(map(size, _spare(home, runs))),
        # A home that was never written to is yet to be made.
        free=shutil.disk_usage(next(each for each in (home.path, *home.path.parents) if each.exists())).free,
    )


def of_run(home: Home, run_id: str) -> int:
    """Bytes that one run takes: checkpoints, model, record."""
    return size(home.run(run_id))


def clean_up(home: Home, runs: Iterable[Run]) -> int:
    """Remove what nothing needs: checkpoints of finished runs, uploads no run was trained on, the cache.

    Returns:
        Bytes freed.
    """
    freed = 0
    for folder in _spare(home, list(runs)):
        before = size(folder)
        shutil.rmtree(folder, ignore_errors=True)
        freed += before - size(folder)
    return freed


def keep_reserve(home: Home) -> None:
    """Put some room by, where there is plenty."""
    with contextlib.suppress(OSError):
        if not home.reserve.exists() and shutil.disk_usage(home.path).free > ROOMY_BYTES:
            # Zeros would take no room on a disk that compresses.
            write_whole(home.reserve, os.urandom(RESERVE_BYTES))


def with_room(home: Home, act: Callable[[], T]) -> T:
    """Do something; where the disk is full, give up what can be had again, the reserve first, and do it again.

    Raises:
        DiskFull: that was not enough.
        Exception: whatever `act` raises.
    """
    for give_up in (_reserve, _caches):
        try:
            return act()
        except DiskFull:
            give_up(home)
    return act()


def _reserve(home: Home) -> None:
    with contextlib.suppress(OSError):
        home.reserve.unlink(missing_ok=True)


def _caches(home: Home) -> None:
    # What a training or a measuring works in at this moment stays.
    for name in ("tokens", "reports", "tables", "maps"):
        shutil.rmtree(home.cache / name, ignore_errors=True)


def _spare(home: Home, runs: list[Run]) -> list[Path]:
    finished = [home.run(run.id) / "checkpoints" for run in runs if run.status is Status.FINISHED]
    used = {run.config.data.parsed_source.path.parent for run in runs}
    uploads = home.uploads
    unused = [folder for folder in uploads.iterdir() if folder not in used] if uploads.is_dir() else []
    return [folder for folder in [*finished, *unused, home.cache] if folder.is_dir()]


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    # A file may go while it is counted: a training removes old checkpoints.
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:
            continue
    return total
