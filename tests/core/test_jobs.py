"""The queue: one worker, runs that always end in a state, stops and shutdowns."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import jobs, settings
from core.config import RunConfig, parse
from core.runs.run import Run, Status
from core.runs.store import Store

ROOT = Path(__file__).parents[2]


def tiny(model: Path, **changes: Any) -> RunConfig:
    base = {
        "data": {"train_size": 40, "eval_size": 16, "max_length": 32},
        "model": {"name": str(model)},
        "training": {"num_train_epochs": 1, "precision": "fp32"},
    }
    return parse(base).replace(changes)


def wait_for(what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def trained(store: Store, config: RunConfig) -> Run:
    claimed = store.claim(store.create(config).id)
    assert claimed is not None
    return jobs.execute(store, claimed)


def test_a_run_is_trained_and_kept_with_its_scores(home: Path, tiny_model: Path) -> None:
    store = Store()
    run = trained(store, tiny(tiny_model))
    assert run.status is Status.FINISHED
    assert (run.step, run.total_steps, run.model_step) == (5, 5, 5)
    assert run.eval.keys() == run.facts["baseline"].keys() | {"loss"}
    assert run.facts["eval_step"] == 5
    assert run.samples_per_second is not None
    assert run.samples_per_second > 0
    phases = [event.values["phase"] for event in store.events(run.id, kinds=("phase",))]
    assert phases[0] == "preparing"
    assert phases[-3:] == ["evaluating", "saving", "finished"]
    assert parse(json.loads((settings.run_dir(run.id) / "config.json").read_text())) == run.config


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
    run = trained(Store(), tiny(tiny_model, **changes))
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
    run = trained(Store(), tiny(tiny_model))
    assert run.failure is not None
    assert "unexpected RuntimeError: a bug" in run.failure.message
    assert "a bug" in (settings.run_dir(run.id) / "error.log").read_text()


def test_the_worker_takes_runs_in_order_and_stops_one_on_request(home: Path, tiny_model: Path) -> None:
    store = Store()
    jobs.start()
    long = jobs.submit(store, tiny(tiny_model, **{"training.num_train_epochs": 100.0}))
    short = jobs.submit(store, tiny(tiny_model))
    wait_for(lambda: store.get(long.id).step > 3)
    assert store.get(short.id).status is Status.QUEUED
    store.request_stop(long.id)
    wait_for(lambda: store.get(short.id).status is Status.FINISHED)
    stopped = store.get(long.id)
    assert stopped.status is Status.STOPPED
    assert stopped.model_step == stopped.step
    assert stopped.usable


def test_starting_twice_makes_one_worker(home: Path) -> None:
    jobs.start()
    first = jobs._workers()[str(settings.home())]
    jobs.start()
    assert jobs._workers()[str(settings.home())] is first
    first.shut_down()
    assert not first.alive


def test_a_process_that_exits_checkpoints_its_run_which_then_goes_on(home: Path, tiny_model: Path) -> None:
    config = tiny(tiny_model, **{"training.num_train_epochs": 12.0})
    code = (
        "import sys, time; from core import jobs; from core.config import parse; from core.runs.store import Store\n"
        f"store = Store(); jobs.start(); run = jobs.submit(store, parse({config.model_dump()!r}))\n"
        "while store.get(run.id).step < 5: time.sleep(0.02)\n"
        "print(run.id)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    store = Store()
    run = store.get(done.stdout.strip())
    assert run.status is Status.INTERRUPTED
    assert run.model_step == run.step >= 5
    store.requeue(run.id)
    claimed = store.claim(run.id)
    assert claimed is not None
    resumed = jobs.execute(store, claimed)
    steps = [event.step for event in store.events(run.id, kinds=("train",))]
    assert steps == list(range(1, 61)), "no gap and no doubled step"
    assert (resumed.status, resumed.model_step, resumed.generation) == (Status.FINISHED, 60, 1)
    seconds = [event.seconds for event in store.events(run.id)]
    assert seconds == sorted(seconds), "the clock goes on where it stood"
