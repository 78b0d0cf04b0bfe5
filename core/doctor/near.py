"""Texts that are nearly the same as an earlier one (`core/data/near.py`).

Looks at up to `MOST_TEXTS` different texts. Of more, these are not drawn at random, which would tear most pairs apart:
texts are put in the order of a hash that near copies mostly share (`Reviews.kin`), and the first are looked at.
"""

from __future__ import annotations

import numpy as np

from core.data import near
from core.data.remedies import folded
from core.doctor.finding import Finding
from core.doctor.grades import found, graded
from core.doctor.texts import Reviews
from core.messages import Message

MOST_TEXTS = 15_000
_MIXED = np.uint64(0x9E3779B97F4A7C15)


def near_duplicates(reviews: Reviews) -> Finding | None:
    """Rows whose text is nearly that of an earlier row, and not quite."""
    there = reviews.distinct()
    order = np.argsort(reviews.kin[there] * _MIXED, kind="stable")
    looked = np.sort(there[order[:MOST_TEXTS]])
    rows = looked[near.again(map(folded, reviews.texts(looked)))]
    share = len(rows) / max(1, len(looked))
    return found(
        "near_duplicates",
        graded(share, warning=0.01),
        rows,
        Message(
            "Rows that are nearly the text of an earlier row: {count:,} of {rows:,} that were looked at. On both sides "
            "of a run they flatter its scores as copies do; the remedy keeps the first of each.",
            count=len(rows),
            rows=len(looked),
        ),
        {"data.remedies": ["near_duplicates"]},
        seen=None if len(looked) == len(there) else len(looked),
    )
