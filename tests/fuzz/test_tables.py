"""Tables of every format, made up or spoiled: each is read, or refused as a problem of the table in a short message."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from pyarrow import parquet

from core import tasks
from core.config.source import Source
from core.data.formats import FORMATS
from core.data.reading import read
from core.data.reviews import texts_of
from core.data.rows import prepare
from core.errors import DataError
from core.inspection.profile import profile
from core.inspection.reports import Outline
from core.models import lengths
from tests.fuzz import making

ROWS: list[dict[str, Any]] = [
    {"text": f"review {row}: {'good ' * (row % 3)}„é“ 評", "stars": row % 3 + 1, "more": None if row % 4 else 1.5}
    for row in range(24)
]


def delimited(separator: str) -> bytes:
    lines = [separator.join(['"' + row["text"] + '"', str(row["stars"]), ""]) for row in ROWS]
    return "\n".join([separator.join(["text", "stars", "more"]), *lines]).encode()


def as_parquet() -> bytes:
    file = io.BytesIO()
    table = pa.Table.from_pylist(ROWS)
    table = table.append_column("class", table["stars"].cast(pa.string()).dictionary_encode())
    table = table.append_column("at", pa.array([[{"a": row}] for row in range(len(ROWS))]))
    parquet.write_table(table.replace_schema_metadata({"pandas": '{"index_columns": []}'}), file)
    return file.getvalue()


SEEDS = {
    ".csv": delimited(","),
    ".tsv": delimited("\t"),
    ".json": json.dumps(ROWS).encode(),
    ".jsonl": "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode(),
    ".parquet": as_parquet(),
}
SUFFIXES = sorted(suffix for each in FORMATS for suffix in each.suffixes)


def look_at(path: Path, content: bytes) -> None:
    """Do with a file what pages, the command line and a training do; hostile ones are refused as what they are."""
    path.write_bytes(content)
    try:
        table = read(Source("file", str(path)))
        Outline.of(table)
        found = profile(table)
        lengths.token_lengths(lengths.spread(table.train[found.text_column]))
        assert sum(found.usable.values()) + found.empty == found.rows
        json.dumps(found.to_dict(), allow_nan=True).encode()
        assert all(len(str(note)) < 500 for note in found.notes)
        prepared = prepare(table, None, None, fit=tasks.fit, train_size=16, eval_size=8, seed=1)
        event("read")
        assert len(prepared.eval) >= 2
        assert all(len(str(note)) < 500 for note in prepared.notes)
    except DataError as error:
        event(error.kind)
        making.assert_short(error)
    try:
        rows = [review.row for review in texts_of(path, [])]
        assert rows == sorted(set(rows))
    except DataError as error:
        making.assert_short(error)


@given(suffix=st.sampled_from(SUFFIXES), content=st.binary(max_size=300))
def test_bytes_are_read_or_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    look_at(tmp_path / f"reviews{suffix}", content)


@pytest.mark.parametrize("suffix", SEEDS)
@given(data=st.data())
def test_a_spoiled_table_is_read_or_refused(tmp_path: Path, suffix: str, data: st.DataObject) -> None:
    look_at(tmp_path / f"reviews{suffix}", data.draw(making.spoiled(SEEDS[suffix])))


@given(content=st.text(st.sampled_from(['"', ",", "\n", "\r", "\t", ";", " ", "a", "1", "é", "\\", "|"]), max_size=200))
def test_any_delimited_text_is_read_or_refused(tmp_path: Path, content: str) -> None:
    for suffix in (".csv", ".tsv"):
        look_at(tmp_path / f"reviews{suffix}", content.encode())


@given(
    rows=st.lists(st.dictionaries(st.sampled_from(["text", "stars", "label", ""]), making.anything), max_size=12),
    as_array=st.booleans(),
)
def test_any_json_is_read_or_refused(tmp_path: Path, rows: list[dict[str, Any]], as_array: bool) -> None:
    # Enough of a table beside the odd rows.
    content = json.dumps(ROWS + rows) if as_array else "\n".join(json.dumps(row) for row in [*ROWS, *rows])
    look_at(tmp_path / "reviews.json", content.encode())


@given(
    cells=st.lists(making.anything, min_size=6, max_size=6),
    kind=st.sampled_from([None, pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.int8(), pa.uint64(),
                          pa.float32(), pa.date32(), pa.timestamp("ns"), pa.timestamp("us", "Asia/Tokyo"),
                          pa.duration("s"), pa.decimal128(30, 3), pa.bool_(), pa.list_(pa.string())]),
    bits=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=6, max_size=6),
    role=st.sampled_from(["text", "stars", "other"]),
)  # fmt: skip
def test_any_column_of_parquet_is_read_or_refused(
    tmp_path: Path, cells: list[Any], kind: pa.DataType | None, bits: list[int], role: str
) -> None:
    try:
        column = pa.array(cells * 4, kind)
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        try:
            # Any bits for numbers and times of that size.
            column = pa.array(bits * 4, pa.int64()).view(kind or pa.timestamp("us", "No/Where"))
        except (pa.ArrowException, TypeError, ValueError):
            column = pa.array(bits * 4, pa.timestamp("ms", "No/Where"))
    table = pa.table({"text": [row["text"] for row in ROWS], "stars": [row["stars"] for row in ROWS]} | {role: column})
    file = io.BytesIO()
    try:
        parquet.write_table(table, file)
    except (pa.ArrowException, ValueError):
        return
    look_at(tmp_path / "reviews.parquet", file.getvalue())
