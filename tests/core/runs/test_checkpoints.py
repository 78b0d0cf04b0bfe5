"""Only whole checkpoints count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.runs import checkpoints

FILES = ("model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json")


def write(run: Path, step: int, *, without: str = "", **state: object) -> Path:
    folder = run / "checkpoints" / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    for name in FILES:
        if name != without:
            (folder / name).write_text(
                json.dumps({"global_step": step, "max_steps": 10**6, "epoch": step / 10, "log_history": []} | state)
            )
    return folder


def test_the_last_whole_one_is_found_by_its_number(tmp_path: Path) -> None:
    assert checkpoints.last(tmp_path) is None
    write(tmp_path, 9)
    newest = write(tmp_path, 100)
    (tmp_path / "checkpoints" / "checkpoint-new").mkdir()
    assert checkpoints.last(tmp_path) == newest
    assert checkpoints.step_of(newest) == 100


@pytest.mark.parametrize("missing", FILES)
def test_one_that_lacks_a_file_was_being_written_and_does_not_count(tmp_path: Path, missing: str) -> None:
    whole = write(tmp_path, 5)
    write(tmp_path, 10, without=missing)
    assert checkpoints.last(tmp_path) == whole


def test_a_missing_evaluation_is_noticed_only_at_the_end_of_an_epoch(tmp_path: Path) -> None:
    assert not checkpoints.lacks_evaluation(write(tmp_path, 5))
    assert checkpoints.lacks_evaluation(write(tmp_path, 10))
    evaluated = write(tmp_path, 20, log_history=[{"step": 20, "eval_loss": 1.0}])
    assert not checkpoints.lacks_evaluation(evaluated)


def test_something_else_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a checkpoint"):
        checkpoints.step_of(tmp_path / "model")
