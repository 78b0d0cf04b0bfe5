"""A server that is asked to end writes a checkpoint of the run it trains, which then goes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page

from core.config import parse
from core.home.places import Home
from core.runs import checkpoints
from core.runs.run import Run, Status
from core.runs.store import Store
from tests.browser.server import Dashboard

pytestmark = pytest.mark.browser


def reached(store: Store, run: Run, step: int) -> None:
    deadline = time.monotonic() + 120
    while store.get(run.id).step < step:
        assert time.monotonic() < deadline, "it did not train"
        time.sleep(0.05)


def test_sigterm_writes_a_checkpoint_first(home: Path, tiny_model: Path, tmp_path: Path, tab: Page) -> None:
    store = Store(Home.present())
    run = store.create(
        parse(
            {
                "data": {"train_size": 40, "eval_size": 16, "max_length": 32},
                "model": {"name": str(tiny_model)},
                "training": {"num_train_epochs": 100, "precision": "fp32"},
            }
        )
    )
    env = {"STARBOARD_HOME": str(home), "OMP_NUM_THREADS": "1"}
    with Dashboard(env=env, log=tmp_path / "server.log") as server:
        tab.goto(server.url)
        reached(store, run, 4)
        server.stop()
    ended = store.get(run.id)
    checkpoint = checkpoints.last(Home.present().run(run.id))
    assert ended.status is Status.INTERRUPTED
    assert checkpoint is not None
    assert checkpoints.step_of(checkpoint) == ended.step == ended.model_step
