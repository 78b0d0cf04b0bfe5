"""What a tick ships: the pieces of the page that changed, new points for its charts, and news for the tab itself.

A live page is drawn once, whole; from then on one component without a look of its own (static/updates.js) brings it up
to date, so that a tick is one short message however much stands on the page. `piece` draws what can be replaced so.
The tab's own are the progress in its title, and word of a run that has ended.

It does not know what a run is. Guarantees that an ending is told once a browser window, however often it is sent, and
that a piece arrives although Streamlit may draw only the newer of two ticks that come close together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from core.home import preferences
from core.home.places import Home
from ui.component import component
from ui.live_chart import OVERLAP
from ui.markup import element

_COMPONENT = component("updates", html="<span class='sb-companion' aria-live='polite'></span>")
_SENT, _DRAWN = "updates:sent", "updates:drawn"
_NO_BOX = "display:contents"


@dataclass(frozen=True)
class Ended:
    """An ending worth telling: `id` tells two of them apart, the words are what the notification shows."""

    id: str
    title: str
    words: str


@dataclass(frozen=True)
class Spark:
    """A sparkline: shares of 0..1, and what a screen reader says."""

    values: Sequence[float]
    label: str


@dataclass(frozen=True)
class Tick:
    """What the page should show now.

    Attributes:
        progress: stands before the title of the tab, such as `42 %`; empty leaves the title alone.
        ended: the run that ended last while this tab looked, None before the first.
        pieces: HTML by the name of the piece; those that stand already are not sent again.
        spark: the strip's sparkline; None leaves it as it is.
        feed: of `ui.live_chart.tick`; None for no charts.
    """

    progress: str = ""
    ended: Ended | None = None
    pieces: Mapping[str, str] = field(default_factory=dict)
    spark: Spark | None = None
    feed: Mapping[str, object] | None = None


def piece_html(name: str, content: str) -> str:
    """HTML that ticks may replace; its place takes no part in the layout. `name` is unique on the page."""
    st.session_state.setdefault(_SENT, {})[name] = (content, OVERLAP)
    # Streamlit leaves HTML alone that reads as before, also where a tick has replaced it meanwhile.
    return element("div", content, data_piece=name, data_drawn=str(st.session_state.get(_DRAWN, 0)), style=_NO_BOX)


def piece(name: str, content: str) -> None:
    """Draw HTML that ticks may replace."""
    st.html(piece_html(name, content))


def begin() -> None:
    """A whole page is about to be drawn: what was sent before does not count any more."""
    st.session_state[_SENT] = {}
    st.session_state[_DRAWN] = st.session_state.get(_DRAWN, 0) + 1


def send(tick: Tick, *, key: str = "updates") -> None:
    """Bring the browser up to date; called at every tick, from one place of the page."""
    now = preferences.load(Home.present())
    data: dict[str, object] = {"progress": tick.progress, "notify": now.notify, "sound": now.sound}
    if tick.ended:
        data["ended"] = vars(tick.ended)
    if pieces := _changed(tick.pieces):
        data["pieces"] = pieces
    if tick.spark:
        data["spark"] = {"label": tick.spark.label, "values": [round(100 * value) for value in tick.spark.values]}
    if tick.feed:
        data["feed"] = tick.feed
    # As bytes: Streamlit's own JSON has blanks, and six letters for each Japanese one.
    _COMPONENT(key=key, data=json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def _changed(pieces: Mapping[str, str]) -> dict[str, str]:
    """The pieces that were not yet sent in so many ticks that one of them has surely arrived."""
    sent: dict[str, tuple[str, int]] = st.session_state.setdefault(_SENT, {})
    found = {}
    for name, html in pieces.items():
        before, times = sent.get(name, ("", 0))
        times = times + 1 if html == before else 1
        if times <= OVERLAP:
            found[name] = html
            sent[name] = (html, times)
    return found
