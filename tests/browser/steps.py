"""What a person does in the dashboard, as steps that browser tests are put together from.

Each waits until the page has answered. The run store is read beside the server, so a test compares what the page says
with what is so.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from core.runs.run import Run
from core.runs.store import Store
from tests.browser.chromium import wait_idle
from tests.browser.server import Dashboard

PATIENCE_SECONDS = 180.0
# The chart of the loss, on the Train and the Results page.
PLOT = ".st-key-card-chart-loss .sb-live-plot"
PAGES = {"data": "Data", "train": "Train", "results": "Results", "predict": "Predict"}


def opened(tab: Page, server: Dashboard, page: str = "") -> None:
    tab.goto(f"{server.url}/{page}")
    in_frame(tab, page or "train")


def go(tab: Page, page: str) -> None:
    """Another page by its step in the header."""
    tab.locator(f".st-key-sb-step-{page} a").click()
    in_frame(tab, page)


def in_frame(tab: Page, page: str) -> None:
    """Wait until a page stands in the full frame: four steps, its own one current, its heading."""
    expect(tab.locator(".sb-heading h1")).to_have_text(PAGES[page])
    expect(tab.locator(".st-key-sb-steps a")).to_have_text([re.compile(name) for name in PAGES.values()])
    expect(tab.locator(f".st-key-sb-step-current-{page}")).to_be_visible()
    wait_idle(tab)
    expect(tab.get_by_test_id("stException")).to_have_count(0)


def upload(tab: Page, table: Path) -> None:
    tab.get_by_text("Your file").click()
    tab.locator(".st-key-upload input[type=file]").set_input_files(table)
    expect(tab.locator(".sb-metric").first).to_contain_text("1,610")
    wait_idle(tab)


def slide(tab: Page, setting: str, *keys: str) -> None:
    """Move a slider with the keyboard."""
    tab.locator(f".st-key-set-{setting} input[type=range]").focus()
    for key in keys:
        tab.keyboard.press(key)
    tab.wait_for_timeout(400)
    wait_idle(tab)


def type_settings(tab: Page, *, words: str = "All settings", **boxes: str) -> None:
    """Fill boxes under All settings."""
    tab.get_by_text(words).click()
    for setting, value in boxes.items():
        box = tab.locator(f".st-key-set-{setting.replace('__', '-')} input")
        box.fill(value)
        box.press("Enter")
        tab.wait_for_timeout(400)
        wait_idle(tab)
    tab.get_by_text(words).click()


def choose_a_long_run(tab: Page) -> None:
    """200 reviews, 10 epochs: 250 steps, most of a minute."""
    # The stops are 50, 100, 200, …: counted from the end, so that the preset's own value does not matter.
    slide(tab, "data-train_size", "Home", "ArrowRight", "ArrowRight")
    slide(tab, "data-max_length", "PageDown")
    slide(tab, "training-num_train_epochs", "End")
    type_settings(tab, data__eval_size="64")


def train(tab: Page, store: Store) -> Run:
    """Click Train and wait for the run to be in the store."""
    before = {run.id for run in store.runs()}
    tab.locator(".st-key-train button").click()
    run: Run = until(lambda: next((run for run in store.runs() if run.id not in before), None))
    return run


def until(what: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """Wait for something true, and return it."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return found


def zoom(plot: Locator) -> None:
    """Drag a rectangle over the left part of a chart with a real mouse."""
    box = plot.locator(".nsewdrag").bounding_box()
    assert box is not None
    mouse = plot.page.mouse
    mouse.move(box["x"] + 0.02 * box["width"], box["y"] + 0.1 * box["height"])
    mouse.down()
    mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.5 * box["height"], steps=4)
    mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.9 * box["height"], steps=4)
    mouse.up()


def rate(tab: Page, review: str) -> None:
    """Type a review and wait for its stars."""
    tab.locator(".st-key-review textarea").fill(review)
    tab.locator(".st-key-rate button").click()
    expect(tab.locator(".sb-verdict")).to_contain_text(re.compile(r"[1-5](\.\d)?\sstars?\sexpected"), timeout=60_000)
    expect(tab.locator(".st-key-card-stars .sb-bars li")).to_have_count(5)
