"""The queue: one worker, runs in their order, stops and shutdowns."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.home import notices
from core.home.places import Home
from core.runs.run import Status
from core.runs.store import Store
from core.work import execution, worker
from core.work.actions import Actions
from tests.core.work.trainings import tiny, wait_for

ROOT = Path(__file__).parents[3]


def test_the_worker_takes_runs_in_order_and_stops_one_on_request(home: Path, tiny_model: Path) -> None:
    store = Store(Home.present())
    worker.start(Home.present())
    long = Actions(Home.present()).submit(tiny(tiny_model, **{"training.num_train_epochs": 100.0}))
    short = Actions(Home.present()).submit(tiny(tiny_model))
    wait_for(lambda: store.get(long.id).step > 3)
    assert store.get(short.id).status is Status.QUEUED
    store.request_stop(long.id)
    wait_for(lambda: store.get(short.id).status is Status.FINISHED)
    stopped = store.get(long.id)
    assert stopped.status is Status.STOPPED
    assert stopped.model_step == stopped.step
    assert stopped.usable


def test_starting_twice_makes_one_worker(home: Path) -> None:
    worker.start(Home.present())
    first = worker._workers()[str(Home.present().path)]
    worker.start(Home.present())
    assert worker._workers()[str(Home.present().path)] is first
    first.shut_down()
    assert not first.alive


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_died_is_said_once_and_started_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Home.present()

    def dies(_: object) -> None:
        raise SystemExit("no way on")

    with monkeypatch.context() as broken:
        broken.setattr(worker.Worker, "_work", dies)
        for _ in range(3):
            worker.start(place)
            wait_for(lambda: not worker._workers()[str(place.path)].alive)
    [notice] = notices.pending(place)
    assert "started again" in str(notice.sentences[0])
    worker.start(place)
    assert worker._workers()[str(place.path)].alive
    worker.shut_down()
    notices.dismiss(place)
    worker.start(place)
    assert not notices.pending(place), "one that was asked to end has not died"
    worker.shut_down()


def test_a_process_that_exits_checkpoints_its_run_which_then_goes_on(home: Path, tiny_model: Path) -> None:
    config = tiny(tiny_model, **{"training.num_train_epochs": 12.0})
    code = (
        "import sys, time; from core.config import parse; from core.runs.store import Store\n"
        "from core.work import worker; from core.work.actions import Actions; from core.home.places import Home\n"
        "store = Store(Home.present()); worker.start(Home.present())\n"
        f"run = Actions(Home.present()).submit(parse({config.model_dump()!r}))\n"
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
    resumed = execution.execute(store, claimed)
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
    worker.start(Home.present())
    changes = {"training.num_train_epochs": 100.0, "training.processes": 2}
    run = Actions(Home.present()).submit(tiny(tiny_model, **changes))
    wait_for(lambda: store.get(run.id).step > 2)
    store.request_stop(run.id)
    wait_for(lambda: store.get(run.id).status is Status.STOPPED)
    stopped = store.get(run.id)
    assert stopped.model_step == stopped.step > 2
    # 40 reviews in batches of 8 on 2 processes: 3 steps an epoch.
    assert (stopped.total_steps, stopped.facts.processes) == (300, 2)
