"""The running training in one line: name, phase, a thin bar, what is left, Stop.

Pure drawing: it is told everything, reads no store and knows no job. The page frame leaves a slot for it at
the right of the header. What changes on it while a run goes on are pieces that ticks replace (ui.updates).
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui.markup import element, text
from ui.updates import piece_html
from ui.words import _

STOP_KEYS = "Ctrl+Backspace"


def strip(
    name: str | Callable[[], None],
    phase_words: str,
    fraction: float | None,
    seconds_left_words: str,
    on_stop: Callable[[], None] | None,
    *,
    picture: str = "",
) -> None:
    """Draw the strip.

    Args:
        name: the run's name, or what draws it as a link.
        phase_words: e.g. "epoch 2 of 3".
        fraction: how much is done, 0..1; None while nobody can say, which leaves the bar out.
        seconds_left_words: e.g. "47 s left"; empty leaves it out.
        on_stop: called when Stop is pressed; None draws no button (a stop is already on its way).
        picture: a small picture of how it goes (HTML of `ui.illustrations`), empty for none.
    """
    with st.container(
        key="sb-strip",
        horizontal=True,
        wrap=False,
        horizontal_alignment="right",
        vertical_alignment="center",
        gap="xsmall",
    ):
        if callable(name):
            name()
        written = name if isinstance(name, str) else ""
        st.html(strip_html(written, phase_words, fraction, seconds_left_words, picture), width="content")
        if on_stop is not None:
            # With a help text Streamlit would draw it twice, and the keys would press it twice.
            st.button(_("Stop"), key="strip-stop", type="tertiary", on_click=on_stop, shortcut=STOP_KEYS)


def strip_html(name: str, phase_words: str, fraction: float | None, seconds_left_words: str, picture: str = "") -> str:
    """The words and the bar, without the link and the button."""
    parts = strip_pieces(name, phase_words, fraction, seconds_left_words)
    words, bar, left = (piece_html(name, content) for name, content in parts.items())
    return element("div", words + piece_html("spark", picture) + bar + left, "sb-strip")


def strip_pieces(name: str, phase_words: str, fraction: float | None, seconds_left_words: str) -> dict[str, str]:
    """What changes on the strip while the run goes on, beside the sparkline: HTML by the name of the piece."""
    title = " · ".join(part for part in (name, phase_words) if part)
    named = element("span", text(name), "sb-strip-name", title=name) if name else ""
    phase = element("span", text(f"· {phase_words}")) if phase_words else ""
    return {
        "strip-words": element("span", f"{named} {phase}", "sb-strip-words"),
        "bar": "" if fraction is None else progress_html(fraction, label=title),
        "strip-left": element("span", text(seconds_left_words)) if seconds_left_words else "",
    }


def progress_html(fraction: float, *, label: str) -> str:
    """A thin progress bar; `fraction` outside 0..1 is clamped."""
    percent = round(100 * min(max(fraction, 0.0), 1.0), 1)
    return element(
        "div",
        element("i", "", style=f"width:{percent:g}%"),
        "sb-progress",
        role="progressbar",
        aria_label=label,
        aria_valuemin="0",
        aria_valuemax="100",
        aria_valuenow=f"{percent:g}",
    )
