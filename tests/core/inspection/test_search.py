"""Rows by words and by number."""

from __future__ import annotations

import pyarrow as pa

from core import tasks
from core.inspection import picked
from core.inspection.search import matching
from tests.core.doctor import made


def test_all_words_are_looked_for_whatever_their_case() -> None:
    texts = pa.chunked_array([["Cold soup", "soup was COLD", None], ["cold (tea)", "温かいスープ"]])
    assert matching(texts, "SOUP cold").tolist() == [True, True, False, False, False]
    assert matching(texts, "(tea)").tolist() == [False, False, False, True, False]
    assert matching(texts, "スープ").tolist() == [False, False, False, False, True]
    assert matching(texts, " ").tolist() == [True] * 5


def test_rows_count_on_from_split_to_split() -> None:
    table = made.table(["one", "two", "three", None], ["a", "b", "a", None], held=2)
    task = tasks.fit(table, "label")
    assert picked.searched(table, made.COLUMNS, "t") == [1, 2]
    assert picked.listed(table, made.COLUMNS, task, [2, 3, 0]) == [
        {"row": 2, "text": "three", "label": "a"},
        {"row": 3, "text": "", "label": None},
        {"row": 0, "text": "one", "label": "a"},
    ]
