"""The classes that a label column has by itself: which forms are one class, in which order, and which are none.

Knows what is written; knows no configuration. Guarantees: the same table gives the same classes in the same order, and
ratings ascend wherever the table and not the hub decides the order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.tasks import no_answer, several, spellings
from core.tasks.several import Several
from core.tasks.written import Written, plain_number


@dataclass(frozen=True)
class Group:
    """One class of the table.

    Attributes:
        name: what the user reads.
        key: how the table writes it most often.
        value: its number, where classes are numbers or are called like '4 stars'.
        forms: every form in which it is written.
        count: how many rows have it, it alone.
        having: how many rows have it, alone or beside others.
    """

    name: str
    key: str
    value: float | None
    forms: tuple[str, ...]
    count: int
    having: int


@dataclass(frozen=True)
class Found:
    """The classes of a column, in order; what is left out of them; whether their order means something."""

    groups: tuple[Group, ...]
    ordered: bool = False
    no_answer: tuple[str, ...] = ()
    several: Several | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def ratings(self) -> tuple[float, ...] | None:
        """The number of each class, None where they are no numbers."""
        worth = tuple(group.value for group in self.groups if group.value is not None)
        return worth if worth and len(worth) == len(self.groups) else None


def find(written: Written) -> Found:
    """The classes of a column; those that no usable row has are none, but for the hub's own."""
    counts = dict(zip(written.forms, written.counts, strict=True))
    if written.named:
        worth = named_ratings(written.class_names) or (None,) * len(written.class_names)
        groups = [
            Group(name, form, value, (form,), counts[form], counts[form])
            for name, form, value in zip(written.class_names, written.forms, worth, strict=True)
        ]
        return Found(tuple(groups), counts=counts)
    there = {form: count for form, count in counts.items() if count}
    out = no_answer.among(there, lambda forms: spellings.scale(forms, written.column) is not None)
    rest = {form: count for form, count in there.items() if form not in out}
    scale = spellings.scale(list(rest), written.column)
    many = several.find(list(rest)) if scale is None else None
    if many is not None:
        having = many.having(rest)
        one = [form for form in having if form in rest]
        scale = spellings.scale(one, written.column)
    else:
        one, having = list(rest), Counter(rest)
    usual = dict(zip(written.forms, written.cells, strict=True))
    if scale is None:
        groups = [Group(usual[form], usual[form], None, (form,), rest[form], having[form]) for form in _ordered(one)]
    else:
        groups = _on(scale, one, usual, rest, having)
    return Found(tuple(groups), scale is not None, tuple(out), many, counts)


def _on(
    scale: spellings.Scale, forms: Sequence[str], usual: dict[str, str], counts: dict[str, int], having: dict[str, int]
) -> list[Group]:
    """Classes on a scale: forms of one value are one class."""
    worth: dict[float, list[str]] = {}
    for form, value in zip(forms, scale.values, strict=True):
        worth.setdefault(value, []).append(form)
    in_stars = scale.counts and scale.of in {None, 5.0} and are_stars([plain_number(value) for value in worth])
    groups = []
    for value in sorted(worth):
        same = sorted(worth[value])
        often = max(same, key=lambda form: (counts[form], form))
        key = plain_number(value) if scale.plain else usual[often]
        name = ("1 star" if value == 1 else f"{plain_number(value)} stars") if in_stars else key
        rows, any_rows = (sum(each[form] for form in same) for each in (counts, having))
        groups.append(Group(name, key, value if scale.counts else None, tuple(same), rows, any_rows))
    return groups


def are_stars(keys: Sequence[str]) -> bool:
    """Whether classes are whole numbers from 1 to 5, three of them at least."""
    return len(keys) >= 3 and set(keys) <= {"1", "2", "3", "4", "5"}


def named_ratings(names: Sequence[str]) -> tuple[float, ...] | None:
    """What names that are given are worth, in their order; None where they are no ratings."""
    scale = spellings.scale([spellings.folded(name) for name in names])
    return scale.values if scale and scale.counts and len(set(scale.values)) == len(names) else None


def _ordered(forms: Iterable[str]) -> list[str]:
    """Words by the alphabet, the numbers inside them by value."""

    def order(form: str) -> tuple[list[tuple[int, int, str]], str]:
        return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", form)], form

    return sorted(forms, key=order)
