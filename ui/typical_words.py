"""The words that are typical of each class, a line a class; a click searches for one.

A component of our own (static/typical_words.js). Knows a table that is opened for looking into; the counting is core's.
Guarantees that a table is counted once, however often the page is drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from core.config.source import Source
from core.inspection import cache, words
from core.inspection.profile import Profile
from core.inspection.shelf import Shelved
from core.inspection.words import Typical, TypicalWord
from core.tasks import Task
from ui import classes, state
from ui import format as fmt
from ui.component import component
from ui.pieces import card, card_title, sentence
from ui.tokens import rating_colours
from ui.words import _

# Of more classes those with the most reviews are shown.
MOST_CLASSES = 12

_WORDS = component("typical_words", html="<dl class='sb-typical'></dl>")


def draw(
    source: Source, report: Profile, task: Task, shelved: Shelved, numbers: Callable[[], np.ndarray], *, key: str
) -> None:
    """Draw the card; nothing where no word is typical.

    Args:
        numbers: the class of each row of the table, -1 where it has none.
        key: of the search box that a click fills.
    """
    with st.skeleton(height=160):
        found = _found(source, report, task, shelved, numbers)
    if not any(found.classes):
        return

    own = f"{key}:words"

    def clicked() -> None:
        word = st.session_state[own].get("word")
        if word:
            st.session_state[key] = f'"{word}"'

    with card("words"):
        card_title(_("Typical words"), _("log-odds"))
        _WORDS(key=own, data={"classes": _lines(report, task, found)}, on_word_change=clicked)
        sentence(
            _(
                "Words that stand in far more reviews of a class than of the others, counted in {n} reviews. "
                "A click searches for one."
            ).format(n=fmt.count(found.reviews))
        )


def _found(source: Source, report: Profile, task: Task, shelved: Shelved, numbers: Callable[[], np.ndarray]) -> Typical:
    key = cache.key_of(source, report.text_column, report.label_column)
    # Other classes of the same column have other words.
    key = replace(key, label=json.dumps([report.label_column, task.names, report.labels.forms]))
    found = cache.find(state.home(), key, Typical)
    if found is None:
        known = numbers()
        rows = words.sampled(known)
        texts = [shelved.text(row, report.text_column)[: words.MOST_CHARACTERS] for row in rows.tolist()]
        found = words.typical(texts, known[rows], len(task.names))
        cache.store(state.home(), key, found)
    return found


def _lines(report: Profile, task: Task, found: Typical) -> list[dict[str, object]]:
    """One line a class: its name, its colour, its words."""
    named, colours = classes.words(task), rating_colours(len(task.names))
    commonest = sorted(range(len(task.names)), key=lambda number: -report.counts[task.names[number]])
    shown = sorted(commonest[:MOST_CLASSES], reverse=classes.best_first(task))
    return [
        {
            "label": named[task.names[number]],
            "colour": colours[number],
            "words": [{"word": each.word, "title": _title(each)} for each in found.classes[number]],
        }
        for number in shown
    ]


def _title(each: TypicalWord) -> str:
    return _("in {share} of these reviews, in {elsewhere} of the others").format(
        share=fmt.percent(each.share, 1), elsewhere=fmt.percent(each.elsewhere, 1)
    )
