"""Rows within rows: pages of an API, or shops with all their reviews, as rows of their own.

Knows Python's objects; nothing of files. Guarantees that each object of the list becomes one row, which keeps what
stands around it; a list that is only a part of a text's row, such as the words marked in it, stays one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# What stands around a row and has a name that the row has, too.
AROUND = "parent"
_LOOK_ROWS = 200
# Lists that belong to one text.
_WORDS = """
    annotations predictions completions options spans entities tokens replies messages conversations conversation turns
    choices answers labels tags
"""
_PARTS_OF_A_TEXT = frozenset(_WORDS.split())
# Words of a text, and of what stands around it, on average.
_WORDS_WITHIN, _WORDS_AROUND = 3, 5


def key_of(rows: Sequence[dict[str, Any]]) -> str | None:
    """Under which key the objects have lists of what reads like reviews; None where they are rows themselves."""
    head = rows[:_LOOK_ROWS]
    lists = {key for row in head for key, value in row.items() if isinstance(value, list) and value}
    keys = [key for key in lists if key.casefold() not in _PARTS_OF_A_TEXT and _are_reviews(head, key)]
    if len(keys) != 1 or not all(_are_objects(row.get(keys[0])) for row in rows):
        return None
    names = {name for row in head for name in row}
    around = max(_words([row.get(name) for row in head]) for name in names)
    return keys[0] if around <= _WORDS_AROUND else None


def rows_of(rows: Sequence[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The objects under a key, each with what stands around it."""
    made = []
    for row in rows:
        around = {name: value for name, value in row.items() if name != key}
        for each in row.get(key) or []:
            clear = {(f"{AROUND}.{name}" if name in each else name): value for name, value in around.items()}
            made.append(clear | each)
    return made


def _are_objects(found: Any) -> bool:
    """Whether this is a list of objects, or nothing."""
    return found is None or (isinstance(found, list) and all(isinstance(each, dict) for each in found))


def _are_reviews(rows: Sequence[dict[str, Any]], key: str) -> bool:
    """Whether a key has nothing but lists of objects, several in some, with a text and something beside it."""
    if not all(_are_objects(row.get(key)) for row in rows):
        return False
    found = [each for row in rows for each in (row.get(key) or [])[:_LOOK_ROWS]]
    if len(found) <= len(rows) or not all(len(each) > 1 for each in found):
        return False
    names = {name for each in found for name in each}
    return any(_words([each.get(name) for each in found]) >= _WORDS_WITHIN for name in names)


def _words(cells: Sequence[Any]) -> float:
    """Words of a cell, on average, where most hold text."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if 2 * len(texts) < len(cells):
        return 0.0
    return sum(max(len(text.split()), len(text) / 20) for text in texts) / len(texts)
