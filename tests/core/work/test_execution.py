"""A run is executed to its end: finished, failed with its reason, or gone on with."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from core.config import parse
from core.errors import RunError, StorageError
from core.home.places import Home
from core.messages import Message
from core.runs.run import Status
from core.runs.store import Store
from core.work import execution, launch
from core.work.actions import Actions
from tests.core.work.trainings import tiny, trained


def test_a_run_is_trained_and_kept_with_its_scores(home: Path, tiny_model: Path) -> None:
    store = Store(Home.present())
    run = trained(store, tiny(tiny_model))
    assert run.status is Status.FINISHED
    assert (run.step, run.total_steps, run.model_step) == (5, 5, 5)
    assert run.eval.keys() == (run.facts.baseline or {}).keys() | {"loss"}
    assert run.facts.eval_step == 5
    assert run.samples_per_second is not None
    assert run.samples_per_second > 0
    phases = [event.values["phase"] for event in store.events(run.id, kinds=("phase",))]
    assert phases[0] == "preparing"
    assert phases[-3:] == ["evaluating", "saving", "finished"]
    assert parse(json.loads((Home.present().run(run.id) / "config.json").read_text())) == run.config


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"data.source": "file:/nowhere/reviews.csv"}, "SourceError", "/nowhere/reviews.csv"),
        ({"data.text_column": "colour"}, "ColumnError", "colour"),
        ({"model.name": "nobody/nothing"}, "HubUnreachable", "hub does not answer"),
        ({"training.learning_rate": 100.0, "training.num_train_epochs": 20.0}, "DivergedError", "step"),
    ],
)
def test_a_run_that_cannot_go_on_fails_with_cause_and_advice(
    home: Path, tiny_model: Path, changes: dict[str, Any], kind: str, message: str
) -> None:
    run = trained(Store(Home.present()), tiny(tiny_model, **changes))
    assert run.status is Status.FAILED
    assert run.failure is not None
    assert run.failure.kind == kind
    assert message in run.failure.message
    assert run.failure.advice


def test_an_unexpected_error_leaves_a_log_and_a_failed_run(
    home: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import core.training.train

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(core.training.train, "train", broken)
    run = trained(Store(Home.present()), tiny(tiny_model))
    assert run.failure is not None
    assert "unexpected RuntimeError: a bug" in run.failure.message
    assert "a bug" in (Home.present().run(run.id) / "error.log").read_text()


def test_processes_that_never_begin_fail_the_run_with_their_last_words(
    home: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "ROOT", home)
    run = trained(Store(Home.present()), tiny(tiny_model, **{"training.processes": 2}))
    assert run.status is Status.FAILED
    assert run.failure is not None
    assert run.failure.kind == "LaunchError"
    assert "2 processes of the training ended before it began" in run.failure.message
    assert "No module named" in (Home.present().run(run.id) / launch.LOG).read_text()


def test_a_finished_run_goes_on_for_more_epochs(home: Path, tiny_model: Path) -> None:
    store = Store(Home.present())
    run = trained(store, tiny(tiny_model))
    with pytest.raises(RunError, match="made for 1 epochs; 1 are not more"):
        Actions(Home.present()).extend(run.id, 1)
    assert Actions(Home.present()).extend(run.id, 2).status is Status.QUEUED
    claimed = store.claim(run.id)
    assert claimed is not None
    longer = execution.execute(store, claimed)
    assert (longer.status, longer.step, longer.total_steps, longer.model_step) == (Status.FINISHED, 10, 10, 10)
    events = store.events(run.id, kinds=("train", "eval"))
    assert [event.step for event in events if event.kind == "train"] == list(range(1, 11))
    assert [event.step for event in events if event.kind == "eval"] == [0, 5, 10]


def test_an_evaluation_that_was_cut_off_is_not_in_the_stream_twice(home: Path, tiny_model: Path) -> None:
    store = Store(Home.present())
    run = store.create(tiny(tiny_model), claimed=True)
    # The process died after its first evaluation, before any checkpoint.
    store.append(run.id, "eval", {"loss": 1.6}, step=0, epoch=0.0, seconds=1.0)
    done = execution.execute(store, store.get(run.id))
    assert done.status is Status.FINISHED
    assert [event.step for event in store.events(run.id, kinds=("eval",))] == [0, 5]


def test_a_full_disk_that_hides_the_failure_is_asked_again(
    home: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import core.training.train

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store = Store(Home.present())
    real, calls = store.set_status, []

    def refusing(*args: Any, **kwargs: Any) -> None:
        calls.append(args)
        if len(calls) == 1:
            raise StorageError(Message("The run store cannot be used: database or disk is full."))
        real(*args, **kwargs)

    monkeypatch.setattr(core.training.train, "train", full)
    monkeypatch.setattr(store, "set_status", refusing)
    run = trained(store, tiny(tiny_model))
    assert run.failure is not None
    assert (run.status, run.failure.kind) == (Status.FAILED, "DiskFull")
