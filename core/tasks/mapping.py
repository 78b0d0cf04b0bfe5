"""Classes of a configuration: which of the table's own each takes, and ready ones for usual scales.

Knows the classes that were found and `data.classes`; knows no tables. Guarantees that no row is in two classes and
that what no class takes is said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from core.config import class_names
from core.config.run_config import ClassConfig
from core.data.table import BETWEEN
from core.errors import LabelError
from core.messages import Message
from core.tasks import spellings
from core.tasks.found import Found, Group
from core.tasks.written import form_of

if TYPE_CHECKING:
    from core.tasks.labels import Labels

_REMEDY = Message("Correct data.classes, or leave it out to take the classes of the table.")
_MOST_SHOWN = 8
# Up to this share of a scale is bad, and from the second on it is good.
_BAD, _GOOD = 0.4, 0.6


def mapped(column: str, there: Found, classes: Sequence[ClassConfig]) -> tuple[list[Group], list[Message], set[str]]:
    """The classes that a configuration makes of those of the table.

    Args:
        column: the name of the label column.
        there: what was found in it.
        classes: at least two, as `RunConfig` has checked them.

    Returns:
        The classes in order; notes for the user; the forms with rows that none of them takes.

    Raises:
        LabelError: one takes nothing that has a row, or two take the same.
    """
    known = _by_name(there)
    numbers = _numbers(there)
    owner: dict[str, str] = {}
    groups, missing = [], []
    for each in classes:
        names = {name: known.get(name) or known.get(form_of(name)) or _by_worth(there, name) for name in each.of}
        missing += [name for name, forms in names.items() if not forms]
        low, high = class_names.limits(each)
        taken = [form for forms in names.values() for form in forms or ()]
        taken += [form for form, number in numbers.items() if low <= number < high]
        forms = tuple(dict.fromkeys(taken))
        for form in forms:
            if owner.setdefault(form, each.name) != each.name:
                raise _doubled(column, form, owner[form], each.name)
        count = sum(there.counts[form] for form in forms)
        if not count:
            raise _empty(column, there, each, known)
        having = count if there.several is None else _having(there, forms)
        groups.append(Group(each.name, each.name, None, forms, count, having))
    left = {form for form, count in there.counts.items() if count and form not in owner}
    return groups, [*_missing(column, missing), *_left_out(there, left)], left


def worth(
    there: Found, groups: Sequence[Group], classes: Sequence[ClassConfig], *, inherits: bool
) -> tuple[tuple[float, ...] | None, tuple[float, ...]]:
    """What mapped classes are worth by themselves, None where they are no ratings, and where ratings are asked for.

    Args:
        there: the classes of the table.
        groups: the classes that were made of these.
        classes: as the configuration has them.
        inherits: whether the table's own classes are ratings.
    """
    given = [each.value for each in classes]
    if any(value is not None for value in given):
        places = tuple(float(place) if value is None else value for place, value in enumerate(given, 1))
        return (None if None in given else places), places
    # Classes that were only renamed, put into another order or left out are worth what they were.
    known = {frozenset(group.forms): group.value for group in there.groups}
    own = [known.get(frozenset(group.forms)) for group in groups]
    kept = tuple(value for value in own if value is not None)
    if len(kept) == len(groups):
        return (kept if inherits else None), kept
    return None, tuple(float(place) for place in range(1, len(groups) + 1))


def _by_name(there: Found) -> dict[str, tuple[str, ...]]:
    """The forms that a name stands for: any form, how the table writes a class, what the user reads."""
    known: dict[str, tuple[str, ...]] = {form.replace(BETWEEN, ", "): (form,) for form in there.counts}
    known |= {form: group.forms for group in there.groups for form in group.forms}
    known |= {form_of(group.key): group.forms for group in there.groups}
    # What the user reads goes before what the table writes: a hub's name may be the number of another.
    known |= {form_of(group.name): group.forms for group in there.groups}
    return known | {group.name: group.forms for group in there.groups}


def _by_worth(there: Found, name: str) -> tuple[str, ...] | None:
    """The rating that is meant by a number or by a spelling that the table does not use."""
    read = spellings.scale([form_of(name)]) if there.ratings else None
    if read is None or not read.counts:
        return None
    return next((group.forms for group in there.groups if group.value == read.values[0]), None)


def _numbers(there: Found) -> dict[str, float]:
    return {form: group.value for group in there.groups if group.value is not None for form in group.forms}


def _having(there: Found, forms: Sequence[str]) -> int:
    """Rows that have one of these labels, alone or beside others."""
    assert there.several is not None
    cut, mine = there.several.forms, set(forms)
    return sum(count for form, count in there.counts.items() if mine & {form, *cut.get(form, ())})


def _doubled(column: str, form: str, first: str, second: str) -> LabelError:
    return LabelError(
        Message(
            "data.classes puts {cell!r} of the column {column!r} into {first!r} and into {second!r}, expected it in "
            "one of them.",
            cell=form,
            column=column,
            first=first,
            second=second,
        ),
        _REMEDY,
    )


def _empty(column: str, there: Found, each: ClassConfig, known: Iterable[str]) -> LabelError:
    near = [match for name in each.of for match in get_close_matches(name, list(known)[:1000], n=1)]
    return LabelError(
        Message(
            "The class {name!r} of data.classes takes nothing of the column {column!r} that has a text beside it. The "
            "column holds: {classes}.",
            name=each.name,
            column=column,
            classes=", ".join(group.name for group in there.groups[:_MOST_SHOWN]),
        ),
        Message("Did you mean {name!r}?", name=near[0]) if near and near[0] not in each.of else _REMEDY,
    )


def _missing(column: str, names: Sequence[str]) -> list[Message]:
    if not names:
        return []
    return [
        Message(
            "data.classes names what the column {column!r} does not hold: {names}.",
            column=column,
            names=", ".join(names),
        )
    ]


def _left_out(there: Found, left: set[str]) -> list[Message]:
    several = there.several.forms if there.several else {}
    groups = [group for group in there.groups if left & set(group.forms)]
    rows = sum(there.counts[form] for group in groups for form in group.forms if form in left and form not in several)
    if not groups:
        return []
    return [
        Message(
            "No class of data.classes takes {names}; their rows are left out (rows: {rows:,}).",
            names=", ".join(group.name for group in groups[:_MOST_SHOWN]),
            rows=rows,
        )
    ]


def suggested(labels: Labels) -> list[ClassConfig]:
    """Negative, neutral and positive made of more steps than three; nothing where classes are on no scale.

    Args:
        labels: the classes of a table as they are, unmapped.
    """
    if labels.mapped or not labels.ordered or len(labels.names) < 4:
        return []
    worth = labels.ratings or tuple(float(place) for place in range(len(labels.names)))
    if labels.ratings is not None and any(not value.is_integer() for value in worth):
        return ranges(worth)
    low, high = _ends(worth) if labels.ratings is not None else (0.0, worth[-1])
    sides: dict[str, list[str]] = {"negative": [], "neutral": [], "positive": []}
    for name, value in zip(labels.names, worth, strict=True):
        share = (value - low) / (high - low)
        sides["negative" if share < _BAD else "positive" if share > _GOOD else "neutral"].append(name)
    made = [ClassConfig(name=name, of=of) for name, of in sides.items() if of]
    return made if len(made) >= 2 else []


def ranges(worth: Iterable[float]) -> list[ClassConfig]:
    """Three classes of many numbers: the parts of the usual scale that they are on, else thirds of the values."""
    values = sorted(set(worth))
    low, high = _ends(values)
    cuts = (low + _BAD * (high - low), low + _GOOD * (high - low))
    names = ("negative", "neutral", "positive")
    if (high == values[-1] and low == values[0]) or not values[0] < cuts[0] <= cuts[1] <= values[-1]:
        cuts, names = tuple(np.quantile(values, [1 / 3, 2 / 3]).tolist()), ("low", "middle", "high")
    first, second = (float(f"{cut:.3g}") for cut in cuts)
    if not first < second:
        return []
    bounds = ((None, first), (first, second), (second, None))
    return [ClassConfig(name=name, low=low, high=high) for name, (low, high) in zip(names, bounds, strict=True)]


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """The worst and the best of the scale that numbers are on: 1 to 5, 0 or 1 to 10, 0 to 100, else their own."""
    least, most = min(values), max(values)
    if least >= 1 and most <= 5:
        return 1.0, 5.0
    if least >= 0 and most <= 10:
        return (1.0 if least >= 1 else 0.0), 10.0 if most > 5 else 5.0
    return (0.0, 100.0) if least >= 0 and 50 < most <= 100 else (least, most)


def as_json(classes: Sequence[ClassConfig]) -> str:
    """Classes as they are written after `--set data.classes=`."""
    return json.dumps([each.model_dump(exclude_defaults=True) for each in classes], ensure_ascii=False)
