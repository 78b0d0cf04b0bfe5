"""Names of the columns of workbooks and arrays, whose cells have types: whether a first row holds them, and which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.data.formats.header import about_doubled, different
from core.messages import Message

_LONGEST = 100
# More columns than these may well hold a name among their cells, such as a box that is ticked.
_FEW_COLUMNS = 3
_LOOK_ROWS = 1000


def are_names(first: Sequence[Any], below: Sequence[Sequence[Any]]) -> bool:
    """Whether the first row holds names: texts alone, none of which is a value of its own column below."""
    if not any(first) or not all(isinstance(cell, str) and len(cell) <= _LONGEST for cell in first):
        return False
    if len(first) > _FEW_COLUMNS:
        return True
    values = {
        (place, cell)
        for row in below[:_LOOK_ROWS]
        if list(row) != list(first)
        for place, cell in enumerate(row)
        if isinstance(cell, str)
    }
    return not any(cell.strip() and (place, cell) in values for place, cell in enumerate(first))


def named(cells: Sequence[str]) -> tuple[list[str], tuple[Message, ...]]:
    """Names that differ, from cells that are names, and what is to be said of them."""
    names, doubled = different(cells)
    return names, about_doubled(doubled)


def nameless(width: int) -> tuple[list[str], tuple[Message, ...]]:
    """Names for columns that have none, and what is to be said of them."""
    note = Message("The first row holds values and no names; the columns are called column 1, column 2 and so on.")
    return [f"column {place}" for place in range(1, width + 1)], (note,)
