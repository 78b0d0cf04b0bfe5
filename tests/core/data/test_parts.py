"""What pages say, estimates count and a run takes is one number of rows, whatever the table looks like."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from core import tasks
from core.config import RunConfig
from core.data.parts import Parts, evaluation_split, fitting, planned
from core.data.rows import prepare
from core.data.table import Table
from core.inspection.profile import profile

# Rows of each split, and how many of them have no text: what people upload, and what competitions publish.
TABLES: dict[str, dict[str, tuple[int, int]]] = {
    "one split": {"train": (100, 0)},
    "one split with empty rows": {"train": (100, 30)},
    "train and test": {"train": (80, 0), "test": (40, 0)},
    "train and validation": {"train": (80, 5), "validation": (20, 3)},
    "train, validation and test": {"train": (80, 0), "validation": (20, 0), "test": (30, 1)},
    "a test split without labels": {"train": (80, 0), "validation": (20, 0), "test": (30, 30)},
    "a split that measures nothing": {"train": (60, 2), "extra": (500, 0)},
}
ASKED = [(16, 8), (1000, 1000), (90, 8), (8, 90), (60, 60), (80, 20), (70, 30), (10_000_000, 16)]


def table(splits: dict[str, tuple[int, int]]) -> Table:
    made: dict[str, Any] = {}
    for name, (rows, empty) in splits.items():
        texts = [f"{name} review {row}" if row >= empty else " " for row in range(rows)]
        made[name] = pa.table({"text": texts, "stars": [row % 5 + 1 for row in range(rows)]})
    return Table(made)


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("kind", TABLES)
def test_what_is_planned_is_what_a_run_takes(kind: str, asked: tuple[int, int]) -> None:
    read = table(TABLES[kind])
    data = RunConfig().replace({"data.train_size": asked[0], "data.eval_size": asked[1]}).data
    parts = planned(data, profile(read).usable)
    taken = prepare(read, None, None, fit=tasks.fit, train_size=asked[0], eval_size=asked[1], seed=1)
    assert (parts.train, parts.eval) == (len(taken.train), len(taken.eval))


def test_a_validation_split_measures_a_run_for_the_page_too() -> None:
    """9,000 asked of 8,000 + 2,000: the page said 9,000 of 10,000 where the run took 8,000."""
    data = RunConfig().replace({"data.train_size": 9000, "data.eval_size": 1000}).data
    usable = {"train": 8000, "validation": 2000}
    assert planned(data, usable) == Parts(8000, 1000, train_of=8000, eval_split="validation", eval_of=2000)


@pytest.mark.parametrize(
    ("train", "evaluation", "expected"),
    [
        (5000, None, (1000, 1000)),
        (500, None, (250, 250)),
        (1, None, (1, 0)),
        (0, None, (0, 0)),
        (3, None, (2, 1)),
        (1500, None, (750, 750)),
        (400, 300, (400, 300)),
        (5000, 3000, (1000, 1000)),
    ],
)
def test_fitting(train: int, evaluation: int | None, expected: tuple[int, int]) -> None:
    assert fitting(train, evaluation, train_size=1000, eval_size=1000) == expected


@pytest.mark.parametrize(
    ("rows", "asked", "expected"),
    [
        (1610, (10_000_000, 16), (1594, 16)),
        (1610, (10_000_000, 805), (805, 805)),
        (1610, (10_000_000, 5000), (805, 805)),
        (1610, (1600, 10), (1600, 10)),
        (1610, (1600, 11), (1599, 11)),
        # Training has what it wants: the rest may be more than half.
        (90, (8, 90), (8, 82)),
    ],
)
def test_evaluation_keeps_what_was_asked_for(rows: int, asked: tuple[int, int], expected: tuple[int, int]) -> None:
    assert fitting(rows, None, train_size=asked[0], eval_size=asked[1]) == expected


def test_every_table_is_divided_without_a_row_too_many() -> None:
    for rows in range(120):
        for train, evaluation in ((8, 8), (100, 8), (8, 100), (50, 50), (1000, 40)):
            taken = fitting(rows, None, train_size=train, eval_size=evaluation)
            assert sum(taken) == min(rows, train + evaluation)
            assert taken[0] <= train
            assert taken[1] <= min(evaluation, max(rows // 2, rows - train))


def test_the_split_that_measures_is_the_first_with_labels() -> None:
    assert evaluation_split({"train": 5, "validation": 3, "test": 4}) == "test"
    assert evaluation_split({"train": 5, "validation": 3, "test": 0}) == "validation"
    assert evaluation_split({"train": 5, "extra": 3}) is None
