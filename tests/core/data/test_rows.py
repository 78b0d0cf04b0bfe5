from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from datasets import ClassLabel, Dataset

from core import tasks
from core.config.source import Source
from core.data.reading import read
from core.data.rows import Prepared, prepare
from core.data.table import Table
from core.errors import DataError
from core.messages import Message

SAMPLE = Source("sample", "reviews")


def words(notes: tuple[Message, ...]) -> tuple[str, ...]:
    return tuple(map(str, notes))


def reviews(stars: list[Any], prefix: str = "review") -> pa.Table:
    return pa.table({"text": [f"{prefix} number {i} of many" for i in range(len(stars))], "stars": stars})


def one_split(stars: list[Any]) -> Table:
    return Table({"train": reviews(stars)})


def prepared(source: Source | Table, train: int, evaluation: int, **kwargs: Any) -> Prepared[tasks.Task]:
    options: dict[str, Any] = {"seed": 42, "subset": "shuffle"} | kwargs
    return prepare(source, None, None, fit=tasks.fit, train_size=train, eval_size=evaluation, **options)


def shares(dataset: Dataset, classes: int) -> np.ndarray:
    return np.bincount(dataset["label"], minlength=classes) / len(dataset)


@pytest.mark.parametrize("seed", [0, 42])
def test_with_a_test_split_the_rows_are_the_tutorials(seed: int) -> None:
    table = read(SAMPLE)
    found = prepared(table, 300, 200, seed=seed)
    for split, size, part in (("train", 300, found.train), ("test", 200, found.eval)):
        expected = Dataset(table.splits[split]).shuffle(seed=seed).select(range(size))
        assert list(part["text"]) == list(expected["text"])
        assert [star - 1 for star in expected["stars"]] == list(part["label"])
    assert words(found.notes) == ()


def test_the_label_is_a_class_label() -> None:
    found = prepared(SAMPLE, 20, 10)
    assert found.train.column_names == ["text", "label"]
    assert found.train.features["label"] == ClassLabel(names=list(found.task.names))
    assert found.train.features == found.eval.features
    assert (found.columns.text, found.columns.label) == ("text", "stars")


def test_rows_without_text_or_label_are_left_out() -> None:
    table = pa.table(
        {
            "text": ["good food", " ", None, "bad food", "fine food", "dull food"],
            "label": ["a", "a", "b", None, "b", ""],
        }
    )
    found = prepared(Table({"train": table, "test": table}), 10, 10)
    assert sorted(found.train["text"]) == ["fine food", "good food"]
    assert "4 rows of train without text or label were left out." in words(found.notes)
    assert "Asked for 10 training reviews; there are 2, all are used." in words(found.notes)


@pytest.mark.parametrize("subset", ["shuffle", "stratified"])
def test_one_split_is_cut_without_overlap(subset: str) -> None:
    found = prepared(one_split([1, 2, 3, 4, 5] * 40), 100, 60, subset=subset)
    assert (len(found.train), len(found.eval)) == (100, 60)
    assert not set(found.train["text"]) & set(found.eval["text"])
    assert words(found.notes) == ()


@pytest.mark.parametrize("subset", ["shuffle", "stratified"])
def test_the_evaluation_rows_do_not_depend_on_the_training_size(subset: str) -> None:
    table = one_split([1, 2, 3, 4, 5, 5, 5] * 40)
    few, many = (prepared(table, size, 60, subset=subset) for size in (50, 200))
    assert list(few.eval["text"]) == list(many.eval["text"])
    if subset == "shuffle":
        assert list(many.train["text"])[:50] == list(few.train["text"])


@pytest.mark.parametrize("subset", ["shuffle", "stratified"])
def test_the_seed_decides(subset: str) -> None:
    table = one_split([1, 2, 3] * 50)
    first, again, other = (prepared(table, 50, 50, subset=subset, seed=seed) for seed in (1, 1, 2))
    assert list(first.train["text"]) == list(again.train["text"])
    assert set(first.eval["text"]) != set(other.eval["text"])


def test_too_few_rows_are_halved() -> None:
    found = prepared(one_split([1, 2] * 50), 1000, 1000)
    assert (len(found.train), len(found.eval)) == (50, 50)
    expected = "Asked for 1,000 training and 1,000 evaluation reviews; the table has 100, so 50 and 50 are used."
    assert words(found.notes) == (expected,)


def test_what_is_asked_for_training_never_takes_the_reviews_that_measure() -> None:
    """Ten million training and 16 evaluation reviews were asked of 1,610: one was left, with an accuracy of 1.0000."""
    found = prepared(one_split([1, 2, 3, 4, 5] * 322), 10_000_000, 16)
    assert (len(found.train), len(found.eval)) == (1594, 16)
    assert "Only 16 reviews measure this run, so its accuracy is known to within ±22 points (95 %)." in " ".join(
        words(found.notes)
    )


