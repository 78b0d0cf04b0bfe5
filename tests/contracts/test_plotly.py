"""plotly.js, as plotly's Python package carries it: what the growing chart takes from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

LIBRARY = "plotly"
SCRIPT = Path(__file__).parents[2] / "static" / "live_chart.js"
# As the growing chart draws, with the same configuration each time: Plotly starts over when it is given another one.
DRAW = """([xs, zoom]) => Plotly.react(
    document.querySelector("#plot"),
    [{type: "scatter", mode: "lines", uid: "train", x: xs, y: xs.map((x) => x / 4)}],
    {width: 400, height: 300, uirevision: "run", shapes: [
        {type: "line", x0: 1, x1: 1, y0: 0, y1: 1, yref: "paper", layer: "above"}],
     xaxis: {range: [0, 4], uirevision: zoom}, yaxis: {range: [0, 1], uirevision: zoom}},
    window.config ??= {displaylogo: false, modeBarButtons: [["toImage", {name: "whole", title: "Whole",
        icon: Plotly.Icons.home, click: () => { window.wasWhole = true }}]]})"""


def bundle() -> Path:
    spec = util.find_spec("plotly")
    assert spec
    return Path(next(iter(spec.submodule_search_locations or []))) / "package_data" / "plotly.min.js"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page with plotly.js alone, which takes a second to load."""
    opened = browser.new_page()
    opened.set_content("<div id='plot'></div>")
    opened.add_script_tag(path=str(bundle()))
    yield opened
    opened.close()


@pytest.fixture
def plot(page: Page) -> Page:
    """A fresh chart."""
    page.evaluate("Plotly.purge(document.querySelector('#plot'))")
    page.evaluate(DRAW, [[0, 2], "a"])
    return page


def zoom(plot: Page) -> None:
    """Drag a box over a part of the chart."""
    box = plot.locator("#plot .nsewdrag").first.bounding_box()
    assert box
    plot.mouse.move(box["x"] + 50, box["y"] + 50)
    plot.mouse.down()
    plot.mouse.move(box["x"] + 150, box["y"] + 150, steps=5)
    plot.mouse.up()


def test_the_package_carries_the_script() -> None:
    """plotly.js is copied from plotly/package_data/plotly.min.js into static/; without it no chart is drawn."""
    assert bundle().stat().st_size > 1_000_000


@pytest.mark.parametrize(
    "name",
    ["_fullLayout", "_fullData", "c2p", "js-line", "layer-above", "shapelayer", "plotly_relayout",
     "plotly_doubleclick", "modeBarButtons", "uirevision", "ticklabelstandoff", "x unified"],
)  # fmt: skip
def test_the_script_knows_the_names_that_are_used(name: str) -> None:
    """static/live_chart.js uses this name; the other tests here need a browser, this one does not."""
    assert name in bundle().read_text("utf-8", errors="ignore")


def test_nothing_else_private_is_used() -> None:
    """A private name of Plotly that the chart begins to use needs a line here and on the page."""
    found = set(re.findall(r"\b(?:plot|chart|axis)\.(_[a-zA-Z]+)", SCRIPT.read_text("utf-8")))
    assert found <= {"_fullLayout", "_fullData"}


@pytest.mark.browser
def test_axes_turn_values_into_pixels(plot: Page) -> None:
    """Lines are lengthened by hand between whole drawings, by the axes' own conversion; without it each tick draws
    every chart whole, or lines end in the wrong place."""
    found: Any = plot.evaluate(
        """() => { const { xaxis, yaxis } = document.querySelector("#plot")._fullLayout
        return [xaxis.range, yaxis.range, xaxis.c2p(4) - xaxis.c2p(0), xaxis._length, yaxis.c2p(0) - yaxis.c2p(1)] }"""
    )
    assert found[:2] == [[0, 4], [0, 1]]
    assert found[2] == pytest.approx(found[3])
    assert found[4] > 0


@pytest.mark.browser
def test_a_line_and_the_mark_of_now_are_found_in_the_picture(plot: Page) -> None:
    """As above: the path of each curve is found by the trace's uid, the mark by its layer."""
    paths: Any = plot.evaluate("[...document.querySelectorAll('.tracetrain .js-line')].map((p) => p.getAttribute('d'))")
    assert len(paths) == 1
    ends = re.findall(r"[ML]?([\d.]+),([\d.]+)", paths[0])
    points: Any = plot.evaluate(
        """() => { const { xaxis, yaxis } = document.querySelector("#plot")._fullLayout
        return [0, 2].map((x) => [xaxis.c2p(x), yaxis.c2p(x / 4)]) }"""
    )
    assert [[float(x), float(y)] for x, y in ends] == [pytest.approx(point, abs=0.02) for point in points]
    assert plot.locator("#plot .layer-above .shapelayer path").count() == 1


@pytest.mark.browser
def test_a_zoom_is_told_by_these_keys_and_outlives_new_points(plot: Page) -> None:
    """A chart is brought up to date by `Plotly.react` on the same node, whose `uirevision` keeps the zoom until it
    changes. The zoom is also remembered from `plotly_relayout`, so that it outlives a chart that Streamlit rebuilds."""
    plot.evaluate("document.querySelector('#plot').marked = true")
    plot.evaluate("document.querySelector('#plot').on('plotly_relayout', (change) => { window.change = change })")
    zoom(plot)
    plot.wait_for_function("window.change")
    change: Any = plot.evaluate("window.change")
    zoomed = [change["xaxis.range[0]"], change["xaxis.range[1]"]]
    assert {"yaxis.range[0]", "yaxis.range[1]"} <= set(change)
    seen = "[document.querySelector('#plot').marked, document.querySelector('#plot')._fullLayout.xaxis.range]"
    plot.evaluate(DRAW, [[0, 2, 3], "a"])
    assert plot.evaluate(seen) == [True, zoomed]
    plot.evaluate(DRAW, [[0, 2, 3], "b"])
    assert plot.evaluate(seen) == [True, [0, 4]]


@pytest.mark.browser
def test_a_button_of_ours_stands_in_the_bar(plot: Page) -> None:
    """The button "Show everything" is one of the chart's own with the icon of a house; Plotly's cloud button is left
    out."""
    plot.locator("#plot").hover()
    plot.locator("#plot [data-title=Whole]").click()
    assert plot.evaluate("window.wasWhole")
    assert plot.locator("#plot .modebar-btn").count() == 2
