"""Names of columns where a file has none, or one of them twice."""

from __future__ import annotations

from collections.abc import Sequence

from core.messages import Message


def named(cells: Sequence[str]) -> tuple[list[str], tuple[Message, ...]]:
    """Names that differ, from the cells of a header: one without a name gets its place, a doubled one a number.

    Returns:
        As many names, and what is to be said of them.
    """
    taken, names, doubled = set(filter(None, cells)), [], []
    seen: set[str] = set()
    for place, cell in enumerate(cells, 1):
        name, count = cell or f"column {place}", 1
        while name in seen or (name != cell and name in taken):
            count += 1
            name = f"{cell} ({count})" if cell else f"{name}_"
        if cell and name != cell:
            doubled.append(name)
        seen.add(name)
        names.append(name)
    if not doubled:
        return names, ()
    return names, (Message("Columns with one name are numbered: {names}.", names=", ".join(doubled)),)


def header(width: int) -> tuple[list[str], tuple[Message, ...]]:
    """Names for columns that have none."""
    note = Message("The first row holds values and no names; the columns are called column 1, column 2 and so on.")
    return [f"column {place}" for place in range(1, width + 1)], (note,)
