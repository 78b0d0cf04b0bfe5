"""Classes: which there are, what they are called, which number each row gets, and whether they are ratings.

Knows numbers, strings, booleans and the class names of the hub; knows nothing of texts or splits beyond
looking into all of them. Guarantees: the same table gives the same classes in the same order, and ratings
ascend wherever the table and not the hub decides the order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.columns import MOST_CLASSES
from core.data.table import Table, plain, values
from core.errors import LabelError
from core.messages import Message

_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
_RATING = re.compile(r"(\d{1,9}(?:[.,]\d+)?)\s*(?:-?\s*stars?|★+|/\s*\d+|points?)?", re.IGNORECASE)
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
    called like '4 stars', else None; `keys` is how each class is written in the table, in the plain form of
    `_key`.
    """

    names: tuple[str, ...]
    ratings: tuple[float, ...] | None
    keys: tuple[str, ...] = ()


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
    keys = _ordered(
        {key for split in table.splits.values() if column in split.column_names for key in _keys(column, split)}
    )
    decimal = [key for key in keys if _NUMBER.fullmatch(key) and not float(key).is_integer()]
    if decimal and len(keys) > _MOST_FLOATS:
        raise LabelError(
            Message(
                "The label column {column!r} holds decimal numbers with {count:,} different values "
                "(such as {example}), expected a few classes.",
                column=column,
                count=len(keys),
                example=decimal[0],
            ),
            _ANOTHER,
        )
    _check_count(column, len(keys))
    names = tuple(keys)
    if _are_stars(keys):
        names = tuple(f"{key} star" if key == "1" else f"{key} stars" for key in keys)
    return Labels(names, _ratings(names), tuple(keys))


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
    if not all(_NUMBER.fullmatch(each) for each in written):
        # "4 stars" and "8/10" say it themselves.
        return True
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
    place = {key: index for index, key in enumerate(labels.keys or labels.names)}
    # int8 or int16 codes would do, but the trainer wants int64.
    parts = [_encode_chunk(chunk, place) for chunk in plain(column).chunks]
    return np.concatenate([np.empty(0, np.int64), *parts])


def _encode_chunk(chunk: pa.Array, place: dict[str, int]) -> np.ndarray:
    if pa.types.is_null(chunk.type):
        return np.full(len(chunk), -1, np.int64)
    coded = chunk.dictionary_encode()
    numbers = [place.get(key, -1) if (key := _key(value)) is not None else -1 for value in values(coded.dictionary)]
    # Null rows have a null index, which becomes the -1 at the end of the list.
    index = pc.fill_null(coded.indices, len(numbers)).to_numpy(zero_copy_only=False)
    encoded: np.ndarray = np.array([*numbers, -1], np.int64)[index]
    return encoded


def _keys(column: str, split: pa.Table) -> Iterable[str]:
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
    return {key for value in values(pc.unique(cells)) if (key := _key(value)) is not None}


def _key(value: object) -> str | None:
    """One plain form for cells that mean the same, such as 5, 5.0 and ' 5'; None for an empty one."""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value).strip() if value is not None else ""
    if text in {"", "nan"}:
        # A float column has NaN for an empty cell, which is not a class; as a word nobody means it as one
        # either.
        return None
    if not _NUMBER.fullmatch(text):
        return text
    number = float(text)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _ordered(keys: set[str]) -> list[str]:
    """Numbers and ratings by value, then words by the alphabet, the numbers inside them by value."""

    def order(key: str) -> tuple[int, float, list[tuple[int, int, str]], str]:
        rating = _rating(key)
        parts = [
            (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", key.casefold())
        ]
        return (0, rating, parts, key) if rating is not None else (1, 0.0, parts, key)

    return sorted(keys, key=order)


def _are_stars(keys: Sequence[str]) -> bool:
    """Whether classes are whole numbers from 1 to 5, three of them at least."""
    return len(keys) >= 3 and set(keys) <= {"1", "2", "3", "4", "5"}


def _ratings(names: Iterable[str]) -> tuple[float, ...] | None:
    found = [_rating(name) for name in names]
    ratings = tuple(rating for rating in found if rating is not None)
    return ratings if len(ratings) == len(found) == len(set(ratings)) else None


def _rating(name: str) -> float | None:
    if _NUMBER.fullmatch(name):
        return float(name)
    match = _RATING.fullmatch(name.strip())
    return float(match[1].replace(",", ".")) if match else None


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
