"""The live chart in a real browser: what the user did to it survives, what got lost is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import wait_idle
from tests.browser.server import Dashboard
from tests.browser.steps import zoom

pytestmark = pytest.mark.browser
TICKS = 20
POINTS_A_TICK = 2

STATE = """plot => ({
  last: Number(plot.dataset.last), points: Number(plot.dataset.points),
  resyncs: Number(plot.dataset.resyncs ?? 0),
  x: plot._fullLayout.xaxis.range, y: plot._fullLayout.yaxis.range, mark: plot.dataset.mark,
  shown: Object.fromEntries(plot._fullData.map(trace => [trace.uid, trace.visible])),
  ids: plot.data[0].x.length, colour: plot._fullData.find(trace => trace.uid === 'eval').line.color,
})"""


def state(plot: Locator) -> dict[str, Any]:
    found: dict[str, Any] = plot.evaluate(STATE)
    return found


@pytest.fixture
def plot(tab: Page, gallery: Dashboard) -> Locator:
    """The loss chart at the start of a made-up run, growing."""
    tab.goto(f"{gallery.url}/train")
    wait_idle(tab)
    tab.locator(".st-key-again button").click()
    found = tab.locator(".st-key-live-loss .sb-live-plot")
    # Streamlit writes key classes on the element's container.
    tab.wait_for_function(
        "() => { const p = document.querySelector('.st-key-live-loss .sb-live-plot');"
        " return p?._fullLayout && Number(p.dataset.last) > 20 && Number(p.dataset.last) < 150 }"
    )
    return found


def wait_for_points(plot: Locator, more: int) -> None:
    """Wait until the chart's last id has grown by `more`."""
    goal = state(plot)["last"] + more
    plot.page.wait_for_function(
        "goal => Number(document.querySelector('.st-key-live-loss .sb-live-plot')?.dataset.last) >= goal",
        arg=goal,
    )


def test_zoom_hidden_traces_and_node_survive_twenty_updates(plot: Locator) -> None:
    whole = state(plot)
    plot.evaluate("plot => plot.dataset.mark = 'same node'")
    zoom(plot)
    plot.page.locator(".st-key-live-loss .sb-legend button[data-role=train]").click()
    before = state(plot)
    assert before["x"][1] - before["x"][0] < 0.6 * (whole["x"][1] - whole["x"][0])
    assert before["shown"] == {"train-raw": False, "train": False, "eval": True}

    wait_for_points(plot, TICKS * POINTS_A_TICK)

    after = state(plot)
    assert after["mark"] == "same node"
    assert after["x"] == before["x"]
    assert after["y"] == before["y"]
    assert after["shown"] == before["shown"]
    assert after["points"] >= before["points"] + TICKS * POINTS_A_TICK
    assert after["resyncs"] == before["resyncs"]


def hide_training(plot: Locator) -> None:
    plot.page.locator(".st-key-live-loss .sb-legend button[data-role=train]").click()


def test_the_rest_of_the_page_may_rerun(plot: Locator) -> None:
    zoom(plot)
    hide_training(plot)
    before = state(plot)
    plot.page.get_by_text("Keep the best checkpoint").click()
    wait_for_points(plot, 4)
    after = state(plot)
    assert (after["x"], after["y"], after["shown"]) == (before["x"], before["y"], before["shown"])


def test_zoom_and_hidden_traces_survive_leaving_the_page(plot: Locator) -> None:
    zoom(plot)
    hide_training(plot)
    before = state(plot)
    plot.page.locator(".st-key-sb-steps a", has_text="Data").click()
    plot.page.get_by_text("Reviews by star").wait_for()
    plot.page.locator(".st-key-sb-steps a", has_text="Train").click()
    plot.page.wait_for_function(
        "last => Number(document.querySelector('.st-key-live-loss .sb-live-plot')?.dataset.last) > last",
        arg=before["last"],
    )
    after = state(plot)
    assert (after["x"], after["y"], after["shown"]) == (before["x"], before["y"], before["shown"])
    assert after["ids"] == after["last"]


def test_a_double_click_shows_everything(plot: Locator) -> None:
    whole = state(plot)
    zoom(plot)
    assert state(plot)["x"] != whole["x"]
    plot.locator(".nsewdrag").dblclick()
    wait_for_points(plot, 4)
    assert state(plot)["x"] == whole["x"]


def test_a_lost_tick_is_asked_for_and_every_point_arrives(plot: Locator) -> None:
    before = state(plot)
    plot.page.locator(".st-key-lose button").click()
    wait_for_points(plot, 30)
    found = state(plot)
    assert found["resyncs"] == before["resyncs"] + 1
    assert found["ids"] == found["last"], "one training point for every id"


def test_a_new_stream_empties_the_chart_and_resets_the_zoom(plot: Locator) -> None:
    zoom(plot)
    zoomed = state(plot)
    plot.page.locator(".st-key-again button").click()
    plot.page.wait_for_function(
        "last => Number(document.querySelector('.st-key-live-loss .sb-live-plot')?.dataset.last) < last",
        arg=zoomed["last"],
    )
    fresh = state(plot)
    assert fresh["x"][1] - fresh["x"][0] > 3.0
    assert fresh["ids"] == fresh["last"]


def test_the_theme_switch_recolours_at_once_and_keeps_the_zoom(plot: Locator) -> None:
    zoom(plot)
    light = state(plot)
    plot.page.locator("[data-testid=stMainMenuButton]").click()
    plot.page.get_by_test_id("stMainMenuItem-theme-Dark").click()
    plot.page.keyboard.press("Escape")
    dark_accent = "rgb(142, 162, 255)"
    plot.page.wait_for_function(
        "colour => document.querySelector('.st-key-live-loss .sb-live-plot')._fullData"
        ".some(trace => trace.line.color === colour)",
        arg=dark_accent,
    )
    dark = state(plot)
    assert light["colour"] == "rgb(52, 84, 209)"
    assert dark["x"] == light["x"]


def test_the_chart_speaks_and_keeps_quiet_about_the_cloud(plot: Locator) -> None:
    expect(plot).to_have_attribute("role", "figure")
    expect(plot).to_have_attribute("aria-label", "Loss over epochs, training and evaluation; made-up values")
    expect(plot.page.locator(".st-key-live-loss .sb-legend button")).to_have_text(["training", "evaluation"])
    assert plot.locator(".modebar-btn").evaluate_all("all => all.map(b => b.dataset.title)") == [
        "Download plot as a PNG",
        "Show everything",
    ]


def test_a_chart_that_cannot_load_says_so(tab: Page, gallery: Dashboard) -> None:
    tab.route("**/plotly-*.min.js", lambda route: route.abort())
    tab.goto(f"{gallery.url}/train")
    note = tab.locator(".st-key-live-loss .sb-live-note")
    expect(note).to_have_text("The chart could not be loaded. Reload the page; the run is not affected.")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("room", ["", "train", "results", "predict"])
def test_no_room_of_the_gallery_scrolls_sideways(tab: Page, gallery: Dashboard, room: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 844})
    tab.goto(f"{gallery.url}/{room}")
    wait_idle(tab)
    tab.locator(".sb-heading h1").wait_for()
    sizes = tab.locator("[data-testid=stMain]").evaluate("main => [main.scrollWidth, main.clientWidth]")
    assert sizes[0] == sizes[1]
