"""Room in the home folder: counted by kind, and only what nothing needs is removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import RunConfig
from core.data import uploads
from core.home.places import Home
from core.runs import disk
from core.runs.run import Run, Status


def run(run_id: str, status: Status, source: str = "sample:reviews") -> Run:
    return Run(run_id, run_id, status, RunConfig().replace({"data.source": source}), created=0.0)


def write(file: Path, size: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"x" * size)


@pytest.fixture
def runs(home: Path) -> list[Run]:
    """A finished and a stopped run with model and checkpoint, one upload in use and one that is not, a cache."""
    used, unused = (
        uploads.store(Home.present().uploads, "used.csv", b"u" * 50),
        uploads.store(Home.present().uploads, "unused.csv", b"v" * 60),
    )
    assert used.parent != unused.parent
    for name in ("finished", "stopped"):
        write(Home.present().run(name) / "model" / "model.safetensors", 100)
        write(Home.present().run(name) / "checkpoints" / "checkpoint-5" / "optimizer.pt", 200)
    write(Home.present().cache / "x.arrow", 7)
    write(Home.present().trash / "gone" / "model" / "model.safetensors", 30)
    return [run("finished", Status.FINISHED, f"file:{used}"), run("stopped", Status.STOPPED)]


def test_usage_is_counted_by_kind(runs: list[Run]) -> None:
    found = disk.usage(Home.present(), runs)
    assert (found.models, found.checkpoints, found.uploads, found.cache) == (200, 400, 110, 7)
    assert found.trash == 30
    assert found.total == 747
    assert disk.of_run(Home.present(), "finished") == 300
    assert disk.of_run(Home.present(), "none") == 0
    assert found.spare == 200 + 60 + 7
    assert found.free > 0


def test_cleaning_up_keeps_models_resumable_runs_and_uploads_in_use(runs: list[Run]) -> None:
    assert disk.clean_up(Home.present(), runs) == 267
    assert disk.usage(Home.present(), runs).spare == 0
    assert disk.usage(Home.present(), runs).trash == 30
    assert (Home.present().run("finished") / "model" / "model.safetensors").is_file()
    assert not (Home.present().run("finished") / "checkpoints").exists()
    assert (Home.present().run("stopped") / "checkpoints" / "checkpoint-5" / "optimizer.pt").is_file()
    assert [file.name for file in Home.present().uploads.rglob("*.csv")] == ["used.csv"]


def test_a_home_that_is_not_there_yet_is_empty(home: Path) -> None:
    assert disk.usage(Home.present(), []).total == 0
    assert disk.clean_up(Home.present(), []) == 0
