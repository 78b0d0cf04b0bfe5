"""The pieces: nothing from outside becomes markup, everything visible can be heard."""

from __future__ import annotations

import math
from html.parser import HTMLParser

import pytest
from streamlit.testing.v1 import AppTest

from core.runs.curves import Curves, Points
from core.runs.run import EventKind
from ui import live_chart, pieces, stars, strip
from ui.markup import NO_BREAK, element, text

NASTY = "<script>alert('1')</script> & \"quotes\""


class Tags(HTMLParser):
    """Collects the tags and their attributes of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append(dict(attrs))


@pytest.mark.parametrize(
    "html",
    [
        pieces.metric_row_html([pieces.Metric(NASTY, NASTY, NASTY)]),
        pieces.error_card_html(NASTY, NASTY, NASTY),
        pieces.notes_html([NASTY]),
        stars.probability_html([(NASTY, 0.5, "#112233")]),
        stars.distribution_html([(NASTY, 5, "#112233")]),
        strip.strip_html(NASTY, NASTY, 0.5, NASTY),
    ],
)
def test_text_is_escaped(html: str) -> None:
    assert "script" not in Tags(html).tags
    assert "&lt;script&gt;" in html


def test_an_attribute_cannot_be_left() -> None:
    tags = Tags(element("div", "", aria_label='" onload="x'))
    assert tags.attributes == [{"aria-label": '" onload="x'}]


def test_a_number_stays_with_its_unit() -> None:
    assert text("commonest class 20.2 % · 1 min 22 s") == (
        f"commonest class 20.2{NO_BREAK}% · 1{NO_BREAK}min 22{NO_BREAK}s"
    )
    assert text("3 steps, 4 epochs") == "3 steps, 4 epochs"


@pytest.mark.parametrize(
    ("value", "spoken", "fill"),
    [
        (3.8, "3.8 stars out of 5", "74.6%"),
        (5, "5 stars out of 5", "100.0%"),
        (0, "0 stars out of 5", "0.0%"),
        (9, "5 stars out of 5", "100.0%"),
        (-1, "0 stars out of 5", "0.0%"),
    ],
)
def test_stars(value: float, spoken: str, fill: str) -> None:
    found = Tags(pieces.stars(value)).attributes[0]
    assert found["role"] == "img"
    assert found["aria-label"] == spoken
    assert f"--sb-fill:{fill}" in str(found["style"])


def test_probabilities_start_with_the_highest_rating() -> None:
    rows = pieces.rating_rows([0.02, 0.06, 0.21, 0.48, 0.23])
    assert [row[0] for row in rows] == [5, 4, 3, 2, 1]
    html = stars.probability_html(rows)
    assert html.index("5 stars out of 5") < html.index("23") < html.index("4 stars out of 4")
    assert "width:48.0%" in html, "a full track is 100 %"


def test_a_distribution_without_rows_or_counts() -> None:
    assert Tags(stars.distribution_html([])).tags == ["ul"]
    assert "–" in stars.distribution_html([("none", 0, "#112233")])


def test_the_bar_tells_how_far_it_is() -> None:
    html = strip.strip_html("first try", "epoch 2 of 3", 1.7, "47 s left")
    bar = next(tag for tag in Tags(html).attributes if tag.get("role") == "progressbar")
    assert bar["aria-valuenow"] == "100"
    assert bar["aria-label"] == "first try · epoch 2 of 3"
    assert "progressbar" not in strip.strip_html("first try", "preparing", None, "")


def test_an_error_is_announced() -> None:
    assert Tags(pieces.error_card_html("Failed", "why", "do this")).attributes[0]["role"] == "alert"


def test_a_feed_carries_only_what_json_can_and_drops_empty_curves() -> None:
    points: dict[EventKind, Points] = {
        "train": Points([7, 8, 9], [0.1, 0.2, 0.3], {"loss": [1.0, math.nan, math.inf], "accuracy": [0.1, 0.2, 0.3]}),
        "eval": Points([], [], {"loss": []}),
    }
    feed = live_chart.Feed("run:1", Curves(6, 9, points))
    spec = live_chart.ChartSpec("loss", roles=[], alt="Loss")
    whole = {"id": [7, 8, 9], "x": [0.1, 0.2, 0.3], "loss": [1.0, None, None]}
    drawn = live_chart.payload(spec, feed, key="loss", height=260)
    assert drawn["feed"] == {"stream": "run:1", "base": 6, "last": 9, "now": None, "points": {"train": whole}}
    assert feed.payload()["points"] == {"train": {**whole, "accuracy": [0.1, 0.2, 0.3]}}


def chart_script() -> None:
    import streamlit as st

    from core.runs.curves import Curves
    from ui.live_chart import ChartSpec, Feed, live_chart, sent

    stream = st.session_state.get("stream", "run:1")
    st.text(str(sent("loss", stream)))
    live_chart(ChartSpec("loss", roles=[], alt="Loss"), Feed(stream, Curves(sent("loss", stream), 41, {})), key="loss")


def test_what_was_sent_is_remembered_for_one_stream() -> None:
    page = AppTest.from_function(chart_script).run()
    assert not page.exception
    for _tick in range(live_chart.OVERLAP):
        assert page.text[0].value == "0", "sent again until it has surely arrived"
        page.run()
    assert page.text[0].value == "41"
    page.session_state["stream"] = "run:2"
    assert page.run().text[0].value == "0", "a new generation starts from nothing"


def pieces_script() -> None:
    from ui import pieces

    with pieces.card("one"):
        pieces.card_title("A title", "aside")
        pieces.notes([])
    with pieces.chart_card("Loss", "It fell."):
        pieces.metric_row([pieces.Metric("Accuracy", "53.1 %")])
    pieces.code_peek("The same, as code", "x = 1")
    pieces.error_card("Failed", "why", "do this")


def test_the_pieces_draw() -> None:
    page = AppTest.from_function(pieces_script).run()
    assert not page.exception
    assert page.code[0].value == "x = 1"
    bodies = [found.proto.body for found in page.get("html")]
    assert any("It fell." in body for body in bodies)
