"""Rows by words and by number."""

from __future__ import annotations

from core import tasks
from core.inspection import picked
from tests.core.doctor import made


def test_rows_count_on_from_split_to_split() -> None:
    table = made.table(["one", "two", "three", None], ["a", "b", "a", None], held=2)
    task = tasks.fit(table, "label")
    assert picked.searched(table, made.COLUMNS, "t") == [1, 2]
    assert picked.listed(table, made.COLUMNS, task, [2, 3, 0]) == [
        {"row": 2, "text": "three", "label": "a"},
        {"row": 3, "text": "", "label": None},
        {"row": 0, "text": "one", "label": "a"},
    ]
