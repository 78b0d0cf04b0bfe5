"""Runs that outlive tabs and share a home: a closed tab, a queue put in order, another process's training."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.runs.run import Run, Status
from core.runs.store import Store
from tests.browser.chromium import wait_idle
from tests.browser.server import ROOT, Dashboard
from tests.browser.steps import PLOT, choose_a_long_run, go, opened, train, type_settings, until

pytestmark = pytest.mark.browser


def points(tab: Page) -> int:
    return int(tab.locator(PLOT).get_attribute("data-points") or 0)


def add_to_the_queue(tab: Page, store: Store, name: str) -> Run:
    type_settings(tab, name=name)
    return train(tab, store)


def test_a_queue_is_put_in_order_and_outlives_a_closed_tab(tab: Page, dashboard: Dashboard, store: Store) -> None:
    opened(tab, dashboard)
    choose_a_long_run(tab)
    first = train(tab, store)
    until(lambda: store.get(first.id).status is Status.TRAINING)
    second, third, fourth = (add_to_the_queue(tab, store, name) for name in ("second", "third", "fourth"))
    assert [run.id for run in store.queued()] == [second.id, third.id, fourth.id]
    tab.locator(f".st-key-queue-cancel-{third.id} button").click()
    until(lambda: store.get(third.id).status is Status.STOPPED)
    tab.locator(f".st-key-queue-up-{fourth.id} button").click()
    until(lambda: [run.id for run in store.queued()] == [fourth.id, second.id])
    expect(tab.locator(f".st-key-queue-{third.id}")).to_have_count(0)

    address, context, seen = f"{dashboard.url}/?run={first.id}", tab.context, store.get(first.id).step
    tab.close()
    until(lambda: store.get(first.id).step > seen + 3)
    again = context.new_page()
    again.goto(address)
    expect(again.locator(".st-key-card-status")).to_contain_text(re.compile(r"epoch \d+ of 10"))
    again.locator(".st-key-stop button").click()
    until(lambda: store.get(first.id).status is Status.STOPPED)
    until(lambda: store.get(fourth.id).active)
    for run in (second, fourth):
        store.request_stop(run.id)
    until(lambda: not store.get(fourth.id).going)


def test_a_training_of_two_processes_moves_live_in_an_open_dashboard(
    tab: Page, dashboard: Dashboard, store: Store, home: Path, tiny_model: Path, tmp_path: Path
) -> None:
    opened(tab, dashboard)
    config = tmp_path / "two.json"
    config.write_text(
        json.dumps(
            {
                "name": "two together",
                "data": {"train_size": 400, "eval_size": 32, "max_length": 64},
                "model": {"name": str(tiny_model)},
                "training": {"num_train_epochs": 20, "per_device_train_batch_size": 4},
            }
        )
    )
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node=2", "--master_addr=127.0.0.1"]
    env = {**os.environ, "STARBOARD_HOME": str(home), "OMP_NUM_THREADS": "1"}
    together = subprocess.Popen([*command, "-m", "core", "train", str(config)], cwd=ROOT, env=env)
    try:
        (run,) = until(store.runs)
        expect(tab.locator(".st-key-sb-strip")).to_contain_text("two together", timeout=120_000)
        tab.locator(PLOT).wait_for(timeout=120_000)
        before = points(tab)
        until(lambda: points(tab) > before + 5)
        assert store.get(run.id).facts.processes == 2
        tab.locator(".st-key-strip-stop button").click()
        together.wait(60)
        assert store.get(run.id).status is Status.STOPPED
        assert len(store.runs()) == 1
        expect(tab.locator(".st-key-card-status")).to_contain_text("Stopped at step")
    finally:
        together.kill()


def test_a_run_is_named_deleted_and_restored(tab: Page, dashboard: Dashboard, store: Store, tiny_model: Path) -> None:
    opened(tab, dashboard)
    type_settings(tab, model__name=str(tiny_model), data__eval_size="64")
    run = train(tab, store)
    tab.locator(".st-key-strip-stop button").click()
    until(lambda: not store.get(run.id).going)
    go(tab, "results")
    name = tab.locator(f".st-key-name-{run.id} input")
    name.fill("the one to keep")
    name.press("Enter")
    until(lambda: store.get(run.id).name == "the one to keep")
    wait_idle(tab)
    tab.locator(".st-key-delete button").click()
    tab.locator(".st-key-delete-surely button").click()
    until(lambda: not store.runs())
    expect(tab.get_by_text("No runs yet")).to_be_visible()
    tab.goto(f"{dashboard.url}/settings")
    tab.locator(f".st-key-restore-{run.id} button").click()
    until(lambda: [each.name for each in store.runs()] == ["the one to keep"])
