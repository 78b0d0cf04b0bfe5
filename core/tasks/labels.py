"""Classes: which there are, what they are called, which number each row gets, and whether they are ratings.

Knows numbers, strings, booleans and the class names of the hub; knows nothing of texts or splits beyond
looking into all of them. Guarantees: the same table gives the same classes in the same order, and ratings
ascend wherever the table and not the hub decides the order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.guess import MOST_CLASSES
from core.data.table import Table, plain, values
from core.errors import LabelError
from core.messages import Message
from core.tasks import spellings

# What columns of ratings are called, and columns of numbered classes, word by word.
_RATING_WORDS = frozenset(
    {"star", "stars", "rating", "ratings", "rate", "score", "scores", "overall", "review", "grade", "grades", "points",
     "bewertung", "note", "sterne"}
)  # fmt: skip
_RATING_WORDS_WITHOUT_SPACES = ("評価", "評点", "星", "点", "スコア", "満足度")
_CLASS_WORDS = frozenset({"class", "category", "topic", "type", "index", "id", "group", "intent", "section", "cluster"})
_CLASS_WORDS_WITHOUT_SPACES = ("クラス", "カテゴリ", "トピック", "分類", "種類", "種別", "観点", "番号")
_MOST_FLOATS = 20
_ANOTHER = Message("Choose another label column, or round the values to a few steps.")


@dataclass(frozen=True)
class Labels:
    """K classes.

    `names` is what the user reads; `ratings` is the number of each class where classes are numbers or are
    called like '4 stars', else None; `keys` is how each class is written in the table most often; `forms` is every
    form in which it is written, as `_key` gives it.
    """

    names: tuple[str, ...]
    ratings: tuple[float, ...] | None
    keys: tuple[str, ...] = ()
    forms: tuple[tuple[str, ...], ...] = ()


def fit(table: Table, column: str) -> Labels:
    """Find the classes of a column in all splits, so that one which only the evaluation part has is known
    too.

    Args:
        table: what was read.
        column: a column of the `train` split.

    Raises:
        LabelError: nested values, fewer than 2 classes, more than 100, or decimal numbers with many values.
    """
    if column in table.class_names:
        names = tuple(table.class_names[column])
        _check_count(column, len(names))
        return Labels(names, _ratings(names), tuple(str(index) for index in range(len(names))))
    written: Counter[str] = Counter()
    for split in table.splits.values():
        if column in split.column_names:
            written.update(_written(column, split))
    found = _classes(written, column)
    _check_steps(column, found)
    _check_count(column, len(found.keys))
    return found


def _classes(written: Mapping[str, int], column: str) -> Labels:
    """The classes of a column, in order.

    Args:
        written: how often each cell occurs.
    """
    spelled: dict[str, Counter[str]] = {}
    for cell, count in written.items():
        spelled.setdefault(_key(cell), Counter())[cell] += count
    usual = {form: max(cells, key=lambda cell: (cells[cell], cell)) for form, cells in spelled.items()}
    forms = list(spelled)
    scale = spellings.scale(forms, column)
    if scale is None:
        forms = _ordered(forms)
        keys = tuple(usual[form] for form in forms)
        return Labels(keys, None, keys, tuple((form,) for form in forms))
    worth: dict[float, list[str]] = {}
    for form, value in zip(forms, scale.values, strict=True):
        worth.setdefault(value, []).append(form)
    values = sorted(worth)
    groups = tuple(tuple(sorted(worth[value])) for value in values)
    often = [max(group, key=lambda form: (spelled[form].total(), form)) for group in groups]
    keys = tuple(_plain(value) if scale.plain else usual[form] for value, form in zip(values, often, strict=True))
    ratings = tuple(values) if scale.counts else None
    plain = [_plain(value) for value in values]
    if scale.counts and _are_stars(plain) and scale.of in {None, 5.0}:
        return Labels(tuple("1 star" if each == "1" else f"{each} stars" for each in plain), ratings, keys, groups)
    return Labels(keys, ratings, keys, groups)


def are_ratings(column: str, found: Labels, *, named: bool) -> bool:
    """Whether the name of a column or its classes say that these are ratings: numbers alone could be topics.

    Args:
        column: the name of the label column.
        found: its classes.
        named: whether their names are the hub's own rather than made here of what the table holds.
    """
    if found.ratings is None:
        return False
    written = found.names if named else found.keys
    if not all(spellings.NUMBER.fullmatch(each) for each in written):
        # "4 stars" and "8/10" say it themselves.
        return True
    if min(found.ratings) < 0 or set(found.ratings) <= {0.0, 1.0}:
        # For and against, whatever the column is called.
        return False
    words = set(re.split(r"[\W_\d]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).casefold()))
    if words & _CLASS_WORDS or any(word in column for word in _CLASS_WORDS_WITHOUT_SPACES):
        return False
    by_name = bool(words & _RATING_WORDS) or any(word in column for word in _RATING_WORDS_WITHOUT_SPACES)
    return by_name or _are_stars(written)


def without_order(found: Labels, *, named: bool) -> Labels:
    """The same classes as they are written in the table, worth nothing.

    Args:
        named: whether the names are the hub's own rather than made of numbers here.
    """
    return replace(found, names=found.names if named else found.keys, ratings=None)


def encode(column: pa.ChunkedArray, labels: Labels) -> np.ndarray:
    """Turn the cells of a label column into class numbers.

    Args:
        column: N cells of any type that `fit` takes.
        labels: K classes.

    Returns:
        int64 (N,), 0..K-1, and -1 where the cell is empty or of no known class.
    """
    forms = labels.forms or tuple((_key(name),) for name in labels.keys or labels.names)
    place = {form: index for index, each in enumerate(forms) for form in each}
    # int8 or int16 codes would do, but the trainer wants int64.
    parts = [_encode_chunk(chunk, place) for chunk in plain(column).chunks]
    return np.concatenate([np.empty(0, np.int64), *parts])


def _encode_chunk(chunk: pa.Array, place: dict[str, int]) -> np.ndarray:
    if pa.types.is_null(chunk.type):
        return np.full(len(chunk), -1, np.int64)
    coded = chunk.dictionary_encode()
    cells = [_cell(value) for value in values(coded.dictionary)]
    numbers = [-1 if cell is None else place.get(_key(cell), -1) for cell in cells]
    # Null rows have a null index, which becomes the -1 at the end of the list.
    index = pc.fill_null(coded.indices, len(numbers)).to_numpy(zero_copy_only=False)
    encoded: np.ndarray = np.array([*numbers, -1], np.int64)[index]
    return encoded


def _written(column: str, split: pa.Table) -> dict[str, int]:
    """How often each cell of a label column occurs, as it is written; empty ones left out."""
    cells = plain(split[column])
    if pa.types.is_nested(cells.type) or pa.types.is_binary(cells.type) or pa.types.is_large_binary(cells.type):
        raise LabelError(
            Message(
                "The label column {column!r} holds {kind}, expected one value per row.",
                column=column,
                kind=str(cells.type),
            ),
            _ANOTHER,
        )
    counted = pc.value_counts(cells)
    found: dict[str, int] = {}
    for value, count in zip(values(counted.field("values")), counted.field("counts").to_pylist(), strict=True):
        if (cell := _cell(value)) is not None:
            found[cell] = found.get(cell, 0) + count
    return found


def _cell(value: object) -> str | None:
    """A cell as it is written; None for an empty one."""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value).strip() if value is not None else ""
    # A float column has NaN for an empty cell, which is not a class; as a word nobody means it as one either.
    return None if text in {"", "nan"} or not spellings.folded(text) else text


def _key(cell: str) -> str:
    """One plain form for cells that mean the same, such as 5, 5.0 and ' 5', or Good and good."""
    form = spellings.folded(cell)
    return _plain(float(form)) if spellings.NUMBER.fullmatch(form) else form


def _plain(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _ordered(forms: Iterable[str]) -> list[str]:
    """Words by the alphabet, the numbers inside them by value."""

    def order(form: str) -> tuple[list[tuple[int, int, str]], str]:
        return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", form)], form

    return sorted(forms, key=order)


def _are_stars(keys: Sequence[str]) -> bool:
    """Whether classes are whole numbers from 1 to 5, three of them at least."""
    return len(keys) >= 3 and set(keys) <= {"1", "2", "3", "4", "5"}


def _ratings(names: Sequence[str]) -> tuple[float, ...] | None:
    """What names of the hub's own are worth, in their order; None where they are no ratings."""
    found = spellings.scale([_key(name) for name in names])
    return found.values if found and found.counts and len(set(found.values)) == len(names) else None


def _check_steps(column: str, found: Labels) -> None:
    decimal = [key for key, value in zip(found.keys, found.ratings or (), strict=False) if not value.is_integer()]
    if decimal and len(found.keys) > _MOST_FLOATS:
        raise LabelError(
            Message(
                "The label column {column!r} holds decimal numbers with {count:,} different values "
                "(such as {example}), expected a few classes.",
                column=column,
                count=len(found.keys),
                example=decimal[0],
            ),
            _ANOTHER,
        )


def _check_count(column: str, count: int) -> None:
    if count > MOST_CLASSES:
        raise LabelError(
            Message(
                "The label column {column!r} holds {count:,} different values, expected at most {most} classes.",
                column=column,
                count=count,
                most=MOST_CLASSES,
            ),
            _ANOTHER,
        )
    if count < 2:
        found = (
            Message("The label column {column!r} holds only one class, expected at least 2 classes.", column=column)
            if count
            else Message("The label column {column!r} holds no values, expected at least 2 classes.", column=column)
        )
        raise LabelError(found, _ANOTHER)
