"""How much room the home folder takes, and what may go.

Knows the layout of the home and which runs have ended; never touches a run that is going on, a saved model, or an
upload that a run was trained on.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.home.places import Home
from core.runs.run import Run, Status


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
    checkpoints = sum(map(_bytes, home.runs.glob("*/checkpoints")))
    everything = _bytes(home.runs)
    return Usage(
        models=everything - checkpoints,
        checkpoints=checkpoints,
        uploads=_bytes(home.uploads),
        cache=_bytes(home.cache),
        trash=_bytes(home.trash),
        spare=sum(map(_bytes, _spare(home, runs))),
        # A home that was never written to is yet to be made.
        free=shutil.disk_usage(next(each for each in (home.path, *home.path.parents) if each.exists())).free,
    )


def of_run(home: Home, run_id: str) -> int:
    """Bytes that one run takes: checkpoints, model, record."""
    return _bytes(home.run(run_id))


def clean_up(home: Home, runs: Iterable[Run]) -> int:
    """Remove what nothing needs: checkpoints of finished runs, uploads no run was trained on, the cache.

    Returns:
        Bytes freed.
    """
    freed = 0
    for folder in _spare(home, list(runs)):
        size = _bytes(folder)
        shutil.rmtree(folder, ignore_errors=True)
        freed += size - _bytes(folder)
    return freed


def _spare(home: Home, runs: list[Run]) -> list[Path]:
    finished = [home.run(run.id) / "checkpoints" for run in runs if run.status is Status.FINISHED]
    used = {run.config.data.parsed_source.path.parent for run in runs}
    uploads = home.uploads
    unused = [folder for folder in uploads.iterdir() if folder not in used] if uploads.is_dir() else []
    return [folder for folder in [*finished, *unused, home.cache] if folder.is_dir()]


def _bytes(folder: Path) -> int:
    # A file may go while it is counted: a training removes old checkpoints.
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:
            continue
    return total
