"""Rows within rows: which lists are rows, what they keep, and what is no list of rows."""

from __future__ import annotations

from typing import Any

import pytest

from core.data.formats import within

REVIEWS = [{"text": f"The {word} room was warm and quiet", "stars": 5} for word in ("first", "second", "third")]


def test_each_object_becomes_a_row_that_keeps_what_stands_around_it() -> None:
    rows: list[dict[str, Any]] = [
        {"city": "Oslo", "stars": 3, "reviews": REVIEWS[:2]},
        {"city": "Bonn", "reviews": REVIEWS[2:]},
    ]
    assert within.key_of(rows) == "reviews"
    made = within.rows_of(rows, "reviews")
    assert [row["text"] for row in made] == [row["text"] for row in REVIEWS]
    assert made[0] == {"city": "Oslo", "parent.stars": 3} | REVIEWS[0]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"text": "a"}],
        [{"text": "A long review that says it all here", "marks": REVIEWS}] * 2,
        [{"entities": REVIEWS}] * 2,
        [{"reviews": REVIEWS}, {"reviews": "none"}],
        [{"reviews": REVIEWS}] * 300 + [{"reviews": ["not an object"]}],
        [{"reviews": REVIEWS, "news": REVIEWS}] * 2,
        [{"points": [{"x": 1, "y": 2}] * 3}] * 2,
    ],
)
def test_what_has_no_rows_within(rows: list[dict[str, Any]]) -> None:
    assert within.key_of(rows) is None
