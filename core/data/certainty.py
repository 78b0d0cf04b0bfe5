"""What the reviews that measure a run cannot tell: too few of them, hardly one of a class, or a class never learned.

Knows class numbers and names; knows neither texts nor models.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.messages import Message

# With 31 reviews an accuracy is known to within 17 points, about what lies between guessing the commonest class and a
# good model; with fewer little can be told by it. One review of a class is right or wrong and says nothing.
FEW_ROWS, FEW_OF_A_CLASS = 30, 2
_MOST_NAMES = 5
# So many standard deviations to both sides hold 95 % of a normal distribution.
_Z = 1.96


def uncertainty(rows: int) -> float:
    """Half the width of the 95 % interval of an accuracy measured on so many rows, in points, where it is widest.

    Wilson's interval at an accuracy of one half: that of the normal distribution leaves 0..100 for few rows.
    Source: https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
    """
    return 50 * _Z / math.sqrt(rows + _Z**2)


def notes(learned: np.ndarray, measured: np.ndarray, names: Sequence[str]) -> list[Message]:
    """What the user should know before trusting the scores.

    Args:
        learned: class numbers (N,) of the training part.
        measured: class numbers (M,) of the evaluation part, M >= 1.
        names: of the K classes.
    """
    found = []
    only = _listed([names[number] for number in np.setdiff1d(measured, learned)])
    if len(only) == 1:
        found.append(
            Message("{classes} occurs only in the evaluation part; the model cannot learn it.", classes=only[0])
        )
    elif only:
        found.append(
            Message(
                "{classes} occur only in the evaluation part; the model cannot learn them.", classes=", ".join(only)
            )
        )
    if len(measured) <= FEW_ROWS:
        found.append(
            Message(
                "Only {rows} reviews measure this run, so its accuracy is known to within ±{points:.0f} points (95 %). "
                "Ask for more evaluation reviews.",
                rows=len(measured),
                points=uncertainty(len(measured)),
            )
        )
    counts = np.bincount(measured, minlength=len(names))
    rare = [f"{name} ({count})" for name, count in zip(names, counts, strict=True) if count < FEW_OF_A_CLASS]
    if rare:
        found.append(
            Message(
                "Hardly any evaluation review is of {classes}: how well a class with 1 review is told is known to "
                "within ±{points:.0f} points (95 %).",
                classes=", ".join(_listed(rare)),
                points=uncertainty(1),
            )
        )
    return found


def _listed(names: Sequence[str]) -> list[str]:
    """Names as a sentence can hold them: a table may have a hundred classes, called as it likes."""
    short = [name if len(name) <= 40 else f"{name[:39]}…" for name in names]
    return short if len(short) <= _MOST_NAMES else [*short[:_MOST_NAMES], "…"]
