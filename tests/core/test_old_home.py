"""A home that an earlier version wrote opens: its runs are listed, predicted with, gone on with and restored."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from core.cli.main import main
from core.config import parse
from core.home import notices, preferences
from core.home.places import Home
from core.runs import trash
from core.runs.run import Run, Status
from core.work import worker
from core.work.actions import Actions
from core.work.execution import execute
from tests.pages.drawn import opened, words

ARCHIVE = Path(__file__).parents[1] / "homes" / "before-rooms.tar.xz"


@pytest.fixture
def actions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Actions:
    """The old home, and this process in the folder to which its configurations refer."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(tmp_path, filter="data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STARBOARD_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(worker, "start", lambda _home: None)
    return Actions(Home.present())


def named(actions: Actions, name: str) -> Run:
    (found,) = (run for run in actions.store.runs() if run.name == name)
    return found


def trained(actions: Actions, run: Run) -> Run:
    """The run, which waits, trained to its end by this process."""
    claimed = actions.store.claim(run.id)
    assert claimed is not None
    return execute(actions.store, claimed)


def weights(actions: Actions, run: Run) -> dict[str, torch.Tensor]:
    return load_file(actions.store.folder(run.id) / "model" / "model.safetensors")


def spoken(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_its_runs_are_listed_with_states_scores_and_words(actions: Actions) -> None:
    found = {run.name: run for run in actions.store.runs()}
    assert {name: (run.status, run.step, run.total_steps, run.model_step) for name, run in found.items()} == {
        "whole": (Status.FINISHED, 18, 18, 18),
        "halfway": (Status.STOPPED, 6, 18, 6),
        "wrong": (Status.FAILED, 0, 0, None),
        "waiting": (Status.STOPPED, 0, 0, None),
    }
    whole, failure = found["whole"], found["wrong"].failure
    assert (whole.notes, whole.tags, whole.eval["accuracy"]) == ("The first run.", ("old",), 0.225)
    assert (whole.facts.classes[0], whole.facts.train_rows) == ("1 star", 48)
    assert (whole.facts.baseline or {})["accuracy"] == 0.375
    assert failure is not None
    assert (failure.kind, failure.message) == ("ColumnError", "The column 'text' is both text and label.")
    assert failure.advice == "Choose two different columns."


def test_its_preferences_and_notices_are_read(actions: Actions) -> None:
    chosen = preferences.load(actions.home)
    assert (chosen.language, chosen.threads) == ("ja", 2)
    (notice,) = notices.pending(actions.home)
    assert [str(each) for each in notice.sentences] == [
        "The run store was missing.",
        "Runs restored from their folders: 2.",
    ]


def test_its_events_are_read_and_its_pages_drawn(actions: Actions, capsys: pytest.CaptureFixture[str]) -> None:
    whole = named(actions, "whole")
    events = spoken(capsys, "events", whole.id)
    assert [each["step"] for each in events if each["kind"] == "train"] == list(range(1, 19))
    assert [each["step"] for each in events if each["kind"] == "eval"] == [0, 6, 12, 18]
    assert events[0]["values"] == {"phase": "preparing", "text": "Reading the reviews"}
    assert "1 row of train without text or label was left out." in words(opened("results", run=whole.id))
    page = words(opened("results", run=named(actions, "wrong").id))
    assert "この実行は失敗しました" in page
    assert "The column 'text' is both text and label." in page
    assert "Choose two different columns." in page


def test_its_models_predict_as_they_did(actions: Actions, capsys: pytest.CaptureFixture[str]) -> None:
    before = json.loads(Path("predictions.json").read_text(encoding="utf-8"))
    now = spoken(capsys, "predict", named(actions, "whole").id, *(each["text"] for each in before))
    for old, new in zip(before, now, strict=True):
        assert (new["text"], new["label"]) == (old["text"], old["label"])
        assert new["stars"] == pytest.approx(old["stars"], abs=1e-4)
        assert new["scores"] == pytest.approx(old["scores"], abs=1e-4)


def test_a_stopped_run_goes_on_to_the_weights_of_one_that_never_stopped(actions: Actions) -> None:
    whole = named(actions, "whole")
    ended = trained(actions, actions.resume(named(actions, "halfway").id))
    assert (ended.status, ended.step, ended.model_step) == (Status.FINISHED, 18, 18)
    steps = [event.step for event in actions.store.events(ended.id, kinds=("train",))]
    assert steps == list(range(1, 19)), "no gap and no doubled step"
    expected, found = weights(actions, whole), weights(actions, ended)
    # Processors of other kinds round differently from the first step on: does a whole run repeat its bits here?
    again = weights(actions, trained(actions, actions.submit(whole.config)))
    repeats = all(torch.equal(each, again[name]) for name, each in expected.items())
    torch.testing.assert_close(found, expected, rtol=0, atol=0 if repeats else 1e-4)


def test_a_finished_run_goes_on_for_another_epoch(actions: Actions) -> None:
    longer = trained(actions, actions.extend(named(actions, "whole").id, 4))
    assert (longer.status, longer.step, longer.model_step) == (Status.FINISHED, 24, 24)
    assert [event.step for event in actions.store.events(longer.id, kinds=("eval",))] == [0, 6, 12, 18, 24]


def test_its_trash_gives_back_what_was_deleted(actions: Actions, capsys: pytest.CaptureFixture[str]) -> None:
    (gone,) = trash.entries(actions.store)
    assert gone.name == "gone"
    restored = actions.restore(gone.id)
    assert (restored.name, restored.usable) == ("gone", True)
    assert spoken(capsys, "predict", gone.id, "Best meal of my life!")[0]["label"].endswith(("star", "stars"))


def test_its_configuration_still_says_the_same(actions: Actions) -> None:
    config = parse(json.loads(Path("config.json").read_text(encoding="utf-8")))
    # It had no such setting, and learned ratings.
    assert named(actions, "whole").config == config.replace({"data.task": "ratings"})
