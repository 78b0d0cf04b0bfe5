from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from core.data.table import Table
from core.errors import LabelError
from core.tasks.labels import Labels, are_ratings, encode, fit


def fitted(values: Any, names: list[str] | None = None, test: Any = None) -> Labels:
    splits = {"train": pa.table({"y": values})}
    if test is not None:
        splits["test"] = pa.table({"y": test})
    return fit(Table(splits, {"y": names} if names else {}), "y")


STARS = ("1 star", "2 stars", "3 stars", "4 stars", "5 stars")


@pytest.mark.parametrize(
    ("values", "names", "ratings"),
    [
        ([5, 4, 3, 2, 1, None], STARS, (1, 2, 3, 4, 5)),
        ([5.0, 4.0, 3.0, 2.0, 1.0, float("nan")], STARS, (1, 2, 3, 4, 5)),
        (["5", "4", " 3", "2.0", "1", ""], STARS, (1, 2, 3, 4, 5)),
        ([Decimal("1"), Decimal("3"), Decimal("5")], ("1 star", "3 stars", "5 stars"), (1, 3, 5)),
        ([1, 5, 1], ("1", "5"), (1, 5)),
        ([0, 1, 2], ("0", "1", "2"), (0, 1, 2)),
        ([10, 9, -1], ("-1", "9", "10"), (-1, 9, 10)),
        (["10", "9", "1"], ("1", "9", "10"), (1, 9, 10)),
        ([4.5, 5.0, 0.5], ("0.5", "4.5", "5"), (0.5, 4.5, 5)),
        (["4 stars", "1 star", "10 stars"], ("1 star", "4 stars", "10 stars"), (1, 4, 10)),
        (["positive", "negative", " neutral "], ("negative", "neutral", "positive"), None),
        (["grade 10", "grade 9"], ("grade 9", "grade 10"), None),
        (["1", "2", "NA"], ("1", "2"), (1, 2)),
        (["1", "2", "so-so"], ("1", "2", "so-so"), None),
        ([True, False, None], ("false", "true"), None),
    ],
)
def test_names_and_ratings(values: list[Any], names: tuple[str, ...], ratings: tuple[float, ...] | None) -> None:
    labels = fitted(values)
    assert labels.names == names
    assert labels.ratings == ratings


def test_hub_names_keep_their_order_and_rating() -> None:
    names = ["5 stars", "1 star", "3 stars"]
    labels = fitted([0, 1, 2, -1], names)
    assert labels.names == tuple(names)
    assert labels.ratings == (5.0, 1.0, 3.0)
    # The integers of such a column are places in the list, not stars; -1 marks a hidden label.
    assert encode(pa.chunked_array([[0, 1, 2, -1, 3, None]]), labels).tolist() == [0, 1, 2, -1, -1, -1]


def test_a_class_that_only_the_evaluation_part_has_is_known() -> None:
    assert fitted(["a", "b"], test=["c"]).names == ("a", "b", "c")


def test_encode_numbers_chunks_and_empties() -> None:
    column = pa.chunked_array([pa.array([5, None, 1]), pa.array([], pa.int64()), pa.array([3, 2, 4, 9])])
    labels = fitted([1, 2, 3, 4, 5])
    codes = encode(column, labels)
    assert codes.dtype == np.int64
    assert codes.tolist() == [4, -1, 0, 2, 1, 3, -1]


@pytest.mark.parametrize(
    "values",
    [
        ["1", " 2 ", "3.0", "", None],
        [1.0, 2.0, 3.0, float("nan"), None],
        [Decimal(1), Decimal(2), Decimal(3), None, None],
    ],
)
def test_encode_takes_the_same_number_in_any_form(values: list[Any]) -> None:
    assert encode(pa.chunked_array([pa.array(values)]), fitted([1, 2, 3])).tolist() == [0, 1, 2, -1, -1]


def test_encode_dictionaries_booleans_and_nothing() -> None:
    words = pa.chunked_array([pa.array(["b", "a", None]).dictionary_encode()])
    assert encode(words, fitted(["a", "b"])).tolist() == [1, 0, -1]
    assert encode(pa.chunked_array([[True, False]]), fitted([True, False])).tolist() == [1, 0]
    assert encode(pa.chunked_array([pa.nulls(2)]), fitted(["a", "b"])).tolist() == [-1, -1]
    assert encode(pa.chunked_array([], pa.string()), fitted(["a", "b"])).tolist() == []


def test_encode_by_name_where_no_keys_are_kept() -> None:
    assert encode(pa.chunked_array([["b", "a"]]), Labels(("a", "b"), None)).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([3, 3, 3], "only one class, expected at least 2"),
        (["", " ", None], "no values, expected at least 2"),
        ([None, None], "no values"),
        ([float("nan")], "no values"),
        (list(range(101)), "101 different values, expected at most 100"),
        ([f"name {i}" for i in range(1234)], "1,234 different values"),
        ([i / 7 for i in range(60)], "decimal numbers with 60 different values"),
        ([[1], [2]], "list<.*>, expected one value per row"),
        ([{"a": 1}, {"a": 2}], "struct<.*>, expected one value per row"),
        ([b"a", b"b"], "binary, expected one value per row"),
    ],
)
def test_what_is_no_classification(values: list[Any], message: str) -> None:
    with pytest.raises(LabelError, match=message) as caught:
        fitted(values)
    assert "hoose another label column" in caught.value.advice


@pytest.mark.parametrize(
    ("values", "names", "ratings"),
    [
        ([f"{n}.0 out of 5 stars" for n in (5, 1, 3, 4, 2)], STARS, (1, 2, 3, 4, 5)),
        (["★★★★★", "★★★★☆", "★★★☆☆", "★★☆☆☆", "★☆☆☆☆"], STARS, (1, 2, 3, 4, 5)),
        (["星1つ", "星2つ", "星3つ", "星4つ", "星5つ"], STARS, (1, 2, 3, 4, 5)),
        (["five", "four", "three", "two", "one"], STARS, (1, 2, 3, 4, 5)),
        (["4 stars", "4.0 out of 5", "1 star", "★★☆☆☆"], ("1 star", "2 stars", "4 stars"), (1, 2, 4)),
        (["10/10", "2/10", "4/10"], ("2/10", "4/10", "10/10"), (2, 4, 10)),
        (["4,5", "0,5", "1,5"], ("0.5", "1.5", "4.5"), (0.5, 1.5, 4.5)),
        (["A+", "F", "C"], ("F", "C", "A+"), None),
        (["good", "very good", "bad"], ("bad", "good", "very good"), None),
        (["Positive", "negative", "POSITIVE ", "negative", "positive.", "Positive"], ("negative", "Positive"), None),
        (["good", "good\u200b", "bad", "good"], ("bad", "good"), None),
    ],
)
def test_spellings_are_read(values: list[Any], names: tuple[str, ...], ratings: tuple[float, ...] | None) -> None:
    labels = fitted(values)
    assert labels.names == names
    assert labels.ratings == ratings
    column = pa.chunked_array([values])
    assert sorted(set(encode(column, labels).tolist())) == list(range(len(names))), "each cell has its class"


@pytest.mark.parametrize("values", [[-1, 1], [-1, 0, 1], [0, 1], ["1", "-1"]])
def test_for_and_against_are_no_stars(values: list[Any]) -> None:
    assert not are_ratings("review_score", fitted(values), named=False)
    assert are_ratings("review_score", fitted([1, 2, 3]), named=False)
