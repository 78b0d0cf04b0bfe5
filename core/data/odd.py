"""Rows of a file that did not become rows of the table as they stand: how many, why, and which.

Imports nothing heavy: the list of formats is read where no table is.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.messages import Message

# Rows that are kept of those with one fault, so that a person can look at them.
MOST_ODD = 10_000


@dataclass(frozen=True)
class Odd:
    """Rows of a file that were left out, or repaired, for one reason.

    Attributes:
        why: what was the matter, as a clause that can stand after a number of rows.
        count: how many rows, >= 1.
        lines: where the first of them stand in the file, from 1, and what is written there; at most MOST_ODD.
    """

    why: Message
    count: int
    lines: tuple[tuple[int, str], ...] = ()
