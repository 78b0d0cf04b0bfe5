"""A list of reviews to read: the beginning of each, or where it holds what is looked for; one of them opened.

A component of our own (static/reading.js). Knows rows and how classes look; knows no source and no search beyond where
its words stand. Guarantees that a closed review is sent in a few hundred characters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.data.table import values
from core.inspection import search
from core.inspection.profile import Profile
from core.inspection.shelf import Shelved
from core.tasks import Task, labels
from ui import classes
from ui import format as fmt
from ui.component import component
from ui.tokens import rating_colours
from ui.words import _

# Characters of a closed review, and how many of them stand before what was found.
EXCERPT, BEFORE = 240, 60
# Of an opened one: characters of the text and of another cell, and columns.
MOST_TEXT, MOST_CELL, MOST_CELLS = 50_000, 2_000, 200
NO_CLASS = "var(--sb-hairline)"

_READING = component("reading", html="<ol class='sb-reading'></ol>")


@dataclass(frozen=True)
class Look:
    """How rows look: what is learned, and the class of each row, -1 where it has none."""

    task: Task
    numbers: np.ndarray

    def of(self, place: int) -> tuple[str, str]:
        """The words and the colour of the class of a row."""
        number, names = int(self.numbers[place]), self.task.names
        if not 0 <= number < len(names):
            return _("no class"), NO_CLASS
        return classes.words(self.task)[names[number]], rating_colours(len(names))[number]


def listed(shelved: Shelved, rows: np.ndarray, text: str, look: Look, words: str, *, key: str, seek: int = 0) -> None:
    """Draw some rows of a table; a click opens one, another closes it.

    Args:
        rows: their numbers (N,).
        text: the column with the review.
        look: of the same N rows.
        words: what was searched for, to be marked.
        key: unique on the page.
        seek: another number than before brings the list into sight.
    """
    opened_key = f"{key}:open"

    def opened() -> None:
        row = st.session_state[key].get("open")
        if row is not None:
            st.session_state[opened_key] = -1 if st.session_state.get(opened_key) == row else int(row)

    now = st.session_state.get(opened_key, -1)
    items = [_item(shelved, row, text, look.of(place), words) for place, row in enumerate(rows.tolist())]
    whole = opened_row(shelved, now, text, words) if now in rows.tolist() else None
    data = {"rows": items, "open": whole, "label": _("Reviews"), "seek": seek}
    _READING(key=key, data=data, on_open_change=opened)


def one(shelved: Shelved, row: int, text: str, look: Look, *, key: str) -> None:
    """Draw one row, opened."""
    data = {
        "rows": [_item(shelved, row, text, look.of(0), "")],
        "open": opened_row(shelved, row, text, ""),
        "label": _("Reviews"),
        "fixed": True,
    }
    _READING(key=key, data=data, on_open_change=lambda: None)


def _item(shelved: Shelved, row: int, text: str, of_class: tuple[str, str], words: str) -> dict[str, Any]:
    label, colour = of_class
    content = shelved.text(row, text)
    return {
        "row": row,
        "label": label,
        "colour": colour,
        "length": _("{n} characters").format(n=fmt.count(len(content))),
        "parts": marked(*excerpt(content, words)),
        "empty": "" if content.strip() else _("no text"),
    }


def opened_row(shelved: Shelved, row: int, text: str, words: str) -> dict[str, Any]:
    """A review with all that the table says of it."""
    content = shelved.text(row, text)
    cut = content[:MOST_TEXT]
    split, place = shelved.split_of(row)
    others = [name for name in shelved.rows.column_names if name != text]
    notes = []
    if len(content) > MOST_TEXT:
        notes.append(_("The first {n} characters.").format(n=fmt.count(MOST_TEXT)))
    if len(others) > MOST_CELLS:
        notes.append(_("The first {n} columns.").format(n=fmt.count(MOST_CELLS)))
    return {
        "row": row,
        "parts": marked(cut, search.places(cut, words)),
        "cells": [[name, cell_of(shelved, row, name)] for name in others[:MOST_CELLS]],
        "place": f'dataset["{split}"][{place}]',
        "note": " ".join(notes),
    }


def class_numbers(report: Profile, shelved: Shelved, rows: np.ndarray | None = None) -> np.ndarray:
    """The class of all rows of a table, or of some, int64, -1 where they have none."""
    column = shelved.rows[report.label_column]
    if rows is None:
        return labels.encode(column, report.labels)
    found = [labels.encode(column.slice(row, 1), report.labels) for row in rows.tolist()]
    return np.concatenate([np.empty(0, np.int64), *found])


def cell_of(shelved: Shelved, row: int, name: str) -> str:
    """Any cell, in words that are not too many."""
    (cell,) = values(shelved.rows[name].slice(row, 1))
    if cell is None:
        return ""
    written = json.dumps(cell, ensure_ascii=False, default=str) if isinstance(cell, dict | list) else str(cell)
    return written if len(written) <= MOST_CELL else f"{written[:MOST_CELL]}…"


def excerpt(content: str, words: str) -> tuple[str, list[tuple[int, int]]]:
    """The beginning of a text, or the surroundings of the first hit, on one line; and where the hits are in it."""
    # A text of ten million characters need not be walked to its end for its beginning.
    hits = search.places(content[:MOST_TEXT], words)
    start = max(0, hits[0][0] - BEFORE) if hits and hits[0][1] > EXCERPT else 0
    piece = " ".join(content[start : start + 2 * EXCERPT].split())
    short = piece[:EXCERPT].rstrip()
    more = len(piece) > len(short) or start + 2 * EXCERPT < len(content)
    shown = f"{'…' if start else ''}{short}{'…' if more else ''}"
    return shown, search.places(shown, words)


def marked(content: str, hits: list[tuple[int, int]]) -> list[list[Any]]:
    """A text in pieces, each with whether it was looked for."""
    parts: list[list[Any]] = []
    end = 0
    for begin, stop in hits:
        parts += [[content[end:begin], False], [content[begin:stop], True]]
        end = stop
    return [part for part in [*parts, [content[end:], False]] if part[0]]
