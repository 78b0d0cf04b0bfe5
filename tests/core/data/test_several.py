from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from core.config import RunConfig
from core.config.source import Source
from core.data.columns import Columns, choose, named_text, text_cells, why, with_text
from core.data.reading import read
from core.data.several import join, nothings, parts_of
from core.data.table import Table
from core.errors import ColumnError
from core.inspection.reports import Outline

TABLES = Path(__file__).parents[2] / "tables"
SAID = [f"The soup number {n} was cold and the waiter did not care" for n in range(12)]
SHORT = [f"Meal {n} disappoints" for n in range(12)]
STARS = [1, 2, 3, 4, 5, 5] * 2


def table(**columns: Any) -> Table:
    return Table({"train": pa.table({**columns, "stars": STARS})})


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"title": SHORT, "body": SAID}, "title + body"),
        ({"body": SAID, "title": ["Great!", "Bad!"] * 6}, "body"),
        ({"body": ["", *SAID[1:]], "title": ["Great!", "Bad!"] * 6}, "title + body"),
        ({"Review Title": SHORT, "Review Content": SAID, "Company Reply": SAID[::-1]}, "Review Title + Review Content"),
        ({"product_title": SHORT, "review_body": SAID}, "review_body"),
        # The film that it is about.
        ({"title": ["Alien", "Solaris", "Stalker"] * 4, "review": ["", *SAID[1:]]}, "review"),
        ({"text": SAID, "title": SHORT}, "text"),
        ({"text": [None, *SAID[1:]], "title": SHORT}, "title + text"),
        ({"tags": ["a,b"] * 12, "id": SHORT, "reply": SAID[::-1], "comment": SAID}, "comment"),
        (
            {
                "タイトル": ["良いお店でした" + "。" * n for n in range(12)],
                "本文": ["料理が冷たくて残念でした" * 3 + str(n) for n in range(12)],
            },
            "タイトル + 本文",
        ),
        ({"商品タイトル": SHORT, "レビュー本文": SAID}, "レビュー本文"),
        ({"cons": SAID, "pros": [f"kind staff, bright rooms {n}" for n in range(12)]}, "pros + cons"),
        (
            {
                "良い点": [f"部屋が広くて静かでした{n}" for n in range(12)],
                "気になる点": [f"朝食が冷めていて残念{n}" for n in range(12)],
            },
            "良い点 + 気になる点",
        ),
        ({"sentence1": SAID, "sentence2": SAID[::-1], "title": SHORT}, "sentence1 + sentence2"),
        ({"question_b": SAID[::-1], "question_a": SAID}, "question_a + question_b"),
        ({"text_a": SHORT, "text_b": SAID}, "text_a + text_b"),
        ({"hypothesis": SHORT, "premise": SAID}, "premise + hypothesis"),
        ({"column 1": SAID, "column 2": SHORT}, "column 1"),
        ({"positive": [0, 1] * 6, "negative_reason": SAID}, "negative_reason"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_columns_are_joined_where_a_person_would(columns: dict[str, Any], expected: str) -> None:
    given = table(**columns)
    found = choose(given)
    assert (found.text, found.label) == (expected, "stars")
    assert tuple(Outline.of(given).together) == found.texts
    # The text column alone keeps what it always did.
    alone = found.texts[-1] if found.texts else found.text
    assert choose(given, alone) == Columns(alone, "stars")


def test_cells_are_joined_by_a_line_break_and_blank_ones_left_out() -> None:
    rows = pa.table({"a": ["one", None, " ", "n/a", "x"], "b": ["two", "three", "", "four", "No b"]})
    # As many rows as before, also where every cell is null.
    nulls = pa.table({"a": pa.array(["x", None], pa.string()), "b": pa.array([None, None], pa.string())})
    assert join(nulls, ["a", "b"]).to_pylist() == ["x", ""]
    assert join(rows, ["a", "b"], ["n/a", "no b"]).to_pylist() == ["one\ntwo", "three", "", "four", "x"]
    views = pa.table({"a": pa.array(["one"], pa.string_view()), "b": pa.array(["two"]).dictionary_encode()})
    assert join(views, ["b", "a"]).to_pylist() == ["two\none"]
    assert join(rows.slice(0, 0), ["a", "b"]).to_pylist() == []


def test_what_says_that_nothing_was_written_repeats_and_names_its_column() -> None:
    written = ["No Positive"] * 3 + ["no positive."] * 3 + ["Nothing"] * 3 + ["N/A", "No parking"] * 3 + ["No way"]
    assert nothings(pa.table({"Positive_Review": written}), ["Positive_Review"]) == (
        "n/a",
        "no positive",
        "no positive.",
        "nothing",
    )


def test_booking_reads_both_halves() -> None:
    found = read(Source("file", str(TABLES / "booking_two_texts.csv")))
    columns = choose(found)
    assert columns.nothing == ("no negative", "no positive")
    made = with_text(found, columns)
    texts = made.train[columns.text].to_pylist()
    assert texts[:2] == ["Kind owners and a clean room!", "It crashes every time I open it."]
    assert not any("No Negative" in text or "No Positive" in text for text in texts)
    assert [str(note) for note in made.notes] == [
        "Several columns are read as one text: Positive_Review, Negative_Review.",
        "Cells that say that nothing was written count as blank: 'no negative', 'no positive'.",
    ]
    assert text_cells(found.train, columns.text).to_pylist() == texts


def test_columns_that_are_named_are_joined_in_that_order_and_are_no_note() -> None:
    given = table(a=SHORT, b=SAID)
    data = RunConfig().replace({"data.text_columns": ["b", "a", "b"], "data.text_column": "a"}).data
    columns = choose(given, named_text(data))
    assert (columns.text, columns.texts, columns.guessed) == ("b + a", ("b", "a"), False)
    made = with_text(given, columns)
    assert made.train["b + a"][0].as_py() == f"{SAID[0]}\n{SHORT[0]}"
    assert made.notes == ()


def test_a_split_without_one_of_the_columns_has_no_text() -> None:
    given = Table({"train": pa.table({"a": SHORT, "b": SAID, "stars": STARS}), "test": pa.table({"a": SHORT})})
    made = with_text(given, choose(given, "a + b"))
    assert ("a + b" in made.splits["train"].column_names, "a + b" in made.splits["test"].column_names) == (True, False)


def test_what_cannot_be_joined_is_named() -> None:
    given = table(a=SHORT, b=SAID)
    with pytest.raises(ColumnError, match="There is no column 'body'"):
        choose(given, "a + body")
    with pytest.raises(ColumnError, match="'stars' holds int64, expected text"):
        choose(given, "a + stars", "b")
    with pytest.raises(ColumnError, match="'b' is both text and label"):
        choose(given, "a + b", "b")


def test_a_name_may_have_the_joint_in_it() -> None:
    assert parts_of("a + b + c", ["a + b", "c"]) == ("a + b", "c")
    assert parts_of("a + b", ["a + b", "a", "b"]) == ()
    assert parts_of("x + y", ["a"]) == ()


def test_a_joined_text_has_the_reasons_of_its_best_part_and_none_of_them_comes_second() -> None:
    body = [f"The soup of day {n} was cold and nobody came to ask how it was" for n in range(40)]
    table = Table(
        {
            "train": pa.table(
                {
                    "title": [f"Cold {n}" for n in range(40)],
                    "body": ["" if n < 8 else each for n, each in enumerate(body)],
                    "stars": [n % 5 + 1 for n in range(40)],
                }
            )
        }
    )
    chosen = choose(table)
    assert chosen.texts == ("title", "body")
    said = str(why(table, chosen)["text"])
    assert "'title + body': its name says so" in said or "words a row" in said
    assert "about 1 words" not in said
    assert "Next best" not in said
