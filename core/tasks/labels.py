"""Classes: which are learned, what they are called, which number each row gets, and whether they are ratings.

Knows what is found in a column and what a configuration makes of it; knows nothing of texts. Guarantees that rows of
no class are counted and said, and so are cells of different spelling that became one class.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from core.config.run_config import ClassConfig
from core.data.guess import MOST_CLASSES
from core.data.table import BETWEEN, Table
from core.errors import LabelError
from core.messages import Message
from core.tasks import found, mapping, spellings, written
from core.tasks.found import Found, Group
from core.tasks.written import ANOTHER, Written, form_of, look, too_many

# What columns of ratings are called, and columns of numbered classes, word by word.
_RATING_WORDS = frozenset(
    {"star", "stars", "rating", "ratings", "rate", "score", "scores", "overall", "review", "grade", "grades", "points",
     "bewertung", "note", "sterne"}
)  # fmt: skip
_RATING_WORDS_WITHOUT_SPACES = ("評価", "評点", "星", "点", "スコア", "満足度")
_CLASS_WORDS = frozenset({"class", "category", "topic", "type", "index", "id", "group", "intent", "section", "cluster"})
_CLASS_WORDS_WITHOUT_SPACES = ("クラス", "カテゴリ", "トピック", "分類", "種類", "種別", "観点", "番号")
_MOST_FLOATS = 20
_MOST_SHOWN = 5


@dataclass(frozen=True)
class Labels:
    """K classes.

    Attributes:
        names: what the user reads.
        ratings: the number of each class where classes are numbers or are called like '4 stars', else None.
        keys: how each class is written in the table most often.
        forms: every form in which it is written, as `written.form_of` gives it.
        counts: how many rows have it; having: alone or beside other labels.
        ordered: whether their order means something.
        separator: what stands between several labels in one cell, None where each cell holds one.
        mapped: whether the classes are those of a configuration.
        places: what mapped classes are worth where ratings are asked for.
        notes: for the user.
        no_answer: words that are left out since they say that there is no answer, and how many rows have each.
    """

    names: tuple[str, ...]
    ratings: tuple[float, ...] | None
    keys: tuple[str, ...] = ()
    forms: tuple[tuple[str, ...], ...] = ()
    counts: tuple[int, ...] = ()
    having: tuple[int, ...] = ()
    ordered: bool = False
    separator: str | None = None
    mapped: bool = False
    places: tuple[float, ...] | None = None
    notes: tuple[Message, ...] = ()
    no_answer: tuple[tuple[str, int], ...] = ()


def fit(table: Table, column: str, classes: Sequence[ClassConfig] = (), *, text: str | None = None) -> Labels:
    """The classes of a column.

    Args:
        table: what was read.
        column: a column of the `train` split.
        classes: as `data.classes` has them.
        text: the text column: classes are counted on rows with a text; None counts all rows.

    Raises:
        LabelError: nested values, fewer than 2 classes, more than 100, decimal numbers with many values, or classes
            that the column does not have.
    """
    return choose(look(table, column, text), classes)


def choose(cells: Written, classes: Sequence[ClassConfig] = ()) -> Labels:
    """The classes of a column whose cells are known: those of a configuration, else its own.

    Raises:
        LabelError: as for `fit`.
    """
    there = found.find(cells)
    if not classes:
        out = _no_answer(cells, there, set(there.no_answer))
        notes = [*_merged(cells, there), *_several(there), *no_answer_note(out)]
        notes += _check_steps(cells.column, there)
        _check_count(cells, there, there.groups)
        return replace(_labels(there, there.groups), notes=tuple(notes), no_answer=out)
    groups, more, unnamed = mapping.mapped(cells.column, there, classes)
    _check_count(cells, there, groups)
    own = _labels(there, there.groups)
    inherits = are_ratings(cells.column, own, named=cells.named)
    worth, places = mapping.worth(there, groups, classes, inherits=inherits)
    out = _no_answer(cells, there, unnamed)
    return replace(
        _labels(there, groups),
        ratings=worth,
        places=places,
        ordered=True,
        mapped=True,
        notes=(*_merged(cells, there), *_several(there, unnamed), *no_answer_note(out), *more),
        no_answer=out,
    )


def _labels(there: Found, groups: Sequence[Group]) -> Labels:
    return Labels(
        names=tuple(group.name for group in groups),
        ratings=there.ratings,
        keys=tuple(group.key for group in groups),
        forms=tuple(group.forms for group in groups),
        counts=tuple(group.count for group in groups),
        having=tuple(group.having for group in groups),
        ordered=there.ordered,
        separator=there.several.separator if there.several else None,
    )


def are_ratings(column: str, labels: Labels, *, named: bool) -> bool:
    """Whether the name of a column or its classes say that these are ratings: numbers alone could be topics.

    Args:
        column: the name of the label column.
        labels: its classes.
        named: whether their names are the hub's own rather than made here of what the table holds.
    """
    if labels.ratings is None or labels.mapped:
        return labels.ratings is not None
    shown = labels.names if named else labels.keys
    if not all(spellings.NUMBER.fullmatch(each) for each in shown):
        # "4 stars" and "8/10" say it themselves.
        return True
    if min(labels.ratings) < 0 or set(labels.ratings) <= {0.0, 1.0}:
        # For and against, whatever the column is called.
        return False
    words = set(re.split(r"[\W_\d]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).casefold()))
    if words & _CLASS_WORDS or any(word in column for word in _CLASS_WORDS_WITHOUT_SPACES):
        return False
    by_name = bool(words & _RATING_WORDS) or any(word in column for word in _RATING_WORDS_WITHOUT_SPACES)
    return by_name or found.are_stars(shown)


def without_order(labels: Labels, *, named: bool) -> Labels:
    """The same classes as they are written in the table, or as they were renamed, worth nothing.

    Args:
        named: whether the names are the hub's own rather than made of numbers here.
    """
    return replace(labels, names=labels.names if named or labels.mapped else labels.keys, ratings=None)


def encode(column: pa.ChunkedArray, labels: Labels) -> np.ndarray:
    """Turn the cells of a label column into class numbers.

    Args:
        column: N cells of any type that `fit` takes.
        labels: K classes.

    Returns:
        int64 (N,), 0..K-1, and -1 where the cell is empty or of no known class.
    """
    forms = labels.forms or tuple((form_of(name),) for name in labels.keys or labels.names)
    return written.encode(column, {form: index for index, each in enumerate(forms) for form in each})


def _merged(cells: Written, there: Found) -> list[Message]:
    """A note on cells of different spelling that are one class."""
    usual = dict(zip(cells.forms, cells.cells, strict=True))
    merged, rows = [], 0
    for group in there.groups:
        often = max(group.forms, key=lambda form: (there.counts[form], form), default="")
        others = [spelling for form in group.forms for spelling in cells.also.get(form, ((), 0))[0]]
        others += [usual[form] for form in group.forms if form != often]
        if others := list(dict.fromkeys(others)):
            merged.append(f"{group.key!r} = {', '.join(map(repr, others))}")
            rows += sum(cells.also.get(form, ((), 0))[1] for form in group.forms)
            rows += sum(there.counts[form] for form in group.forms if form != often)
    if not merged:
        return []
    return [
        Message(
            "Spellings of the label that mean the same are one class: {classes} (rows written otherwise: {rows:,}).",
            classes="; ".join(merged),
            rows=rows,
        )
    ]


def _no_answer(cells: Written, there: Found, out: set[str]) -> tuple[tuple[str, int], ...]:
    """Words that are no answer and the rows of each; `out` are the forms that no class takes."""
    usual = dict(zip(cells.forms, cells.cells, strict=True))
    return tuple((usual[form], there.counts[form]) for form in there.no_answer if form in out)


def no_answer_note(words: Sequence[tuple[str, int]]) -> list[Message]:
    """A note on the rows whose label is no answer, as `Labels.no_answer` has them."""
    if not words:
        return []
    return [
        Message(
            "Rows whose label says that there is no answer are left out: {words} (rows: {rows:,}). To keep them, name "
            "them in data.classes.",
            words=", ".join(word for word, _rows in words),
            rows=sum(rows for _word, rows in words),
        )
    ]


def _several(there: Found, out: set[str] | None = None) -> list[Message]:
    """A note on the rows that hold several labels; `out` are the forms that no class takes, None for all."""
    forms = [form for form in there.several.forms if out is None or form in out] if there.several else []
    if not forms:
        return []
    rows = sum(there.counts[form] for form in forms)
    example = forms[0].replace(BETWEEN, ", ")
    return [
        Message(
            "Some rows hold several labels, such as {example}. Only rows with exactly one are used; the others are "
            "left out (rows: {rows:,}).",
            example=example,
            rows=rows,
        )
    ]


def _check_steps(column: str, there: Found) -> list[Message]:
    """A note on decimal numbers with many values, each of which has few rows.

    Raises:
        LabelError: they are no steps of a scale, such as 0.5 or 0.1, or more than can be learned.
    """
    worth = [group.value for group in there.groups if group.value is not None]
    decimal = [group.key for group in there.groups if group.value is not None and not group.value.is_integer()]
    if not decimal or len(there.groups) <= _MOST_FLOATS:
        return []
    values = {"column": column, "count": len(there.groups), "example": decimal[0]}
    classes = mapping.as_json(mapping.ranges(worth))
    if len(there.groups) <= MOST_CLASSES and all(round(value, 2) == value for value in worth):
        return [
            Message(
                "The label column {column!r} holds decimal numbers with {count:,} different values (such as "
                "{example}), each a class of its own. A few ranges are learned better: data.classes={classes}.",
                classes=classes,
                **values,
            )
        ]
    raise LabelError(
        Message(
            "The label column {column!r} holds decimal numbers with {count:,} different values "
            "(such as {example}), expected a few classes.",
            **values,
        ),
        Message(
            "Make a few classes of ranges, such as data.classes={classes}, or choose another label column.",
            classes=classes,
        ),
    )


def _check_count(cells: Written, there: Found, groups: Sequence[Group]) -> None:
    column, count = cells.column, len(groups)
    if count > MOST_CLASSES:
        raise too_many(column, count)
    if there.several and count < 2:
        raise LabelError(
            Message(
                "The label column {column!r} holds several labels a row, and fewer than 2 of them stand alone "
                "somewhere; expected one label a row.",
                column=column,
            ),
            ANOTHER,
        )
    with_rows = [group for group in groups if group.count]
    if len(with_rows) >= 2:
        return
    remedy = ANOTHER
    if out := [*there.no_answer] if not cells.named else []:
        usual = dict(zip(cells.forms, cells.cells, strict=True))
        words = ", ".join(usual[form] for form in out[:_MOST_SHOWN])
        remedy = Message("Left out as no answer: {words}. To keep one, name it in data.classes.", words=words)
    blank = len([form for form, rows in there.counts.items() if not rows])
    if not with_rows:
        what = Message("The label column {column!r} holds no values, expected at least 2 classes.", column=column)
    elif blank and not cells.named:
        what = Message(
            "The label column {column!r} holds only one class, {name!r}, once rows with a blank text are left out; "
            "expected at least 2 classes.",
            column=column,
            name=with_rows[0].name,
        )
    else:
        what = Message("The label column {column!r} holds only one class, expected at least 2 classes.", column=column)
    raise LabelError(what, remedy)
