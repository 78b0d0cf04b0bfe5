"""The queue: one worker, runs that always end in a state, stops and shutdowns."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.config import RunConfig, parse
from core.errors import RunError, StorageError
from core.home.places import Home
from core.runs.run import Run, Status
from core.runs.store import Store
from core.work import jobs, launch

ROOT = Path(__file__).parents[3]


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


def test_the_worker_takes_runs_in_order_and_stops_one_on_request(home: Path, tiny_model: Path) -> None:
    store = Store(Home.present())
    jobs.start(Home.present())
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
    jobs.start(Home.present())
    first = jobs._workers()[str(Home.present().path)]
    jobs.start(Home.present())
    assert jobs._workers()[str(Home.present().path)] is first
    first.shut_down()
    assert not first.alive


def test_a_process_that_exits_checkpoints_its_run_which_then_goes_on(home: Path, tiny_model: Path) -> None:
    config = tiny(tiny_model, **{"training.num_train_epochs": 12.0})
    code = (
        "import sys, time; from core.config import parse; from core.runs.store import Store\n"
        "from core.work import jobs; from core.home.places import Home\n"
        "store = Store(Home.present()); jobs.start(Home.present())\n"
        f"run = jobs.submit(store, parse({config.model_dump()!r}))\n"
        "while store.get(run.id).step < 5: time.sleep(0.02)\n"
        "print(run.id)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    store = Store(Home.present())
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


def test_a_run_that_wants_two_processes_is_trained_by_them_and_stopped_at_one_step(
    home: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    store = Store(Home.present())
    jobs.start(Home.present())
    changes = {"training.num_train_epochs": 100.0, "training.processes": 2}
    run = jobs.submit(store, tiny(tiny_model, **changes))
    wait_for(lambda: store.get(run.id).step > 2)
    store.request_stop(run.id)
    wait_for(lambda: store.get(run.id).status is Status.STOPPED)
    stopped = store.get(run.id)
    assert stopped.model_step == stopped.step > 2
    # 40 reviews in batches of 8 on 2 processes: 3 steps an epoch.
    assert (stopped.total_steps, stopped.facts.processes) == (300, 2)


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
        jobs.extend(store, run.id, 1)
    assert jobs.extend(store, run.id, 2).status is Status.QUEUED
    claimed = store.claim(run.id)
    assert claimed is not None
    longer = jobs.execute(store, claimed)
    assert (longer.status, longer.step, longer.total_steps, longer.model_step) == (Status.FINISHED, 10, 10, 10)
    events = store.events(run.id, kinds=("train", "eval"))
    assert [event.step for event in events if event.kind == "train"] == list(range(1, 11))
    assert [event.step for event in events if event.kind == "eval"] == [0, 5, 10]


def test_a_finished_run_without_checkpoints_does_not_go_on(home: Path, tiny_model: Path) -> None:
    store = Store(Home.present())
    run = trained(store, tiny(tiny_model))
    shutil.rmtree(Home.present().run(run.id) / "checkpoints")
    with pytest.raises(RunError, match=r"checkpoints of the run .* were removed"):
        jobs.extend(store, run.id, 2)
    assert store.get(run.id).status is Status.FINISHED


def test_an_evaluation_that_was_cut_off_is_not_in_the_stream_twice(home: Path, tiny_model: Path) -> None:
    store = Store(Home.present())
    run = store.create(tiny(tiny_model), claimed=True)
    # The process died after its first evaluation, before any checkpoint.
    store.append(run.id, "eval", {"loss": 1.6}, step=0, epoch=0.0, seconds=1.0)
    done = jobs.execute(store, store.get(run.id))
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
            raise StorageError("The run store cannot be used: database or disk is full.")
        real(*args, **kwargs)

    monkeypatch.setattr(core.training.train, "train", full)
    monkeypatch.setattr(store, "set_status", refusing)
    run = trained(store, tiny(tiny_model))
    assert run.failure is not None
    assert (run.status, run.failure.kind) == (Status.FAILED, "DiskFull")
