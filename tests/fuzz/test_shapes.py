"""Rows written in every shape are read back as they were, and spoiled ones are read or refused, none of them unsaid."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.formats import Read, files
from core.errors import DataError
from tests.core.data.formats import books
from tests.fuzz import making
from tests.fuzz.conftest import EXAMPLES
from tests.fuzz.test_tables import ROWS, look_at

Rows = list[dict[str, Any]]
# A workbook is opened in a process of its own.
few = settings(max_examples=int(EXAMPLES or 25) // 4)
some = settings(max_examples=int(EXAMPLES or 25) // 3)

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
cells = st.none() | words | st.sampled_from(["NaN", "null", "{", "[1]", "a,b", '"', "\u2028", "it's", "True", "é評😀"])
rows = st.lists(st.fixed_dictionaries({"text": cells, "stars": st.none() | st.integers(-9, 9)}), min_size=2, max_size=9)


def arrays(made: Rows) -> list[list[Any]]:
    return [["text", "stars"], *([row["text"], row["stars"]] for row in made)]


SHAPES: dict[str, Callable[[Rows], str]] = {
    "lines": lambda made: "\n".join(map(json.dumps, made)),
    "lines as they are": lambda made: "\n".join(json.dumps(row, ensure_ascii=False) for row in made),
    "array": json.dumps,
    "one behind another": lambda made: " ".join(json.dumps(row, indent=1) for row in made),
    "under a key": lambda made: json.dumps({"x": 1, "a": {"items": made}}),
    "arrays": lambda made: json.dumps(arrays(made)),
    "columns": lambda made: json.dumps({name: [row[name] for row in made] for name in ("text", "stars")}),
    "pandas columns": lambda made: json.dumps(
        {name: {str(n): row[name] for n, row in enumerate(made)} for name in ("text", "stars")}
    ),
    "pandas split": lambda made: json.dumps({"columns": ["text", "stars"], "index": [], "data": arrays(made)[1:]}),
    "pandas index": lambda made: json.dumps({str(n): row for n, row in enumerate(made)}),
    "viewer": lambda made: json.dumps({"rows": [{"row_idx": n, "row": row} for n, row in enumerate(made)]}),
    "nested": lambda made: "\n".join(json.dumps({"r": row}) for row in made),
    "python": lambda made: "\n".join(map(repr, made)),
    "python list": repr,
}


def read(path: Path, content: bytes) -> Read:
    path.write_bytes(content)
    return files.read_file(path)


def as_written(found: Read) -> Rows:
    names = {name: name.removeprefix("r.") for name in found.rows.column_names}
    return [{names[name]: cell for name, cell in row.items()} for row in found.rows.to_pylist()]


@pytest.mark.parametrize("shape", SHAPES)
@given(made=rows)
@some
def test_rows_come_back_from_every_shape_of_json(tmp_path: Path, shape: str, made: Rows) -> None:
    # A column without any value has no type that could be compared.
    made = [*made, {"text": "a review of some words", "stars": 3}]
    found = read(tmp_path / "a.json", SHAPES[shape](made).encode())
    assert as_written(found) == made
    assert (found.left_out, found.repaired) == ((), ())


@given(made=rows, kind=st.sampled_from(["lines", "array"]), data=st.data())
@some
def test_a_file_cut_off_anywhere_says_what_is_gone(tmp_path: Path, made: Rows, kind: str, data: st.DataObject) -> None:
    lines = [json.dumps(row) for row in made]
    content = "\n".join(lines) if kind == "lines" else "[" + ",\n".join(lines) + "]"
    content = content[: data.draw(st.integers(1, len(content)))]
    begun = sum('"' in line or "{" in line for line in content.splitlines())
    try:
        found = read(tmp_path / "a.json", content.encode())
    except DataError as error:
        making.assert_short(error)
        # Nothing but a part of the first row was there.
        assert begun <= 1
        return
    assert found.rows.num_rows + sum(odd.count for odd in found.left_out) == begun


def written(made: Rows, kind: str) -> bytes:
    content = "\n".join(map(json.dumps, made)).encode()
    if kind != ".zip":
        packers: dict[str, Callable[..., bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
        return packers[kind](content)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", content)
    return file.getvalue()


@given(made=rows, kind=st.sampled_from([".zip", ".gz", ".bz2", ".xz"]))
@some
def test_rows_come_back_from_archives(tmp_path: Path, made: Rows, kind: str) -> None:
    made = [*made, {"text": "a review of some words", "stars": 3}]
    assert as_written(read(tmp_path / f"a.jsonl{kind}", written(made, kind))) == made


@given(made=st.lists(st.tuples(words, st.integers(-9, 9), st.booleans()), min_size=2, max_size=6))
@few
def test_rows_come_back_from_workbooks(tmp_path: Path, made: list[tuple[str, int, bool]]) -> None:
    # Blanks at an end of a cell, and what looks like a number, are another matter.
    kept = [(f"a {text.strip()}.", number, flag) for text, number, flag in made]
    path = books.xlsx(tmp_path / "a.xlsx", {"R": [["text", "stars", "flag"], *kept]})
    assert [tuple(row.values()) for row in files.read_file(path).rows.to_pylist()] == kept


def spoilable(folder: Path) -> dict[str, bytes]:
    made = [{"text": row["text"], "stars": row["stars"]} for row in ROWS]
    book = books.xlsx(folder / "seed.xlsx", {"R": arrays(made)})
    tasks = [
        {"data": {"text": row["text"]}, "annotations": [{"result": [{"from_name": "l", "value": {"choices": ["a"]}}]}]}
        for row in made
    ]
    return {
        "a.xlsx": book.read_bytes(),
        "a.zip": written(made, ".zip"),
        "a.jsonl.gz": written(made, ".gz"),
        "a.ft": "\n".join(f"__label__{row['stars']} {row['text']}" for row in made).encode(),
        "viewer.json": SHAPES["viewer"](made).encode(),
        "columns.json": SHAPES["pandas columns"](made).encode(),
        "tasks.json": json.dumps(tasks).encode(),
        "python.json": SHAPES["python"](made).encode(),
    }


@pytest.mark.parametrize(
    "name", ["a.zip", "a.jsonl.gz", "a.ft", "viewer.json", "columns.json", "tasks.json", "python.json"]
)
@given(data=st.data())
@some
def test_a_spoiled_shape_is_read_or_refused(tmp_path: Path, name: str, data: st.DataObject) -> None:
    look_at(tmp_path / name, data.draw(making.spoiled(spoilable(tmp_path)[name])))


@given(data=st.data())
@few
def test_a_spoiled_workbook_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    content = data.draw(making.spoiled(spoilable(tmp_path)["a.xlsx"]))
    try:
        read(tmp_path / "a.xlsx", content)
    except DataError as error:
        making.assert_short(error)


@given(document=making.anything)
@some
def test_any_document_of_json_is_read_or_refused(tmp_path: Path, document: Any) -> None:
    look_at(tmp_path / "a.json", json.dumps(document).encode())


@given(data=st.data(), shape=st.sampled_from(["under a key", "viewer", "pandas split", "pandas columns", "columns"]))
def test_an_altered_document_is_read_or_refused(tmp_path: Path, data: st.DataObject, shape: str) -> None:
    document = json.loads(SHAPES[shape]([{"text": row["text"], "stars": row["stars"]} for row in ROWS]))
    look_at(tmp_path / "a.json", json.dumps(data.draw(making.altered(document))).encode())
