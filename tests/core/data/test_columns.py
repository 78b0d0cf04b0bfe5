from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from core.data.columns import Columns, Ranking, choose, text_column
from core.data.table import Table
from core.errors import ColumnError

TEXTS = [
    "A long review about the food",
    "Another long review, of the service",
    "Short",
    "Fine",
    "Bad food",
    "Ok",
]


def table(columns: dict[str, Any], class_names: dict[str, list[str]] | None = None) -> Table:
    return Table({"train": pa.table(columns)}, class_names or {})


@pytest.mark.parametrize("name", ["stars", "Rating", "LABEL", "score", "sentiment", "star rating"])
def test_the_label_is_found_by_name(name: str) -> None:
    found = choose(table({"useful": [0, 1, 0, 1, 0, 1], name: [1, 2, 3, 4, 5, 5], "body": TEXTS}))
    assert found == Columns("body", name)


def test_the_label_is_found_by_content() -> None:
    columns = {
        "id": [11, 12, 13, 14, 15, 16],
        "city": list("abcdef"),
        "mark": [1, 2, 1, 2, 3, 1],
        "body": TEXTS,
    }
    assert choose(table(columns)) == Columns("body", "mark")


def test_a_class_column_of_the_hub_wins() -> None:
    columns = {"text": TEXTS, "score": [1, 2, 3, 1, 2, 3], "polarity_": [0, 1, 0, 1, 0, 1]}
    assert choose(table(columns, {"polarity_": ["bad", "good"]})).label == "polarity_"


def test_the_text_is_the_longest_string_column() -> None:
    columns = {
        "title": ["a", "b", "c", "d", "e", "f"],
        "review": TEXTS,
        "label": ["x", "y", "x", "y", "x", "y"],
    }
    assert choose(table(columns)) == Columns("review", "label")


def test_a_column_is_never_both() -> None:
    columns = {"text": TEXTS, "label": ["good", "good", "bad", "bad", "bad", "good"]}
    assert choose(table(columns), text="label", label="text") == Columns("label", "text")
    assert choose(table(columns), label="text") == Columns("label", "text")
    with pytest.raises(ColumnError, match="No column can be the label"):
        choose(table(columns), text="label")


def test_candidates_are_best_first() -> None:
    columns = {
        "id": list(range(6)),
        "title": list("abcdef"),
        "review": TEXTS,
        "n": [1, 1, 1, 2, 2, 2],
        "stars": [1, 2, 3, 4, 5, 5],
    }
    texts, labels = Ranking.of(table(columns)).names
    assert texts == ["review", "title"]
    assert labels[:2] == ["stars", "n"]


def test_dictionary_encoded_columns_are_text_too() -> None:
    columns = {
        "text": pa.array(TEXTS).dictionary_encode(),
        "label": pa.array(list("aabbab")).dictionary_encode(),
    }
    assert choose(table(columns)) == Columns("text", "label")


@pytest.mark.parametrize(
    ("text", "label", "message"),
    [
        ("texte", None, "There is no column 'texte'. The columns are: text, stars. Did you mean 'text'?"),
        (None, "STARS", "There is no column 'STARS'.* Did you mean 'stars'?"),
        (None, "wholly other", "There is no column 'wholly other'.* Choose one of these"),
        ("stars", None, "'stars' holds int64, expected text"),
        ("text", "text", "'text' is both text and label"),
    ],
)
def test_named_columns_are_checked(text: str | None, label: str | None, message: str) -> None:
    with pytest.raises(ColumnError, match=message.replace("?", r"\?")):
        choose(table({"text": TEXTS, "stars": [1, 2, 3, 4, 5, 5]}), text, label)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": [1, 2, 3], "b": [1, 1, 2]}, "No column can be the text"),
        ({"text": ["a", "b", "c"]}, "No column can be the label"),
        ({"text": TEXTS, "one": [1] * 6, "nested": [[1]] * 6}, "No column can be the label"),
    ],
)
def test_nothing_fits(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(ColumnError, match=message) as caught:
        choose(table(columns))
    assert caught.value.advice


def test_the_text_column_alone_is_as_named_else_usual_else_the_longest() -> None:
    table = Table({"train": pa.table({"id": [1, 2], "title": ["a", "b"], "body": ["long text", "longer text"]})})
    assert text_column(table, "title", "body") == "title"
    assert text_column(table, None, "title") == "title"
    assert text_column(table, None, "gone") == "body"
    with pytest.raises(ColumnError, match="holds int64, expected text"):
        text_column(table, "id", None)
    with pytest.raises(ColumnError, match="There is no column 'x'"):
        text_column(table, "x", None)
