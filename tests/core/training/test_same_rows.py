"""Checksums of a run's rows: another word, label, class or number is noticed, another layout of Arrow is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from core import tasks
from core.data.rows import prepare
from core.data.table import Table
from core.errors import DataError
from core.runs.facts import Facts, Rows
from core.training import same_rows

TEXTS = [f"review {row}: なかなか {'good ' * (row % 7)}" for row in range(100)]
STARS = [row % 5 + 1 for row in range(100)]


def rows(texts: list[str], stars: list[Any], kind: pa.DataType | None = None, chunks: int = 1) -> Rows:
    size = -(-len(texts) // chunks)
    pieces = [
        pa.table({"text": pa.array(texts[at : at + size], kind or pa.string()), "stars": stars[at : at + size]})
        for at in range(0, len(texts), size)
    ]
    table = Table({"train": pa.concat_tables(pieces)})
    prepared = prepare(table, "text", "stars", fit=tasks.fit, train_size=60, eval_size=40, seed=1)
    return same_rows.of(prepared, in_proportion=False)


def test_the_layout_of_a_table_makes_no_difference() -> None:
    plain = rows(TEXTS, STARS)
    same_rows.check(plain, rows(TEXTS, STARS, chunks=7))
    same_rows.check(plain, rows(TEXTS, STARS, pa.large_string()))
    same_rows.check(plain, rows(TEXTS, STARS, pa.string_view()))
    assert Facts.read(Facts(rows=plain).to_dict()).rows == plain


def with_one(values: list[Any], value: Any) -> list[Any]:
    return [value, *values[1:]]


CHANGES: dict[str, tuple[Callable[[], Rows], str]] = {
    "a letter": (lambda: rows(with_one(TEXTS, "Review 0: なかなか "), STARS), "before: the texts."),
    "two texts joined otherwise": (lambda: rows([TEXTS[0] + "r", TEXTS[1][1:], *TEXTS[2:]], STARS), "the texts"),
    "a label": (lambda: rows(TEXTS, with_one(STARS, 3)), "before: the labels."),
    "a new class": (lambda: rows(TEXTS, with_one(STARS, 6)), "the labels, the classes"),
    "another order": (lambda: rows(TEXTS[::-1], STARS[::-1]), "the texts, the labels"),
    "a row less": (
        lambda: rows(TEXTS[1:], STARS[1:]),
        "the number of training reviews (60, now 59), the texts, the labels",
    ),
    "half the rows": (lambda: rows(TEXTS[:50], STARS[:50]), "the number of evaluation reviews (40, now 25)"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_has_changed_is_named(kind: str) -> None:
    changed, words = CHANGES[kind]
    with pytest.raises(DataError, match="The table was changed after this run began") as caught:
        same_rows.check(rows(TEXTS, STARS), changed())
    assert words in str(caught.value)
    assert "start a new run with the same settings" in caught.value.advice
