"""Whether the classes that a configuration makes of a table's can be told apart; the table is not looked at here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from core.messages import Message

if TYPE_CHECKING:
    from core.config.run_config import ClassConfig

MOST_CLASSES = 100


def problem(classes: Sequence[ClassConfig]) -> Message | None:
    """The first thing that is wrong with them; None where nothing is, or where there are none.

    Args:
        classes: as `data.classes` has them; none leave the table's own as they are.
    """
    if not classes:
        return None
    if len(classes) == 1:
        return Message("data.classes names only {name!r}, expected at least 2 classes", name=classes[0].name)
    if len(classes) > MOST_CLASSES:
        return Message(
            "data.classes names {count:,} classes, expected at most {most}", count=len(classes), most=MOST_CLASSES
        )
    seen: set[str] = set()
    taken: dict[str, str] = {}
    for each in classes:
        if each.name in seen:
            return Message("data.classes: two classes are called {name!r}, expected different names", name=each.name)
        seen.add(each.name)
        if not each.of and each.low is None and each.high is None:
            return Message(
                "data.classes: {name!r} takes nothing of the table, expected names under `of`, or low or high",
                name=each.name,
            )
        if each.low is not None and each.high is not None and each.low >= each.high:
            return Message(
                "data.classes: {name!r} begins at {low:g} and ends below {high:g}, expected a low below the high",
                name=each.name,
                low=each.low,
                high=each.high,
            )
        for written in each.of:
            if taken.setdefault(written, each.name) != each.name:
                return Message(
                    "data.classes: {written!r} stands in {first!r} and in {second!r}, expected it in one of them",
                    written=written,
                    first=taken[written],
                    second=each.name,
                )
    return _overlap(classes)


def _overlap(classes: Sequence[ClassConfig]) -> Message | None:
    bins = [(limits(each), each.name) for each in classes if each.low is not None or each.high is not None]
    for ((_, end), first), ((begin, _), second) in pairwise(sorted(bins)):
        if begin < end:
            return Message(
                "data.classes: the numbers of {first!r} and {second!r} overlap, expected each number in one class",
                first=first,
                second=second,
            )
    return None


def limits(each: ClassConfig) -> tuple[float, float]:
    """From which number on and below which one a class takes numbers; nothing lies between where it has no bin."""
    if each.low is None and each.high is None:
        return math.inf, -math.inf
    return -math.inf if each.low is None else each.low, math.inf if each.high is None else each.high