def test_a_run_from_before_goes_on_with_the_rows_that_it_had() -> None:
    table = one_split([1, 2, 3, 4, 5] * 322)
    found = prepared(table, 10_000_000, 16, in_proportion=True)
    assert (len(found.train), len(found.eval)) == (1609, 1)
    assert list(found.eval["text"]) == list(prepared(table, 8, 8).eval["text"])[:1]


@pytest.mark.parametrize("stars", [[1, 2, 1], [1, 2], [1, 2, None]])
def test_a_single_review_does_not_measure_a_run(stars: list[Any]) -> None:
    with pytest.raises(DataError, match="rows with text and label, expected at least 4"):
        prepared(one_split(stars), 1000, 8)
    assert [len(part) for part in (lambda it: (it.train, it.eval))(prepared(one_split([1, 2, 1, 2]), 9, 9))] == [2, 2]


def test_a_test_split_of_one_review_does_not_measure_a_run() -> None:
    splits = {"train": reviews([1, 2] * 20), "test": reviews([1], "t")}
    with pytest.raises(DataError, match="evaluation part has 1 row"):
        prepared(Table(splits), 8, 8)
    assert len(prepared(Table(splits), 8, 8, in_proportion=True).eval) == 1


def test_one_row_is_not_enough() -> None:
    table = pa.table({"text": ["good", "", ""], "label": ["a", "b", "b"]})
    for in_proportion in (False, True):
        with pytest.raises(DataError, match="only one class, 'a', once rows with a blank text are left out"):
            prepared(Table({"train": table}), 10, 10, in_proportion=in_proportion)


def test_a_training_split_without_usable_rows() -> None:
    train = pa.table({"text": ["", ""], "label": ["a", "b"]})
    test = pa.table({"text": ["good", "bad"], "label": ["a", "b"]})
    with pytest.raises(DataError, match="training part has no row"):
        prepare(
            Table({"train": train, "test": test}),
            "text",
            "label",
            fit=tasks.fit,
            train_size=8,
            eval_size=8,
            seed=1,
            subset="shuffle",
        )


def test_stratified_keeps_the_shares(real_reviews: Path) -> None:
    found = prepared(Source("file", str(real_reviews)), 800, 400, subset="stratified")
    whole = np.array([298, 102, 149, 325, 736]) / 1610
    assert shares(found.train, 5) == pytest.approx(whole, abs=0.003)
    assert shares(found.eval, 5) == pytest.approx(whole, abs=0.003)


def test_stratified_with_a_test_split() -> None:
    splits = {
        "train": reviews([1] * 180 + [2] * 60 + [3] * 60),
        "test": reviews([1] * 30 + [2] * 10 + [3] * 10, "t"),
    }
    found = prepared(Table(splits), 100, 25, subset="stratified")
    assert shares(found.train, 3) == pytest.approx([0.6, 0.2, 0.2])
    assert shares(found.eval, 3) == pytest.approx([0.6, 0.2, 0.2])


def test_too_rare_to_stratify_falls_back() -> None:
    found = prepared(one_split([1] * 50 + [2] * 50 + [3]), 50, 30, subset="stratified")
    assert (len(found.train), len(found.eval)) == (50, 30)
    assert "A class is too rare to keep its share in the evaluation part; its rows are taken at random." in words(
        found.notes
    )
    assert not set(found.train["text"]) & set(found.eval["text"])


@pytest.mark.parametrize("name", ["validation", "valid", "dev"])
def test_another_evaluation_split_is_named(name: str) -> None:
    found = prepared(Table({"train": reviews([1, 2] * 20), name: reviews([1, 2] * 20, "v")}), 10, 40)
    assert words(found.notes) == (f"The split {name} is used for evaluation.",)
    assert all(text.startswith("v ") for text in found.eval["text"])


def test_a_test_split_without_labels_is_passed_over() -> None:
    splits = {
        "train": pa.table({"text": ["good one", "bad one"], "label": [1, 0]}),
        "test": pa.table({"text": ["hidden", "hidden too"], "label": [-1, -1]}),
        "validation": pa.table({"text": ["v good", "v bad"] * 20, "label": [1, 0] * 20}),
    }
    found = prepared(Table(splits, {"label": ["negative", "positive"]}), 2, 40)
    assert words(found.notes) == (
        "The split test has no labels and is not used.",
        "The split validation is used for evaluation.",
    )
    assert set(found.eval["text"]) == {"v bad", "v good"}


def test_a_class_only_the_evaluation_part_has() -> None:
    found = prepared(Table({"train": reviews([1, 3] * 10), "test": reviews([1, 2, 3] * 15, "t")}), 10, 45)
    assert found.task.names == ("1 star", "2 stars", "3 stars")
    assert words(found.notes) == ("2 stars occurs only in the evaluation part; the model cannot learn it.",)


def test_notes_of_the_table_are_passed_on() -> None:
    table = Table({"train": reviews([1, 2] * 40)}, notes=(Message("Tabs separate the columns."),))
    assert words(prepared(table, 10, 40).notes) == ("Tabs separate the columns.",)
