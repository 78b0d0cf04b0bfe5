"""From a table to stars in a real Chromium: what a person does, and what must survive a refresh and a restart.

Servers start slowly and models train slowly, so each test goes a long way; its steps are functions. What the page
says is compared with the run store, which the test reads beside the server.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from core.runs.run import Run, Status
from core.runs.store import Store
from tests.browser.chromium import wait_idle
from tests.browser.server import Dashboard
from tests.browser.steps import (
    PAGES,
    PATIENCE_SECONDS,
    PLOT,
    choose_a_long_run,
    go,
    in_frame,
    opened,
    rate,
    slide,
    train,
    type_settings,
    until,
    upload,
    zoom,
)

pytestmark = pytest.mark.browser
STATE = """plot => ({
  points: Number(plot.dataset.points), last: Number(plot.dataset.last), mark: plot.dataset.mark,
  x: plot._fullLayout.xaxis.range, y: plot._fullLayout.yaxis.range,
  shown: Object.fromEntries(plot._fullData.map(trace => [trace.uid, trace.visible])),
})"""


# Steps of this path alone


def state(plot: Locator) -> dict[str, Any]:
    found: dict[str, Any] = plot.evaluate(STATE)
    return found


def grown(plot: Locator, updates: int) -> None:
    """Wait for further updates of a chart, each with new points."""
    for _ in range(updates):
        plot.page.wait_for_function(
            "([plot, last]) => Number(document.querySelector(plot).dataset.last) > last",
            arg=[PLOT, state(plot)["last"]],
            timeout=PATIENCE_SECONDS * 1000,
        )


def charts_keep_what_was_done_to_them(tab: Page) -> None:
    plot = tab.locator(PLOT)
    plot.wait_for(timeout=PATIENCE_SECONDS * 1000)
    tab.wait_for_function(
        "plot => Number(document.querySelector(plot).dataset.points) > 3", arg=PLOT, timeout=PATIENCE_SECONDS * 1000
    )
    whole = state(plot)
    plot.evaluate("plot => plot.dataset.mark = 'same node'")
    zoom(plot)
    tab.locator(".st-key-card-chart-loss .sb-legend button[data-role=train]").click()
    before = state(plot)
    assert before["x"][1] - before["x"][0] < 0.6 * (whole["x"][1] - whole["x"][0])
    assert before["shown"]["train"] is False
    grown(plot, 3)
    after = state(plot)
    assert after["points"] >= before["points"] + 3
    assert {key: after[key] for key in ("mark", "x", "y", "shown")} == {
        "mark": "same node",
        **{key: before[key] for key in ("x", "y", "shown")},
    }


def a_chart_out_of_sight_waits(tab: Page) -> None:
    lowest = tab.locator(".st-key-card-chart-learning-rate .sb-live-plot")
    tab.set_viewport_size({"width": 1440, "height": 650})
    tab.locator("h1").scroll_into_view_if_needed()
    tab.wait_for_timeout(500)
    before = state(lowest)["last"]
    grown(tab.locator(PLOT), 3)
    assert state(lowest)["last"] == before
    lowest.scroll_into_view_if_needed()
    tab.wait_for_function(
        "([plot, last]) => Number(plot.dataset.last) > last", arg=[lowest.element_handle(), before + 2], timeout=5000
    )
    tab.set_viewport_size({"width": 1440, "height": 900})


# Tests


def test_from_a_table_to_stars(
    tab: Page, dashboard: Dashboard, store: Store, real_reviews: Path, tiny_model: Path
) -> None:
    opened(tab, dashboard, "data")
    upload(tab, real_reviews)
    go(tab, "train")
    choose_a_long_run(tab)
    run = train(tab, store)
    assert run.config.data.source.endswith("/yelp_reviews.csv")
    assert (run.config.data.train_size, run.config.data.eval_size) == (200, 64)
    charts_keep_what_was_done_to_them(tab)
    a_chart_out_of_sight_waits(tab)
    the_run_is_seen_everywhere(tab, run)
    assert [each.id for each in store.runs()] == [run.id], "neither a refresh nor a tab makes another run"
    stop(tab, store, run)
    finish_a_tiny_run(tab, store, tiny_model)
    predict_while_another_run_trains(tab, store)


def the_run_is_seen_everywhere(tab: Page, run: Run) -> None:
    """On the strip of another page, after a refresh, and in a second tab."""
    address = tab.url
    assert run.id in address
    go(tab, "data")
    expect(tab.locator(".st-key-sb-strip")).to_contain_text(re.compile(r"epoch \d+ of 10|evaluating"))
    tab.goto(address)
    tab.reload()
    other = tab.context.new_page()
    other.goto(f"{address}")
    for each in (tab, other):
        expect(each.locator(".st-key-card-status")).to_contain_text(run.name)
        expect(each.locator(PLOT)).to_have_attribute("data-points", re.compile(r"[1-9]"))
    other.close()


def stop(tab: Page, store: Store, run: Run) -> None:
    tab.locator(".st-key-stop button").click()
    stopped: Run = until(lambda: (now := store.get(run.id)).status is Status.STOPPED and now)
    assert stopped.usable
    assert 0 < stopped.step < stopped.total_steps
    expect(tab.locator(".st-key-card-status")).to_contain_text(f"Stopped at step {stopped.step} of 250. The model")
    expect(tab.locator(".st-key-resume button")).to_be_visible()
    expect(tab.locator(".st-key-sb-strip")).to_have_count(0)


def finish_a_tiny_run(tab: Page, store: Store, tiny_model: Path) -> None:
    slide(tab, "data-train_size", "Home")
    slide(tab, "training-num_train_epochs", "Home")
    type_settings(tab, data__eval_size="64", model__name=str(tiny_model))
    run = train(tab, store)
    until(lambda: store.get(run.id).status is Status.FINISHED)
    expect(tab.locator(".st-key-card-status")).to_contain_text("Finished 7 steps")
    expect(tab.locator(".st-key-sb-strip")).to_have_count(0)


def predict_while_another_run_trains(tab: Page, store: Store) -> None:
    tab.locator(".st-key-card-status a").click()
    in_frame(tab, "predict")
    rate(tab, "Terrible, never again.")
    go(tab, "train")
    slide(tab, "training-num_train_epochs", "End")
    type_settings(tab, model__name="minilm")
    run = train(tab, store)
    until(lambda: store.get(run.id).status is Status.TRAINING)
    go(tab, "predict")
    rate(tab, "Best meal of my life!")
    assert store.get(run.id).active
    tab.locator(".st-key-strip-stop button").click()
    until(lambda: store.get(run.id).status is Status.STOPPED)


def test_a_double_click_right_after_start_makes_one_run(tab: Page, dashboard: Dashboard, store: Store) -> None:
    opened(tab, dashboard)
    tab.locator(".st-key-train button").dblclick()
    (run,) = until(store.runs)
    expect(tab.locator(".st-key-card-status")).to_contain_text(run.name)
    wait_idle(tab)  # Before that the button as it was may still stand beside the one that took its place.
    expect(tab.locator(".st-key-train button")).to_contain_text("Add to the queue")
    assert [each.id for each in store.runs()] == [run.id]


@pytest.mark.parametrize("first", ["results", "predict"])
def test_any_page_may_be_the_first_of_a_server(tab: Page, dashboard: Dashboard, first: str) -> None:
    opened(tab, dashboard, first)
    other = tab.context.new_page()
    opened(other, dashboard)
    tab.locator(".st-key-sb-step-data a").wait_for()
    tab.reload()
    in_frame(tab, first)
    for page in PAGES:
        if page != first:
            go(tab, page)
    go(tab, first)
    for page in PAGES:
        opened(other, dashboard, page)


def test_a_restart_loses_nothing(tab: Page, dashboard: Dashboard, store: Store) -> None:
    opened(tab, dashboard)
    choose_a_long_run(tab)
    run = train(tab, store)
    until(lambda: store.get(run.id).step >= 5)
    dashboard.stop()
    interrupted = store.get(run.id)
    assert interrupted.status is Status.INTERRUPTED
    assert interrupted.model_step == interrupted.step >= 5

    dashboard.start()
    status = tab.locator(".st-key-card-status")
    expect(status).to_contain_text(f"Interrupted at step {interrupted.step} of 250", timeout=60_000)
    tab.locator(".st-key-resume button").click()
    until(lambda: store.get(run.id).step > interrupted.step + 2)
    expect(status).to_contain_text(re.compile(r"epoch \d+ of 10"))
    steps = [event.step for event in store.events(run.id, kinds=("train",))]
    assert steps == list(range(1, len(steps) + 1)), "no gap and no doubled step"
    tab.locator(".st-key-stop button").click()
    until(lambda: store.get(run.id).status is Status.STOPPED)
    assert len(store.runs()) == 1
