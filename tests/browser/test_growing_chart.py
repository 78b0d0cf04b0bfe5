"""A chart that grows while a run trains: lengthened between whole drawings, and equal to one that was drawn whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from bench import synthetic
from core.home.places import Home
from core.runs.run import Run, Status
from core.runs.store import Store
from tests.browser.server import Dashboard
from tests.browser.steps import PLOT

pytestmark = pytest.mark.browser
PIXEL = 0.5

# What is drawn, and what Plotly knows. A path ends with the last of its points.
STATE = """plot => {
  const line = (uid) => plot.querySelector(`.trace${uid} .js-line`).getAttribute('d')
  const ends = (uid) => line(uid).match(/[\\d.-]+/g).slice(-2).map(Number)
  const trace = (uid) => plot._fullData.find((each) => each.uid === uid)
  return {
    last: Number(plot.dataset.last), points: Number(plot.dataset.points),
    known: trace('train').x.length + trace('eval').x.length, dots: trace('eval').x.length,
    smooth: ends('train'), raw: ends('train-raw'), y: plot._fullLayout.yaxis.range,
    here: plot.querySelector('.layer-above .shapelayer path').getBoundingClientRect().x,
  }
}"""


@pytest.fixture
def store(shared_dashboard: Dashboard) -> Store:
    """The store that the server reads."""
    return Store(Home.present())


@pytest.fixture
def run(store: Store) -> Iterator[Run]:
    """A run that logged 120 of its 300 steps, and goes on as the test says."""
    made = synthetic.training(store, 120, total_steps=300)
    yield made
    # Its process, which is this one, trains one run at a time.
    store.set_status(made.id, Status.STOPPED)


@pytest.fixture
def watched(tab: Page, shared_dashboard: Dashboard, run: Run) -> Page:
    tab.goto(f"{shared_dashboard.url}/train?run={run.id}")
    tab.wait_for_function(f"() => Number(document.querySelector('{PLOT}')?.dataset.points) > 0")
    tab.mouse.move(0, 0)
    return tab


def state(tab: Page) -> dict[str, Any]:
    found: dict[str, Any] = tab.locator(PLOT).evaluate(STATE)
    return found


def grown(tab: Page, store: Store, run: Run, *losses: float) -> dict[str, Any]:
    """The chart once it has so many points more."""
    goal = state(tab)["points"] + len(losses)
    for step, loss in enumerate(losses, start=store.get(run.id).step + 1):
        values = {"loss": loss, "accuracy": 0.4}
        store.append(run.id, "train", values, step=step, epoch=3 * step / run.total_steps, seconds=0.1 * step)
    return drawn(tab, goal)


def drawn(tab: Page, goal: int) -> dict[str, Any]:
    tab.wait_for_function(f"goal => Number(document.querySelector('{PLOT}').dataset.points) >= goal", arg=goal)
    return state(tab)


def close(one: list[float], other: list[float]) -> bool:
    return all(abs(a - b) < PIXEL for a, b in zip(one, other, strict=True))


def test_longer_lines_are_where_a_whole_drawing_puts_them(watched: Page, store: Store, run: Run) -> None:
    before = state(watched)
    longer = grown(watched, store, run, 1.0, 0.9, 0.95, 1.0, 0.9)
    assert longer["known"] == before["known"] < longer["points"]
    assert longer["smooth"][0] > before["smooth"][0] + PIXEL
    assert longer["here"] > before["here"] + PIXEL

    watched.locator(PLOT).hover()

    watched.wait_for_function(f"n => document.querySelector('{PLOT}').data[0].x.length > n", arg=120)
    whole = state(watched)
    assert whole["known"] == whole["points"] == longer["points"]
    assert whole["y"] == longer["y"]
    assert close(whole["smooth"], longer["smooth"])
    assert close(whole["raw"], longer["raw"])
    assert close([whole["here"]], [longer["here"]])


def test_values_under_the_pointer_are_always_up_to_date(watched: Page, store: Store, run: Run) -> None:
    watched.locator(PLOT).hover()
    found = grown(watched, store, run, 1.0, 0.9)
    assert found["known"] == found["points"]


def test_a_score_more_is_drawn_whole(watched: Page, store: Store, run: Run) -> None:
    before = state(watched)
    synthetic.go_on(store, run, 1, evaluate=True)
    found = drawn(watched, before["points"] + 2)
    assert found["dots"] == before["dots"] + 1
    assert found["known"] == found["points"]


def test_a_value_beyond_the_axis_gets_its_place(watched: Page, store: Store, run: Run) -> None:
    before = state(watched)
    high = 2 * max(before["y"])
    found = grown(watched, store, run, high)
    assert max(found["y"]) > high
    assert found["known"] == found["points"]


def test_a_step_without_a_value_leaves_no_point_in_its_chart(watched: Page, store: Store, run: Run) -> None:
    accuracy = PLOT.replace("loss", "accuracy")
    before = watched.locator(accuracy).evaluate("plot => Number(plot.dataset.points)")
    goal = state(watched)["points"] + 2
    for values in ({"loss": 1.0}, {"loss": 0.9, "accuracy": float("nan")}):
        step = store.get(run.id).step + 1
        store.append(run.id, "train", values, step=step, epoch=3 * step / run.total_steps, seconds=0.1 * step)
    drawn(watched, goal)
    assert watched.locator(accuracy).evaluate("plot => Number(plot.dataset.points)") == before
