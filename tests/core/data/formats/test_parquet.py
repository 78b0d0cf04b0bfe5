"""Parquet with what is no plain column: objects, decimals, bytes, dictionaries, lists."""

from __future__ import annotations

import decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.formats import files, parquet, script


def written(folder: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), folder / "a.parquet")
    return folder / "a.parquet"


def test_objects_are_columns_and_decimals_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_PIECE_ROWS", 1)
    path = written(
        tmp_path,
        review=[{"text": "a", "by": {"id": 1}}, None],
        stars=pa.array([decimal.Decimal("4.50"), None], pa.decimal128(9, 2)),
        kind=pa.array(["x", "y"]).dictionary_encode(),
        long=pa.array(["l", "m"], pa.large_string()),
        tags=[["a"], ["b", "c"]],
    )
    found = files.read_file(path)
    assert found.rows.to_pydict() == {
        "review.text": ["a", None],
        "review.by.id": [1, None],
        "stars": [4.5, None],
        "kind": ["x", "y"],
        "long": ["l", "m"],
        "tags": [["a"], ["b", "c"]],
    }
    pieces = list(files.stream_file(path))
    assert [piece.num_rows for piece in pieces] == [1, 1]
    assert [row for piece in pieces for row in piece.to_pylist()] == found.rows.to_pylist()
    lines: dict[str, Any] = {}
    exec(script(str(path), found.layout), lines)
    assert lines["table"].to_dict("list") == found.rows.to_pydict()


def test_bytes_are_not_read_and_named(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        text=["a", "b"],
        raw=[b"\x00", b"\xff"],
        image=[{"bytes": b"\x89PNG", "path": "a.png"}, None],
        images=[[{"bytes": b"\x89PNG", "path": "a.png"}], []],
    )
    found = files.read_file(path)
    assert found.rows.to_pydict() == {"text": ["a", "b"]}
    assert [str(note) for note in found.notes] == [
        "Not read, since they hold bytes, such as pictures: raw, image, images."
    ]
    assert pa.concat_tables(files.stream_file(path)) == found.rows


def test_an_object_whose_field_would_have_the_name_of_a_column_stays(tmp_path: Path) -> None:
    path = written(tmp_path, **{"a.b": ["x"], "a": [{"b": "y"}]})
    assert files.read_file(path).rows.to_pydict() == {"a.b": ["x"], "a": [{"b": "y"}]}


def test_plain_columns_are_pandas_own(tmp_path: Path) -> None:
    found = files.read_file(written(tmp_path, text=["a"], stars=[1]))
    assert "read_parquet" in script("a.parquet", found.layout)
