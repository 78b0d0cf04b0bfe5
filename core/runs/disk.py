"""How much room the home folder takes, and what may go.

Knows the layout of the home and which runs have ended; never touches a run that is going on, a saved model, or an
upload that a run was trained on.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core.home import places
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


def usage(runs: Iterable[Run]) -> Usage:
    """Measure the present home."""
    runs = list(runs)
    checkpoints = sum(map(_bytes, _all_checkpoints()))
    everything = _bytes(places.home() / "runs")
    return Usage(
        models=everything - checkpoints,
        checkpoints=checkpoints,
        uploads=_bytes(places.uploads()),
        cache=_bytes(places.cache()),
        trash=_bytes(places.trash()),
        spare=sum(map(_bytes, _spare(runs))),
        free=shutil.disk_usage(_existing(places.home())).free,
    )


def of_run(run_id: str) -> int:
    """Bytes that one run takes: checkpoints, model, record."""
    return _bytes(places.run_dir(run_id))


def clean_up(runs: Iterable[Run]) -> int:
    """Remove what nothing needs: checkpoints of finished runs, uploads no run was trained on, the cache.

    Returns:
        Bytes freed.
    """
    freed = 0
    for folder in _spare(list(runs)):
        size = _bytes(folder)
        shutil.rmtree(folder, ignore_errors=True)
        freed += size - _bytes(folder)
    return freed


def _spare(runs: list[Run]) -> list[Path]:
    finished = [places.run_dir(run.id) / "checkpoints" for run in runs if run.status is Status.FINISHED]
    used = {Path(run.config.data.source.removeprefix("file:")).parent for run in runs}
    uploads = places.uploads()
    unused = [folder for folder in uploads.iterdir() if folder not in used] if uploads.is_dir() else []
    return [folder for folder in [*finished, *unused, places.cache()] if folder.is_dir()]


def _all_checkpoints() -> Iterable[Path]:
    return (places.home() / "runs").glob("*/checkpoints")


def _bytes(folder: Path) -> int:
    # A file may go while it is counted: a training removes old checkpoints.
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:
            continue
    return total


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.exists())
