from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from core.data.reviews import Review, texts_of
from core.errors import ColumnError, SourceError

TABLES = Path(__file__).parents[2] / "tables"


def test_every_row_is_there_with_its_other_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text,shop\n007,fine,A\n008,,B\n009,  ,C\n010,bad,\n", encoding="utf-8")
    assert list(texts_of(path, ["text"])) == [
        Review(0, "fine", {"id": "007", "shop": "A"}),
        Review(1, "", {"id": "008", "shop": "B"}),
        Review(2, "  ", {"id": "009", "shop": "C"}),
        Review(3, "bad", {"id": "010", "shop": ""}),
    ]


def test_row_numbers_go_on_from_piece_to_piece(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    day = datetime.date(2024, 1, 5)
    table = pa.table({"text": [f"review {n}" if n % 3 else None for n in range(5000)], "day": [day] * 5000})
    parquet.write_table(table, path, row_group_size=700)
    found = list(texts_of(path, ["text"]))
    assert [each.row for each in found] == list(range(5000))
    assert [each.text for each in found] == [text or "" for text in table["text"].to_pylist()]
    assert found[4999].others == {"day": day}


def test_several_columns_are_joined_as_they_were_learned() -> None:
    booking = TABLES / "booking_two_texts.csv"
    found = list(texts_of(booking, ["Positive_Review", "Negative_Review"], nothing=["no negative", "no positive"]))
    assert len(found) == 50
    assert found[0].text == "Kind owners and a clean room!"
    assert found[4].text == "Lovely staff, quick breakfast (4)\nLovely staff, quick breakfast (4)"
    assert set(found[0].others) == {"Hotel_Name", "Average_Score", "Reviewer_Score", "Reviewer_Nationality"}


def test_another_column_is_never_taken(tmp_path: Path) -> None:
    kaggle = TABLES / "kaggle_test.tsv"
    with pytest.raises(ColumnError, match=r"has no column 'text', which the run learned from.*PhraseId.*--text"):
        next(texts_of(kaggle, ["text"]))
    assert [each.others["PhraseId"] for each in texts_of(kaggle, ["text"], asked="Phrase")][:2] == ["200000", "200003"]
    with pytest.raises(ColumnError, match="Did you mean 'Phrase'"):
        next(texts_of(kaggle, ["text"], asked="phrases"))
    with pytest.raises(ColumnError, match="no column 'title'"):
        next(texts_of(kaggle, ["title", "Phrase"]))
    tabs = tmp_path / "a.txt"
    tabs.write_text("id\treview\n1\tfine\n", encoding="utf-8")
    with pytest.raises(ColumnError, match="id, review"):
        next(texts_of(tabs, ["text"]))


def test_a_text_file_is_a_table_only_where_it_has_the_column(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Nice, cosy place.\n\nBad, cold soup.\n", encoding="utf-8-sig")
    assert list(texts_of(path, ["text"])) == [Review(0, "Nice, cosy place."), Review(2, "Bad, cold soup.")]
    path.write_text("id,text\n1,fine\n", encoding="utf-8")
    assert list(texts_of(path, ["text"])) == [Review(0, "fine", {"id": "1"})]
    other = tmp_path / "reviews"
    other.write_text("one\ntwo\n", encoding="utf-16")
    assert [each.text for each in texts_of(other, ["text"])] == ["one", "two"]


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    for name, content in (("a", b"\x00\x01\x02" * 50), ("b.txt", b"\x89PNG\x00\x00")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceError):
            list(texts_of(tmp_path / name, ["text"]))
    with pytest.raises(SourceError, match="is a folder"):
        list(texts_of(tmp_path, ["text"]))
    with pytest.raises(SourceError, match="There is no file"):
        list(texts_of(tmp_path / "none.csv", ["text"]))
