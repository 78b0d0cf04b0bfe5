"""JSON in the shapes that people have it: each gives the rows that were written into it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from core.data.formats import Read, files, script
from core.errors import SourceError

ROWS: list[dict[str, Any]] = [{"text": f"meal {n} was good", "stars": n % 5 + 1} for n in range(6)]
COLUMNS = {name: [row[name] for row in ROWS] for name in ("text", "stars")}
Orient = Callable[[str], str]


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str | bytes], Read]:
    """Read a content, and see that streaming and the script give the same."""

    def read_(content: str | bytes, name: str = "a.json") -> Read:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        found = files.read_file(path)
        assert pa.concat_tables(files.stream_file(path)) == found.rows
        lines: dict[str, Any] = {}
        exec(script(str(path), found.layout), lines)
        assert len(lines["table"]) == found.rows.num_rows
        assert sorted(lines["table"].columns) == sorted(found.rows.column_names)
        return found

    return read_


def pandas(orient: Any, named: bool = False) -> str:
    index = [f"r{n}" for n in range(6)] if named else None
    return str(pd.DataFrame(ROWS, index=index).to_json(orient=orient, indent=1 if named else None))


SHAPES = {
    "lines": "\n".join(map(json.dumps, ROWS)),
    "array": json.dumps(ROWS),
    "pandas columns": pandas("columns"),
    "pandas split": pandas("split"),
    "pandas index": pandas("index"),
    "pandas table": pandas("table"),
    "pandas columns, named rows": pandas("columns", named=True),
    "pandas split, named rows": pandas("split", named=True),
    "lists by column": json.dumps(COLUMNS),
    "lists by column and a number": json.dumps({"version": 3, **COLUMNS}),
    "arrays": json.dumps([["text", "stars"], *([row["text"], row["stars"]] for row in ROWS)]),
    "arrays, one a line": "\n".join(map(json.dumps, [["text", "stars"], *([*row.values()] for row in ROWS)])),
    "under data": json.dumps({"data": ROWS, "count": 6}),
    "under response.reviews": json.dumps({"status": "ok", "response": {"count": 6, "reviews": ROWS}}, indent=2),
    "three levels down": json.dumps({"a": {"b": {"rows": ROWS, "x": []}}, "meta": {"y": [1, 2]}}),
    "arrays under data": json.dumps(
        {"meta": {"x": 1}, "data": [["text", "stars"], *([*row.values()] for row in ROWS)]}
    ),
    "the Hub's viewer": json.dumps(
        {"features": [], "rows": [{"row_idx": n, "row": row} for n, row in enumerate(ROWS)]}
    ),
    "objects by number": json.dumps({str(n): row for n, row in enumerate(ROWS)}),
    "objects one behind the other": "\n".join(json.dumps(row, indent=2) for row in ROWS),
    "objects with commas between": ",\n".join(json.dumps(row, indent=2) for row in ROWS),
    "objects on one line": "".join(map(json.dumps, ROWS)),
    "lines with a comma at the end": ",\n".join(map(json.dumps, ROWS)),
    "a comma too many": json.dumps(ROWS).replace("}, {", ",}, {")[:-1] + ",]",
    "a mark": b"\xef\xbb\xbf" + json.dumps(ROWS).encode(),
    "UTF-16": json.dumps(ROWS).encode("utf-16"),
    "Python's list": str(ROWS),
    "Python's dicts": "\n".join(map(str, ROWS)),
    "an array that is not closed": json.dumps(ROWS)[:-1],
    "Label Studio": json.dumps(
        [
            {
                "id": 1,
                "data": {"text": row["text"]},
                "annotations": [
                    {"was_cancelled": True, "result": []},
                    {"result": [{"from_name": "stars", "type": "rating", "value": {"rating": row["stars"]}}]},
                ],
            }
            for row in ROWS
        ],
        indent=1,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_gives_the_rows_that_were_written(read: Callable[..., Read], shape: str) -> None:
    found = read(SHAPES[shape])
    assert found.rows.to_pydict() == COLUMNS
    assert found.left_out == ()


def test_objects_by_id_keep_the_id(read: Callable[..., Read]) -> None:
    found = read(json.dumps({f"r{n}": row for n, row in enumerate(ROWS)}))
    assert found.rows.to_pydict() == {"key": [f"r{n}" for n in range(6)], **COLUMNS}


def test_what_lies_beside_the_rows_is_named(read: Callable[..., Read]) -> None:
    notes = str(read(json.dumps({"reviews": ROWS, "users": ROWS[:2], "v": 1})).notes[0])
    assert notes == "The rows are those under 'reviews'; what lies beside them is not read: users, v."


def test_parts_by_name_are_all_read(read: Callable[..., Read]) -> None:
    found = read(json.dumps({"train": ROWS, "test": ROWS[:2], "v": 1}))
    assert found.rows["split"].to_pylist() == ["train"] * len(ROWS) + ["test"] * 2
    assert [str(note) for note in found.notes] == ["Not read, since it is no column: v."]


def test_arrays_without_names_lose_no_row(read: Callable[..., Read]) -> None:
    found = read(json.dumps([["good", 5], ["bad", 1], ["fine"], ["a", 1, 2]]))
    assert found.rows.num_rows == 4
    assert "holds values and no names" in str(found.notes[0])
    with_names = read(json.dumps([["text", "stars"], ["good", 5], ["fine"], ["a", 1, 2]]))
    assert with_names.rows.to_pydict() == {"text": ["good", "fine"], "stars": [5, None]}
    assert [odd.count for odd in (*with_names.left_out, *with_names.repaired)] == [1, 1]


def test_the_viewers_classes_are_known(read: Callable[..., Read]) -> None:
    features = [
        {"name": "text", "type": {"dtype": "string"}},
        {"name": "label", "type": {"names": ["bad", "good"], "_type": "ClassLabel"}},
    ]
    rows = [{"row_idx": n, "row": {"text": "x", "label": n}, "truncated_cells": ["text"] * n} for n in (0, 1)]
    found = read(json.dumps({"features": features, "rows": rows}))
    assert found.class_names == {"label": ["bad", "good"]}
    assert [(str(odd.why), odd.count) for odd in found.repaired] == [("with cells that the Hub's viewer cut short", 1)]


@pytest.mark.parametrize("as_lines", [True, False])
def test_objects_in_rows_become_columns_and_lists_stay(read: Callable[..., Read], as_lines: bool) -> None:
    rows = [{"id": n, "review": {"text": "x", "by": {"name": "u"}}, "tags": ["a", "b"]} for n in (1, 2)]
    rows.append({"id": 3, "review": None, "tags": []})  # type: ignore[dict-item]
    found = read("\n".join(map(json.dumps, rows)) if as_lines else json.dumps(rows)).rows
    assert found.to_pydict() == {
        "id": [1, 2, 3],
        "review.text": ["x", "x", None],
        "review.by.name": ["u", "u", None],
        "tags": [["a", "b"], ["a", "b"], []],
    } | ({} if as_lines else {"review": [None, None, None]})


@pytest.mark.parametrize("as_lines", [True, False])
def test_a_list_of_one_label_is_the_label(read: Callable[..., Read], as_lines: bool) -> None:
    rows = [{"text": "a", "label": ["good"], "tags": ["x", "y"]}, {"text": "b", "label": [], "tags": ["x"]}]
    found = read("\n".join(map(json.dumps, rows)) if as_lines else json.dumps(rows)).rows
    assert found.to_pydict() == {"text": ["a", "b"], "label": ["good", None], "tags": [["x", "y"], ["x"]]}


def test_pairs_without_names_lose_none(read: Callable[..., Read]) -> None:
    pairs = [["what is my balance", "balance"], ["pay a bill", "pay"], ["how much have I", "balance"]]
    found = read(json.dumps({"train": pairs, "val": pairs[:2]})).rows
    assert found.to_pydict() == {"column 1": [text for text, _ in pairs], "column 2": ["balance", "pay", "balance"]}


def test_a_dictionary_in_each_row_makes_no_thousand_columns(read: Callable[..., Read]) -> None:
    rows = [{"text": "x", "votes": {f"u{n}-{m}": 1 for m in range(40)}} for n in range(20)]
    found = read("\n".join(map(json.dumps, rows))).rows
    assert found.column_names == ["text", "votes"]
    assert json.loads(found["votes"][0].as_py()) == rows[0]["votes"]


def test_one_choice_of_label_studio_is_a_class_and_two_are_none(read: Callable[..., Read]) -> None:
    rows = [
        {"text": "a", "mood": "good"},
        {"text": "b", "mood": {"choices": ["bad"]}},
        {"text": "c", "mood": {"choices": ["bad", "late"]}},
    ]
    for content in (json.dumps(rows), "\n".join(map(json.dumps, rows))):
        found = read(content)
        assert found.rows["mood"].to_pylist() == ["good", "bad", None]
        assert [(odd.count, odd.lines) for odd in found.repaired] == [(1, ((3, "['bad', 'late']"),))]
        assert "several labels" in str(found.notes[-1])
    choices = [{"from_name": "mood", "value": {"choices": ["bad", "late"]}}]
    tasks = [{"data": {"text": "a"}, "annotations": [{"result": choices}]}, {"data": {"text": "b"}, "annotations": []}]
    found = read(json.dumps(tasks))
    assert found.rows.to_pydict() == {"text": ["a", "b"], "mood": [None, None]}
    assert [odd.count for odd in found.repaired] == [1]


@pytest.mark.parametrize("before", ["", "[\n"])
def test_a_file_that_ends_within_a_row_says_where(read: Callable[..., Read], before: str) -> None:
    rows = (",\n" if before else "\n").join(map(json.dumps, ROWS))
    found = read(f"{before}{rows[:-9]}")
    assert found.rows.num_rows == 5
    line = 7 if before else 6
    assert [(odd.count, odd.lines[0][0]) for odd in found.left_out] == [(1, line)]
    assert f"at line {line}" in str(found.notes[0])


def test_a_broken_byte_costs_one_character(read: Callable[..., Read]) -> None:
    lines = [json.dumps({"text": f"Crème brûlée {n}", "stars": n}, ensure_ascii=False).encode() for n in range(1, 6)]
    lines[2] = lines[2].replace("û".encode(), b"\xfb")
    for content in (b"\n".join(lines), b"[" + b",\n".join(lines) + b"]"):
        found = read(content)
        assert found.rows["text"].to_pylist() == [f"Crème brûlée {n}" for n in range(1, 6)]
        assert [(odd.count, odd.lines[0][0]) for odd in found.repaired] == [(1, 3)]


def test_no_number_is_a_missing_value(read: Callable[..., Read]) -> None:
    rows = read('{"text": "a", "stars": NaN}\n{"text": "NaN", "stars": 3}\n').rows
    assert rows.to_pydict() == {"text": ["a", "NaN"], "stars": [None, 3]}


def test_values_of_python_are_read_without_running_any(read: Callable[..., Read]) -> None:
    row = {"text": "it's \\d", "none": None, "pair": (1, 2), "set": {"b", "a"}, "bytes": b"x", "yes": True}
    found = read(f"{row}\n{row}\n").rows
    assert found.to_pylist()[0] == {
        "text": "it's \\d", "none": None, "pair": [1, 2], "set": ["a", "b"], "bytes": "b'x'", "yes": True
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{'a': __import__('os').system('true')}\n", "line 1 is not valid JSON"),
        ("{'a': " + "[" * 3000 + "]" * 3000 + "}", "line 1 is not valid JSON"),
        ("{'a': " + "-" * 5000 + "1}", "line 1 is not valid JSON"),
        ("{'a': " + "1+" * 90_000 + "1}", "line 1 is not valid JSON"),
        ('{"text": ["a", "b"], "stars": [1, 2, 3]}', "'text' has 2 cells and 'stars' has 3"),
        ('{"text": "a"}\n{"text" "b"}\n{"text": "c"}\n', "line 2 is not valid JSON"),
        ('[{"text": "a"},\n{"text" "b"},\n{"text": "c"}]', "line 2 is not valid JSON"),
        ('{"messages": [{"role": "user", "content": "hi"}]}\n' * 3, "holds conversations"),
        ('"a"\n"b"\n', "line 1 is a string"),
        ('["a", "b"]', "element 1 is a string"),
        ('[["a"], {"a": 1}]', "element 1 is an array"),
    ],
)
def test_what_is_no_table(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=words) as caught:
        files.read_file(path)
    assert caught.value.advice
    assert len(str(caught.value)) < 500


def test_a_review_of_ten_megabytes_is_a_review(read: Callable[..., Read]) -> None:
    assert len(read(json.dumps([{"text": "x " * 5_000_000, "stars": 1}, ROWS[0]])).rows["text"][0].as_py()) == 10**7


def test_objects_without_rows_are_counted(read: Callable[..., Read]) -> None:
    reviews = [{"text": f"The {word} room was warm and quiet", "stars": 5} for word in ("first", "second", "third")]
    found = read(json.dumps([{"shop": "a", "reviews": reviews}, {"shop": "b", "reviews": []}]))
    assert found.rows.num_rows == 3
    assert [(str(odd.why), odd.count) for odd in found.left_out] == [("without any rows under 'reviews'", 1)]
