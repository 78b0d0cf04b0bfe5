"""A tour of the first page in a few steps: a card above it, and a ring around what it speaks of.

It covers nothing and blocks nothing: Train can be clicked at any step. Once skipped, finished, or overtaken by a click
on Train it does not come again, until the Settings page brings it back.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import StarboardError
from core.home import preferences
from core.home.places import Home
from ui.markup import element, text
from ui.pieces import card
from ui.words import _

_AT = "tour-step"


@dataclass(frozen=True)
class Stop:
    """One step: what it says, and the CSS selector of what it speaks of."""

    title: str
    words: str
    about: str


def stops() -> list[Stop]:
    """The steps, in order."""
    return [
        Stop(
            _("Reviews are there already"),
            _("A bundled sample is there from the start. Your own table, or one from the Hub, comes in under Data."),
            ".st-key-sb-step-data a",
        ),
        Stop(
            _("Each setting says what it does"),
            _("Move a slider and read the line below it. The question mark tells why it matters."),
            ".st-key-card-settings",
        ),
        Stop(
            _("One click trains"),
            _("Loss and accuracy move while the model learns. You can stop at any time and keep what it has learned."),
            ".st-key-train button",
        ),
        Stop(
            _("Then let it read"),
            _("Under Predict you paste a review and see its stars. Results keeps every run and its scores."),
            ".st-key-sb-step-predict a",
        ),
    ]


def draw() -> None:
    """Draw the present step, nothing once the tour was seen."""
    # Its place stays when it goes, so that nothing below it moves and is drawn anew.
    with st.container(key="tour-place"):
        if not preferences.load(Home.present()).tour_seen:
            _draw()


def _draw() -> None:
    all_stops = stops()
    number = min(st.session_state.get(_AT, 0), len(all_stops) - 1)
    stop, last = all_stops[number], number == len(all_stops) - 1
    st.html(f"<style>{stop.about} {{ outline: 3px solid var(--sb-star); outline-offset: 3px; }}</style>")
    with card("tour"), st.container(horizontal=True, vertical_alignment="center"):
        st.html(_words(stop, number + 1, len(all_stops)), width="stretch")
        with st.container(horizontal=True, width="content", vertical_alignment="center", wrap=False):
            st.button(_("Skip the tour"), key="tour-skip", type="tertiary", on_click=end)
            if last:
                st.button(_("Done"), key="tour-next", on_click=end)
            else:
                st.button(_("Next"), key="tour-next", on_click=_next)


def end() -> None:
    """Remember that it was seen."""
    st.session_state.pop(_AT, None)
    if preferences.load(Home.present()).tour_seen:
        return
    try:
        preferences.save(Home.present(), tour_seen=True)
    except StarboardError:
        # A home that cannot be written: the page says so elsewhere, and the tour is no reason to stop.
        return


def _next() -> None:
    st.session_state[_AT] = st.session_state.get(_AT, 0) + 1


def _words(stop: Stop, number: int, total: int) -> str:
    counted = element("span", text(f"{number} / {total}"), "sb-aside")
    title = element("h2", text(stop.title), "sb-tour-title")
    return element("div", counted + title + element("p", text(stop.words), "sb-sentence"), "sb-tour", role="status")
