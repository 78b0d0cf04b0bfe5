"""Which checkpoints and models are whole, and which step a model is of."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from core.config import RunConfig
from core.runs import leftovers
from tests.core.runs import folders


@pytest.mark.parametrize("name", ["config.json", "more.safetensors"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str) -> None:
    model = folders.model(tmp_path / "model")
    (model / name).unlink(missing_ok=True)
    os.mkfifo(model / name)
    assert not leftovers.is_whole_model(model)


@pytest.mark.parametrize("damage", ["cut", "no header", "no config", "no weights", "empty"])
def test_a_damaged_model_is_not_whole(tmp_path: Path, damage: str) -> None:
    model = folders.model(tmp_path / "model")
    assert leftovers.is_whole_model(model)
    weights = model / "model.safetensors"
    content = weights.read_bytes()
    if damage == "cut":
        weights.write_bytes(content[:-1])
    elif damage == "no header":
        weights.write_bytes(content[:8] + b"x" * (len(content) - 8))
    elif damage == "no config":
        (model / "config.json").write_text("{")
    elif damage == "no weights":
        weights.unlink()
    else:
        weights.write_bytes(b"")
    assert not leftovers.is_whole_model(model)
    assert leftovers.model_step(tmp_path, 3) is None


def test_only_half_written_things_go(tmp_path: Path) -> None:
    run = tmp_path
    for step in (5, 10):
        folders.checkpoint(run, step)
    (run / "checkpoints" / "checkpoint-10" / "scheduler.pt").write_bytes(b"")
    folders.checkpoint(run, 15).rename(run / "checkpoints" / "checkpoint-15.old")
    for name in ("tmp-20", "checkpoint-20.new", "runs"):
        (run / "checkpoints" / name).mkdir()
    folders.model(run / "model", value=1)
    folders.model(run / "model.new", value=2)
    leftovers.clean(run)
    assert {each.name for each in (run / "checkpoints").iterdir()} == {"checkpoint-5", "checkpoint-15", "runs"}
    assert {each.name for each in run.iterdir()} == {"checkpoints", "model"}
    leftovers.clean(run / "no such folder")


def test_a_model_younger_than_the_last_checkpoint_is_of_its_step(tmp_path: Path) -> None:
    model, checkpoint = folders.model(tmp_path / "model"), folders.checkpoint(tmp_path, 10)
    age(model, 100)
    assert leftovers.model_step(tmp_path, 5) == 5
    age(checkpoint, 200)
    assert leftovers.model_step(tmp_path, 5) == 10


def test_at_the_end_of_a_training_that_keeps_the_best_it_is_the_best(tmp_path: Path) -> None:
    checkpoint = folders.checkpoint(tmp_path, 10)
    folders.model(tmp_path / "model")
    state = json.loads((checkpoint / "trainer_state.json").read_text())
    (checkpoint / "trainer_state.json").write_text(json.dumps(state | {"best_global_step": 5}))
    assert leftovers.model_step(tmp_path, None) == 10
    keeps_best = RunConfig().replace({"training.load_best_model_at_end": True})
    (tmp_path / "config.json").write_text(keeps_best.model_dump_json())
    assert leftovers.model_step(tmp_path, None) == 5


def age(folder: Path, seconds: float) -> None:
    for file in folder.iterdir():
        now = file.stat().st_mtime
        os.utime(file, (now - seconds, now - seconds))
