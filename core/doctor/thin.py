"""Rows with nothing, or next to nothing, to learn from."""

from __future__ import annotations

import numpy as np

from core.doctor.finding import Finding
from core.doctor.grades import found, graded
from core.doctor.texts import Reviews
from core.messages import Message


def empty(reviews: Reviews) -> Finding | None:
    """Rows without text or without label."""
    rows = np.flatnonzero(~reviews.usable)
    return found(
        "empty",
        graded(len(rows) / max(1, len(reviews)), warning=0.1),
        rows,
        Message(
            "Rows without text or without label: {count:,} of {rows:,}. A run leaves them out.",
            count=len(rows),
            rows=len(reviews),
        ),
    )


def one_word(reviews: Reviews) -> Finding | None:
    """Texts of a single word."""
    used = reviews.used
    rows = used[reviews.words[used] <= 1]
    return found(
        "one_word",
        graded(len(rows) / max(1, len(used)), warning=0.1),
        rows,
        Message(
            "Texts of one word: {count:,} of {rows:,}. A word says little, and many of these repeat each other; the "
            "remedy leaves them out.",
            count=len(rows),
            rows=len(used),
        ),
        {"data.remedies": ["one_word"]},
    )
