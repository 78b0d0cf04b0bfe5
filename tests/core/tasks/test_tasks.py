"""What is learned from a column: ratings where names or values say so, classes else, and either when asked for."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from core import tasks
from core.data.table import Table
from core.errors import LabelError

FEW, FIVE = [1, 2, 3, 4], [1, 2, 3, 4, 5]


def table(column: str, values: list[Any], names: list[str] | None = None) -> Table:
    return Table({"train": pa.table({column: values})}, {column: names} if names else {})


@pytest.mark.parametrize(
    ("column", "values", "names", "task"),
    [
        ("Class Index", FEW, None, "classes"),
        ("class_index", FIVE, None, "classes"),
        ("classIndex", FIVE, None, "classes"),
        ("topic", FIVE, None, "classes"),
        ("topicId", FIVE, None, "classes"),
        ("カテゴリ番号", FIVE, None, "classes"),
        ("label", [0, 1], None, "classes"),
        ("label", [0, 1], ["neg", "pos"], "classes"),
        ("label", list(range(8)), None, "classes"),
        ("label", ["good", "bad"], None, "classes"),
        ("stars", ["good", "bad"], None, "classes"),
        ("label", FIVE, None, "ratings"),
        ("label", FIVE, ["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], "ratings"),
        ("y", [1, 3, 5], None, "ratings"),
        ("label", ["8/10", "9/10", "10/10"], None, "ratings"),
        ("category", ["4 stars", "1 star"], None, "ratings"),
        ("star_rating", [1, 5], None, "ratings"),
        ("starRating", list(range(1, 11)), None, "ratings"),
        ("Overall Score", [0.5, 1.0, 4.5], None, "ratings"),
        ("評価", [1, 10], None, "ratings"),
        ("総合満足度", list(range(8)), None, "ratings"),
        ("Bewertung", [1, 6], None, "ratings"),
    ],
)
def test_auto_takes_ratings_where_names_or_values_say_so(
    column: str, values: list[Any], names: list[str] | None, task: str
) -> None:
    assert tasks.fit(table(column, values, names), column).name == task


def test_classes_are_called_as_the_table_has_them() -> None:
    found = tasks.fit(table("Class Index", FIVE), "Class Index")
    assert found.names == ("1", "2", "3", "4", "5")
    assert found.worth is None
    assert not found.in_stars
    assert found.encode(pa.chunked_array([[5, None, 1]])).tolist() == [4, -1, 0]


def test_either_can_be_asked_for() -> None:
    topics = table("Class Index", FEW)
    ratings = tasks.fit(topics, "Class Index", "ratings")
    assert (ratings.name, ratings.in_stars) == ("ratings", True)
    assert ratings.names == ("1 star", "2 stars", "3 stars", "4 stars")
    classes = tasks.fit(table("stars", FIVE), "stars", "classes")
    assert (classes.name, classes.names, classes.worth) == ("classes", ("1", "2", "3", "4", "5"), None)


def test_classes_of_the_hub_keep_their_names() -> None:
    names = ["1 star", "2 stars", "3 stars"]
    found = tasks.fit(table("label", [0, 1, 2], names), "label", "classes")
    assert (found.names, found.worth) == (tuple(names), None)


@pytest.mark.parametrize("values", [["good", "bad"], ["1", "2", "so-so"]])
def test_ratings_of_words_are_refused(values: list[str]) -> None:
    with pytest.raises(LabelError, match="classes that are no numbers") as caught:
        tasks.fit(table("mood", values), "mood", "ratings")
    assert "data.task" in caught.value.advice


@pytest.mark.parametrize(("column", "task"), [("stars", "ratings"), ("Class Index", "classes")])
def test_a_task_can_be_had_again_from_what_a_run_and_a_model_keep(column: str, task: str) -> None:
    found = tasks.fit(table(column, FIVE), column)
    settings = found.model_settings()
    again = tasks.of_model(list(settings["id2label"].values()), settings["star_ratings"], settings["review_task"])
    assert again.name == found.name == task
    assert again.names == found.names
    assert (again.worth is None) == (found.worth is None)
    assert again.model_settings() == settings
    # A table of names is understood without the keys that only the training table had.
    assert again.encode(pa.chunked_array([list(found.names)])).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("kept", [None, "", "ratings", "unknown"])
def test_what_a_damaged_or_older_model_kept_is_told_by_its_ratings(kept: str | None) -> None:
    assert tasks.of_model(["a", "b"], None, kept).name == "classes"
    assert tasks.of_model(["1 star", "2 stars"], [1.0, 2.0], None if kept == "ratings" else kept).name == "ratings"
