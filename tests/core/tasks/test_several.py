"""Cells with several labels: found by what separates them, listed, and only rows with one are used."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from core import tasks
from core.data.rows import prepare
from core.data.table import Table
from core.errors import LabelError
from core.inspection.profile import profile
from core.tasks import several

SINGLE = ["food", "price", "room", "service"]
PAIRS = [("food", "price"), ("room", "service", "food"), ("price", "room")]


def cells(separator: str) -> list[str]:
    return [*SINGLE, *(separator.join(pair) for pair in PAIRS)] * 4


def table(values: Any) -> Table:
    return Table({"train": pa.table({"text": [f"review number {n}" for n in range(len(values))], "labels": values})})


@pytest.mark.parametrize(
    "values",
    [
        *(cells(separator) for separator in (",", ", ", ";", " | ", "、", "/")),
        [[each] for each in SINGLE] * 4 + [list(pair) for pair in PAIRS] * 4,
        [json.dumps([each]) for each in SINGLE] * 4 + [json.dumps(pair) for pair in PAIRS] * 4,
        [str([each]) for each in SINGLE] * 4 + [str([*pair]) for pair in PAIRS] * 4,
    ],
)
def test_labels_are_listed_and_rows_with_one_are_used(values: Any) -> None:
    found = profile(table(values))
    assert found.label_column == "labels"
    assert [(each["name"], each["count"]) for each in found.classes_found] == [
        ("food", 12),
        ("price", 12),
        ("room", 12),
        ("service", 8),
    ]
    assert found.counts == dict.fromkeys(SINGLE, 4)
    assert (found.rows, found.usable, found.empty) == (28, {"train": 16}, 12)
    assert any("several labels" in str(note) and "(rows: 12)" in str(note) for note in found.notes)
    run = prepare(table(values), None, None, fit=tasks.fit, train_size=8, eval_size=8, seed=1)
    assert len(run.train) + len(run.eval) == 16
    assert any("several labels" in str(note) for note in run.notes)


@pytest.mark.parametrize(
    "forms",
    [
        ["home, garden", "health, beauty", "toys", "books"],
        ["good", "bad", "very good, thanks"],
        ["a/b", "c/d", "e"],
        ["1/2/2020", "2/2/2020", "3/2/2020"],
        ["joy", "anger"],
        ["food,price", "room,service", "food,room"],
    ],
)
def test_other_cells_are_left_whole(forms: list[str]) -> None:
    assert several.find(forms) is None


def test_labels_that_never_stand_alone_are_refused() -> None:
    with pytest.raises(LabelError, match="several labels a row, and fewer than 2 of them stand alone"):
        tasks.fit(table([["a", "b"], ["b", "c"], ["a"]] * 4), "labels")
