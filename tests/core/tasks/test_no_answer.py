"""Words for no answer are no class, and words that may be one stay where they are."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from core import tasks
from core.data.table import Table
from core.errors import LabelError


def names(values: list[Any]) -> tuple[tuple[str, ...], str]:
    found = tasks.fit(Table({"train": pa.table({"label": values})}), "label")
    return found.names, " ".join(map(str, found.notes))


@pytest.mark.parametrize(
    "word",
    ["N/A", "n/a", "nan", "NaN", "NULL", "-", "—", "#N/A", "<NA>", "n.a.", "No answer", "無回答", "未評価", "回答なし",
     "keine Angabe", "k.A.", "Sin respuesta", "?"],
)  # fmt: skip
def test_no_answer_is_left_out_and_said(word: str) -> None:
    found, said = names(["good", "bad", word, word] * 3)
    assert found == ("bad", "good")
    assert f"{word} (rows: 6)" in said


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        (["1", "5", "none"] * 9, ("1", "5")),
        (["positive", "negative", "None"] * 9, ("negative", "positive")),
        (["満足", "不満", "不明"] * 9, ("不満", "満足")),
        (["joy", "anger", "none", "N/A"] * 9, ("anger", "joy")),
        (["joy", "anger"] * 40 + ["none"] * 2, ("anger", "joy")),
    ],
)
def test_a_word_that_may_be_a_class_is_none_in_company(values: list[str], classes: tuple[str, ...]) -> None:
    assert names(values)[0] == classes


@pytest.mark.parametrize(
    "values",
    [
        ["joy", "anger", "none"] * 9,
        ["Alice", "Bob", "unknown"] * 9,
        ["sarcasm", "none"] * 9,
        ["NA", "EU", "APAC"] * 9,
        ["none", "mild", "severe"] * 9,
        ["+", "-"] * 9,
        ["+", "-", "0"] * 9,
    ],
)
def test_a_word_that_may_be_a_class_is_one_among_others(values: list[str]) -> None:
    found, said = names(values)
    assert set(found) == set(Counter(values))
    assert not said


def test_one_class_beside_no_answer_is_refused_with_how_to_keep_it() -> None:
    with pytest.raises(LabelError, match=r"only one class.*Left out as no answer: N/A.*data.classes"):
        names(["spam", "N/A"] * 9)


def test_nan_of_a_float_column_is_an_empty_cell() -> None:
    assert names([1.0, 2.0, float("nan")] * 3) == (("1", "2"), "")
