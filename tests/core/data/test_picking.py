"""Parts by a column, groups and time, a test part, classes in balance, remedies: through `prepare`, as a run asks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from core import tasks
from core.config.source import Source
from core.data.reading import read
from core.data.rows import Prepared, prepare
from core.data.table import Table
from core.errors import ColumnError, DataError

TABLES = Path(__file__).parents[2] / "tables"
SAMPLE = Source("sample", "reviews")


def rows(count: int, start: int = 0, **columns: Sequence[Any]) -> pa.Table:
    texts = [f"review number {start + n} of many" for n in range(count)]
    return pa.table({"text": texts, "stars": [n % 5 + 1 for n in range(count)], **columns})


def prepared(source: Source | Table, train: int, evaluation: int, **options: Any) -> Prepared[tasks.Task]:
    asked = {"seed": 42, **options}
    return prepare(source, "text", None, fit=tasks.fit, train_size=train, eval_size=evaluation, **asked)


def notes(found: Prepared[tasks.Task]) -> str:
    return "\n".join(map(str, found.notes))


def sets(found: Prepared[tasks.Task]) -> list[set[str]]:
    return [set(part["text"]) for part in (found.train, found.eval, found.test) if part is not None]


def test_asking_for_a_test_part_changes_neither_of_the_others() -> None:
    for source in (Table({"train": rows(400)}), SAMPLE):
        with_test, without = (prepared(source, 100, 50, test_size=size) for size in (60, 0))
        assert without.test is None
        assert without.test_numbers == ()
        assert with_test.test is not None
        assert list(with_test.train["text"]) == list(without.train["text"])
        assert list(with_test.eval["text"]) == list(without.eval["text"])
        assert len(with_test.test) == 60


@pytest.mark.parametrize("subset", ["shuffle", "stratified", "balanced"])
def test_no_row_is_in_two_parts_and_the_test_is_known_by_its_rows(subset: str) -> None:
    table = Table({"train": rows(400), "extra": rows(5, 900)})
    found = prepared(table, 100, 50, test_size=60, subset=subset)
    train, evaluation, test = sets(found)
    assert (len(train), len(evaluation), len(test)) == (100, 50, 60)
    assert not (train & evaluation | train & test | evaluation & test)
    assert found.test is not None
    assert [table.train["text"][number].as_py() for number in found.test_numbers] == list(found.test["text"])


def test_a_source_with_two_splits_besides_keeps_its_test_split_for_the_test() -> None:
    table = Table({"train": rows(100), "validation": rows(50, 200), "test": rows(40, 300)})
    found = prepared(table, 50, 20, test_size=30)
    assert [len(part) for part in sets(found)] == [50, 20, 30]
    assert min(found.test_numbers) >= 150
    assert "The split validation is used for evaluation.\nThe split test is kept for the test." in notes(found)
    # Without one it measures, as ever.
    assert set(prepared(table, 50, 20).eval["text"]) <= set(table.splits["test"]["text"].to_pylist())


def test_a_short_table_gives_the_test_its_share() -> None:
    found = prepared(Table({"train": rows(90)}), 1000, 1000, test_size=1000)
    assert [len(part) for part in sets(found)] == [30, 30, 30]
    assert "the table has 90, so 30, 30 and 30 are used" in notes(found)
    held = prepared(Table({"train": rows(90), "test": rows(40, 200)}), 1000, 1000, test_size=1000)
    assert [len(part) for part in sets(held)] == [90, 20, 20]


def test_a_split_column_is_offered_and_obeyed() -> None:
    table = read(Source("file", str(TABLES / "split_column.csv")))
    plain = prepared(table, 1000, 1000)
    assert "The column is_valid names parts (training: false; evaluation: true)" in notes(plain)
    found = prepared(table, 1000, 1000, split="column", split_column="is_valid")
    assert (len(found.train), len(found.eval)) == (40, 10)
    assert set(found.eval["text"]) == set(table.train["text"].to_pylist()[40:])
    assert "The column is_valid tells the parts: training: false; evaluation: true." in notes(found)


def test_a_split_column_with_three_parts() -> None:
    named = ["train"] * 60 + ["dev"] * 20 + ["test"] * 10 + ["?"] * 10
    table = Table({"train": rows(100, split=named)})
    options: dict[str, Any] = {"split": "column", "split_column": "split"}
    without, with_test = (prepared(table, 50, 20, test_size=size, **options) for size in (0, 10))
    assert "Kept for a test, and not used: 10 rows." in notes(without)
    assert "Left out, since split names no part: 10 rows." in notes(without)
    assert sorted(with_test.test_numbers) == list(range(80, 90))
    assert list(without.train["text"]) == list(with_test.train["text"])


def test_groups_stand_on_one_side() -> None:
    shops = [f"shop {n % 23}" for n in range(400)]
    table = Table({"train": rows(400, shop=shops)})
    of = dict(zip(table.train["text"].to_pylist(), shops, strict=True))
    found = prepared(table, 200, 60, test_size=40, split="grouped", split_column="shop")
    groups = [{of[text] for text in part} for part in sets(found)]
    assert sum(map(len, groups)) == len(set.union(*groups))
    assert "No value of shop stands in two parts" in notes(found)
    again = prepared(table, 200, 60, test_size=40, split="grouped", split_column="shop")
    assert list(again.train["text"]) == list(found.train["text"])


def test_the_latest_measure() -> None:
    days: list[Any] = [f"2024-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(100)]
    days[3] = days[4] = None
    table = Table({"train": rows(100, day=days)})
    of = dict(zip(table.train["text"].to_pylist(), days, strict=True))
    found = prepared(table, 40, 20, test_size=10, split="time", split_column="day")
    train, evaluation, test = ([of[text] for text in part] for part in sets(found))
    assert max(train) <= min(evaluation) <= max(evaluation) <= min(test)
    assert "Left out, since day has no date there: 2 rows." in notes(found)
    assert f"those from {min(evaluation)} on" in notes(found)


def test_the_source_s_own_splits_stay_out_of_parts_by_a_column() -> None:
    table = Table({"train": rows(100, day=list(range(100))), "validation": rows(20, 200), "test": rows(20, 300)})
    found = prepared(table, 40, 20, test_size=10, split="time", split_column="day")
    assert "The split validation is not used" in notes(found)
    assert min(found.test_numbers) >= 120
    assert set(found.eval["text"]) == set(table.train["text"].to_pylist()[80:])


def test_balanced_takes_as_many_of_each_to_learn_from() -> None:
    stars = [1] * 20 + [2] * 80 + [3] * 200
    table = Table({"train": pa.table({"text": [f"review {n}" for n in range(300)], "stars": stars})})
    found = prepared(table, 150, 90, subset="balanced")
    counts = [list(found.train["label"]).count(number) for number in range(3)]
    assert counts[0] == counts[1] == counts[2] > 8
    assert list(found.eval["label"]) == list(prepared(table, 150, 90).eval["label"])
    assert f"Balanced: {counts[0]} training reviews of each of 3 classes" in notes(found)


@pytest.mark.parametrize("split", ["column", "grouped", "time"])
def test_what_goes_by_a_column_needs_one(split: str) -> None:
    table = Table({"train": rows(40, same=["x"] * 40)})
    with pytest.raises(ColumnError, match=r"data\.split_column names none"):
        prepared(table, 20, 10, split=split)
    with pytest.raises(ColumnError, match="There is no column 'shop'"):
        prepared(table, 20, 10, split=split, split_column="shop")
    with pytest.raises(DataError, match=r"names no parts|different values|no dates"):
        prepared(table, 20, 10, split=split, split_column="same")


def test_repeated_texts_are_left_out_and_leaks_go() -> None:
    table = read(Source("file", str(TABLES / "training" / "dup_leak.csv")))
    with pytest.raises(DataError, match="Every text to learn from is also one that measures"):
        prepared(table, 40, 20, remedies=["leaks"])
    few = prepared(table, 40, 20, remedies=["duplicates"])
    assert [len(part) for part in sets(few)] == [2, 2]
    assert "rows of train left out." in notes(few)
    texts = ["Same here"] * 10 + [f"other {n}" for n in range(90)]
    mixed = Table({"train": pa.table({"text": texts, "stars": [1, 2] * 50})})
    found = prepared(mixed, 80, 20, remedies=["leaks"])
    assert "Same here" in found.eval["text"]
    assert not sets(found)[0] & sets(found)[1]
    assert list(found.eval["text"]) == list(prepared(mixed, 80, 20).eval["text"])


def test_remedies_are_counted_and_come_in_order() -> None:
    texts = ["<b>Good</b> food", "good  FOOD", "bad soup", "bad soup", "<br>", "fine"] + [
        f"plain text {n}" for n in range(20)
    ]
    table = Table({"train": pa.table({"text": texts, "stars": [1, 1, 1, 2, 2, 2] + [1, 2] * 10})})
    found = prepared(table, 8, 8, remedies=["one_word", "html", "duplicates", "conflicts"])
    assert [str(note) for note in found.notes][:5] == [
        "Remedy html: 2 of 26 texts of train changed.",
        "Remedy html: 1 of 26 texts of train were blank then, left out.",
        "Remedy conflicts: 2 of 25 rows of train left out.",
        "Remedy duplicates: 1 of 23 rows of train left out.",
        "Remedy one_word: 1 of 22 rows of train left out.",
    ]
    assert not any("<" in text for part in sets(found) for text in part)


def test_remedies_that_leave_nothing_are_refused() -> None:
    table = Table({"train": pa.table({"text": ["good", "bad"] * 20, "stars": [1, 2] * 20})})
    with pytest.raises(DataError, match="The remedies one_word leave none of the 40 rows of train"):
        prepared(table, 8, 8, remedies=["one_word"])
