"""The pieces every page is built from: cards, metric rows, empty and error states, notes, code.

Each draws one thing from values it is given; none reads a store or keeps state. Text from outside is
escaped, so a review or a run's name cannot change the page. Stars and bars live in `ui.stars`, and are
offered here as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page

from ui.markup import element, text
from ui.stars import distribution_bars, probability_bars, rating_rows, stars
from ui.words import _

__all__ = [
    "Metric",
    "card",
    "card_title",
    "chart_card",
    "code_peek",
    "distribution_bars",
    "empty_state",
    "error_card",
    "key_table_html",
    "metric_row",
    "notes",
    "probability_bars",
    "rating_rows",
    "sentence",
    "stars",
    "warning_line",
]


@dataclass(frozen=True)
class Metric:
    """One figure with its name and what it must beat.

    Attributes:
        label: what is measured.
        value: the figure, in words (`ui.format`).
        below: a baseline or an earlier value; empty leaves the line free.
    """

    label: str
    value: str
    below: str = ""


def card(key: str, *, height: Literal["content", "stretch"] | int = "content") -> DeltaGenerator:
    """A bordered container on the card colour, to be used with `with`; `key` is unique on the page.

    `height="stretch"` lets the cards of one row of columns end on the same line.
    """
    return st.container(border=True, key=f"card-{key}", height=height)


def card_title(title: str, aside: str = "") -> None:
    """A card's heading, and quieter words at the right end of its line."""
    right = element("span", text(aside), "sb-aside") if aside else ""
    st.html(element("div", element("h2", text(title)) + right, "sb-card-title"))


def sentence(words: str, *, picture: str = "") -> None:
    """One quiet sentence that says what the thing above it shows; a small picture (HTML of `ui`) above the words."""
    if words:
        st.html(picture + element("p", text(words), "sb-sentence"))


def warning_line(words: str) -> None:
    """One line beside the setting that causes it; spoken when it appears."""
    st.html(element("p", text(words), "sb-warning", role="status"))


def metric_row(items: Sequence[Metric]) -> None:
    """Draw the figures side by side, as many in a line as fit: five on a desktop, two on a phone."""
    st.html(metric_row_html(items))


def metric_row_html(items: Sequence[Metric]) -> str:
    """The definition list that `metric_row` draws."""
    return element("dl", "".join(_metric(item) for item in items), "sb-metrics")


def _metric(item: Metric) -> str:
    """One figure; the line below is kept when empty, so that figures stand on one line."""
    term = element("dt", text(item.label))
    value = element("dd", text(item.value), "sb-metric-value")
    below = element("dd", text(item.below), "sb-metric-below") if item.below else ""
    return element("div", term + value + below, "sb-metric")


@contextmanager
def chart_card(title: str, words: str, *, key: str = "", aside: str = "") -> Iterator[None]:
    """A card with a title, the chart drawn inside the `with`, and one sentence below it.

    Args:
        title: the chart's name; empty when the chart draws its own title line (the live chart does).
        words: one sentence that says what the chart shows; empty leaves it out.
        key: unique on the page; taken from the title when left out.
        aside: quieter words at the right end of the title's line.
    """
    with card(f"chart-{key or slug(title)}", height="stretch"):
        if title:
            card_title(title, aside)
        yield
        sentence(words)


def slug(words: str) -> str:
    """Lower-case words joined by hyphens, fit for a key; letters of any script."""
    return re.sub(r"[\W_]+", "-", words.lower()).strip("-")


def empty_state(icon: str, title: str, words: str, link_page: str | Page, link_label: str) -> None:
    """What stands where nothing is yet: an icon, what would be here, and the one step that leads there.

    Args:
        icon: a Material Symbols name, e.g. "monitoring".
        title: what is missing, plain text.
        words: one sentence on how it comes to be here.
        link_page: the page that does it, e.g. `frame.PAGES["train"]`.
        link_label: the link's words.
    """
    key = f"empty-{slug(title)}"
    with st.container(border=True, key=f"card-{key}", horizontal_alignment="center", gap="small"):
        st.markdown(f":material/{icon}:", width="content")
        body = element("h2", text(title)) + element("p", text(words))
        st.html(element("div", body, "sb-empty"))
        with st.container(key=f"sb-action-{key}", width="content"):
            st.page_link(link_page, label=link_label, icon=":material/arrow_forward:", icon_position="right")


def error_card(title: str, message: str, advice: str) -> None:
    """What went wrong, why, and what to do; read out at once by a screen reader."""
    st.html(error_card_html(title, message, advice))


def error_card_html(title: str, message: str, advice: str) -> str:
    """The alert that `error_card` draws."""
    parts = [element("h2", text(title))]
    parts += [element("p", text(message))] if message else []
    if advice:
        lead = element("strong", text(_("What to do:")))
        parts.append(element("p", f"{lead} {text(advice)}", "sb-advice"))
    return element("div", "".join(parts), "sb-error", role="alert")


def notes(items: Sequence[str]) -> None:
    """Draw quiet remarks, one a line; nothing for none."""
    if items:
        st.html(notes_html(items))


def notes_html(items: Sequence[str]) -> str:
    """The list that `notes` draws."""
    return element("ul", "".join(element("li", text(item)) for item in items), "sb-notes")


def key_table_html(rows: Sequence[tuple[str, str]]) -> str:
    """Keys and what they do, a line each."""
    return element("dl", "".join(element("dt", text(k)) + element("dd", text(what)) for k, what in rows), "sb-keys")


def code_peek(title: str, code: str, *, aside: str = "", language: str = "python") -> None:
    """The same thing as code, in a card, with a copy button."""
    with card(f"code-{slug(title)}"):
        card_title(title, aside)
        st.code(code, language=language, wrap_lines=True)
