from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.formats import FORMATS, SUFFIXES, files, format_of
from core.data.formats.files import stream_file
from core.data.table import class_names_in
from core.errors import SourceError

ROOT = Path(__file__).parents[4]
Write = Callable[[str, str | bytes], Path]
CLEAN = {"stars": [5, 1], "text": ["Great place", "Never again"]}


def read_file(path: Path) -> tuple[pa.Table, tuple[str, ...]]:
    """The table, and in English what was noticed."""
    found = files.read_file(path)
    return found.rows, tuple(map(str, found.notes))


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_


def test_real_reviews(real_reviews: Path) -> None:
    table, notes = read_file(real_reviews)
    assert table.num_rows == 1610
    assert table.schema.types == [pa.int64(), pa.string()]
    assert notes == ()
    counts = {row["values"]: row["counts"] for row in table["stars"].value_counts().to_pylist()}
    assert counts == {1: 298, 2: 102, 3: 149, 4: 325, 5: 736}


@pytest.mark.parametrize(
    ("name", "content", "notes"),
    [
        ("a.csv", "stars,text\n5,Great place\n1,Never again\n", ()),
        ("a.csv", "stars,text\r\n5,Great place\r\n1,Never again", ()),
        ("a.csv", "\n\nstars,text\n\n5,Great place\n\n1,Never again\n\n", ()),
        ("a.csv", "stars;text\n5;Great place\n1;Never again\n", ("Semicolons separate the columns.",)),
        ("a.csv", "stars\ttext\n5\tGreat place\n1\tNever again\n", ("Tabs separate the columns.",)),
        ("a.txt", "stars|text\n5|Great place\n1|Never again\n", ("Bars separate the columns.",)),
        ("a.tsv", "stars\ttext\n5\tGreat place\n1\tNever again\n", ()),
        ("a.CSV", "stars,text,\n5,Great place,\n1,Never again,\n", ()),
        ("a.csv", "stars,text\n5,Great place,\n1,Never again,\n", ()),
        ("a.jsonl", '{"stars": 5, "text": "Great place"}\n\n{"stars": 1, "text": "Never again"}\n', ()),
        (
            "a.json",
            json.dumps([{"stars": 5, "text": "Great place"}, {"stars": 1, "text": "Never again"}]),
            (),
        ),
        ("a.json", '{"stars": 5, "text": "Great place"}\n{"stars": 1, "text": "Never again"}', ()),
    ],
)
def test_formats_and_delimiters(write: Write, name: str, content: str, notes: tuple[str, ...]) -> None:
    table, found = read_file(write(name, content))
    assert table.to_pydict() == CLEAN
    assert found == notes


def test_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table(CLEAN), tmp_path / "a.parquet")
    table, notes = read_file(tmp_path / "a.parquet")
    assert table.to_pydict() == CLEAN
    assert notes == ()


def test_parquet_keeps_the_class_names_of_the_datasets_library(tmp_path: Path) -> None:
    features = {"label": {"names": ["bad", "good"], "_type": "ClassLabel"}, "text": {"dtype": "string"}}
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    pq.write_table(pa.table({"label": [0], "text": ["x"]}, metadata=metadata), tmp_path / "a.parquet")
    table, _ = read_file(tmp_path / "a.parquet")
    assert class_names_in(table.schema) == {"label": ["bad", "good"]}


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "Read as UTF-16"),
        ("utf-16-le", "Read as UTF-16"),
        ("utf-16-be", "Read as UTF-16"),
        ("latin-1", "Read as Windows-1252"),
        ("cp1252", "Read as Windows-1252"),
    ],
)
def test_western_encodings(write: Write, encoding: str, note: str | None) -> None:
    table, notes = read_file(write("a.csv", "stars,text\n5,Crème brûlée\n".encode(encoding)))
    assert table.to_pydict() == {"stars": [5], "text": ["Crème brûlée"]}
    assert notes == () if note is None else notes[0].startswith(note)


def test_one_accent_in_much_english_is_western(write: Write) -> None:
    rows = "".join(f"{1 + i % 5},The food was fine and the staff were kind {i}\n" for i in range(500))
    table, notes = read_file(write("a.csv", f"stars,text\n{rows}5,Café – lovely\n".encode("cp1252")))
    assert table["text"][-1].as_py() == "Café – lovely"
    assert "Windows-1252" in notes[0]


def test_another_script_is_guessed(write: Write) -> None:
    text = "Очень вкусно, недорого и быстро принесли заказ, обязательно вернёмся ещё раз"
    table, notes = read_file(write("a.csv", f'stars,text\n5,"{text}"\n4,"{text}"\n'.encode("cp1251")))
    assert table["text"][0].as_py() == text
    assert "CP1251" in notes[0]


def test_json_lines_in_utf16(write: Write) -> None:
    table, notes = read_file(write("a.jsonl", '{"stars": 5, "text": "Crème"}\n'.encode("utf-16")))
    assert table.to_pydict() == {"stars": [5], "text": ["Crème"]}
    assert "UTF-16" in notes[0]


def test_long_rows_are_left_out(write: Write) -> None:
    content = 'stars,title,text\n5,Yes,"two\nlines"\n4,Fine,good,really\n3,So so,fine\n2,a,b,c\n'
    table, notes = read_file(write("a.csv", content))
    assert table.to_pydict() == {"stars": [5, 3], "title": ["Yes", "So so"], "text": ["two\nlines", "fine"]}
    assert notes == ("2 rows had more cells than the header; left out (first at line 4).",)


def test_a_long_first_row_is_left_out(write: Write) -> None:
    table, notes = read_file(write("a.csv", "stars,title,text\n5,a,b,c\n4,c,d\n3,d,e\n"))
    assert table.to_pydict() == {"stars": [4, 3], "title": ["c", "d"], "text": ["d", "e"]}
    assert notes == ("1 row had more cells than the header; left out (first at line 2).",)


@pytest.mark.parametrize("more", ["", "2,x,y\n"])
def test_short_rows_are_filled_up(write: Write, more: str) -> None:
    table, notes = read_file(write("a.csv", f"text,stars\ngood,5\nshort\nempty,\nfine,3\n{more}"))
    assert table.to_pydict() == {"text": ["good", "short", "empty", "fine"], "stars": [5, None, None, 3]}
    assert "1 row had fewer cells than the header; the missing cells are empty (first at line 3)." in notes


def test_quoted_fields_keep_lines_quotes_and_delimiters(write: Write) -> None:
    table, notes = read_file(write("a.csv", 'stars,text\n5,"She said ""wow"",\nthen left"\n4,ok\n'))
    assert table["text"].to_pylist() == ['She said "wow",\nthen left', "ok"]
    assert notes == ()


def test_words_for_nothing_stay_text(write: Write) -> None:
    table, _ = read_file(write("a.csv", "stars,text\n5,NA\n4,None\n3,null\n2,nan\n1,\n"))
    assert table["text"].to_pylist() == ["NA", "None", "null", "nan", ""]


@pytest.mark.parametrize(
    ("cells", "expected", "kind"),
    [
        (["1", "", "3"], [1, None, 3], pa.int64()),
        (["1.5", "", "3"], [1.5, None, 3.0], pa.float64()),
        ([" 1", "-2 ", "+3"], [1, -2, 3], pa.int64()),
        (["1", "x", "3"], ["1", "x", "3"], pa.string()),
        (["nan", "1", "2"], ["nan", "1", "2"], pa.string()),
        (["", "", ""], ["", "", ""], pa.string()),
    ],
)
def test_types_of_columns(write: Write, cells: list[str], expected: list[object], kind: pa.DataType) -> None:
    table, _ = read_file(write("a.csv", "n,text\n" + "".join(f"{cell},t\n" for cell in cells)))
    assert table["n"].to_pylist() == expected
    assert table["n"].type == kind


def test_nameless_columns_get_a_name(write: Write) -> None:
    table, _ = read_file(write("a.csv", ",stars,text\n0,5,a\n1,4,b\n"))
    assert table.column_names == ["column 1", "stars", "text"]


def test_a_missing_header_is_noticed(write: Write) -> None:
    table, notes = read_file(write("a.csv", "5,Great place\n1,Never again\n"))
    assert table.to_pydict() == {"column 1": [5, 1], "column 2": ["Great place", "Never again"]}
    assert "No names of columns" in notes[0]
    _, notes = read_file(write("a.csv", "text,2023\nGreat place,5\nNever again,1\n"))
    assert "is the header missing" in notes[0]


def test_quotes_in_tab_separated_text_are_characters(write: Write) -> None:
    table, notes = read_file(write("a.tsv", 'stars\ttext\n5\t"best burger\n4\tgood\n'))
    assert table["text"].to_pylist() == ['"best burger', "good"]
    assert notes == ("Quotation marks are kept as part of the text.",)


def test_json_of_mixed_types_is_text_and_missing_keys_are_null(write: Write) -> None:
    table, _ = read_file(write("a.jsonl", '{"a": 1, "b": "x"}\n{"a": "two"}\n'))
    assert table.to_pydict() == {"a": ["1", "two"], "b": ["x", None]}


def test_times_in_json_stay_text(write: Write) -> None:
    table, _ = read_file(write("a.jsonl", '{"when": "2020-01-01", "text": "x"}\n'))
    assert table["when"].to_pylist() == ["2020-01-01"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "a.csv is empty"),
        ("a.csv", "\n \n\n", "a.csv is empty"),
        ("a.csv", "stars,text\n", "no rows, only column names"),
        ("a.csv", 'stars,text\n5,"fine"\n4,"open\n3,x\n', "opened in the row at line 3 is never closed"),
        ("a.csv", b"stars,text\n5,\x00\x00\n", "zero bytes"),
        ("a.csv", b"stars,text\n5," + b"x" * 300_000 + b"\n4,\x00\n", "zero bytes"),
        ("a.csv", bytes(range(1, 256)) * 20, "control bytes"),
        ("a.csv", b"PK\x03\x04 workbook", "an Excel workbook"),
        ("a.csv", b"\xff\xfe\x00\xd8\x00\x00a", "do not decode|zero bytes"),
        ("a.jsonl", '{"a": 1}\n\n{"a": }\n', "line 3 is not valid JSON"),
        ("a.jsonl", '{"a": 1}\n[1, 2]\n', "line 2 is an array, expected an object"),
        ("a.json", '[{"a": 1},\n{"a" 2}]', "line 2 is not valid JSON"),
        ("a.json", '[{"a": 1}, 3]', "element 2 is a number, expected an object"),
        ("a.json", "[]", "holds no rows"),
        ("a.parquet", b"PAR1 and no more", "not a readable Parquet file"),
        ("a.parquet", b"", "is empty"),
        ("a.xlsx", b"PK", "a.xlsx cannot be opened as xlsx"),
        ("a", b"x", "without a suffix"),
    ],
)
def test_what_cannot_be_read(write: Write, name: str, content: str | bytes, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read_file(write(name, content))
    assert caught.value.advice


def test_parquet_with_a_name_twice(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), tmp_path / "a.parquet")
    with pytest.raises(SourceError, match="more than one column called 'a'"):
        read_file(tmp_path / "a.parquet")


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no file"):
        read_file(tmp_path / "none.csv")
    with pytest.raises(SourceError, match="is a folder, expected a file"):
        read_file(tmp_path)


def test_a_table_is_streamed_as_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.data.formats import delimited

    monkeypatch.setattr(delimited, "_PIECE_ROWS", 10)
    path = tmp_path / "odd.csv"
    rows = [f'"meal\n{n}",{n % 5}' for n in range(40)]
    # A row that is too long in the fourth piece: from there on row by row.
    rows[33:33] = ["too,many,cells", "", "short"]
    path.write_text("\n".join(["text,stars", *rows]) + "\n", encoding="utf-8")
    pieces = list(stream_file(path))
    table, _notes = read_file(path)
    assert len(pieces) > 3
    assert pa.concat_tables(pieces)["text"].to_pylist() == table["text"].to_pylist()
    assert table.num_rows == 41


def test_quotes_in_tabs_and_quotes_that_never_close_are_streamed_as_read(tmp_path: Path) -> None:
    tabs = tmp_path / "tabs.tsv"
    tabs.write_text('text\tstars\nthe 5" pizza\t4\nfine\t3\n', encoding="utf-8")
    assert next(stream_file(tabs))["text"].to_pylist() == ['the 5" pizza', "fine"]
    commas = tmp_path / "commas.csv"
    commas.write_text('text,stars\nfine,3\n"never closed,4\n', encoding="utf-8")
    with pytest.raises(SourceError, match="line 3 is never closed"):
        list(stream_file(commas))


def test_parquet_and_json_are_streamed(tmp_path: Path) -> None:
    table = pa.table({"text": [f"meal {n}" for n in range(50)]})
    pq.write_table(table, tmp_path / "t.parquet")
    (tmp_path / "t.jsonl").write_text("".join(f'{{"text": "meal {n}"}}\n' for n in range(50)), encoding="utf-8")
    for name in ("t.parquet", "t.jsonl"):
        assert pa.concat_tables(stream_file(tmp_path / name)) == table
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(SourceError, match="not a readable Parquet file"):
        list(stream_file(tmp_path / "bad.parquet"))


def test_the_share_that_is_read_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.data.formats import delimited

    monkeypatch.setattr(delimited, "_PIECE_ROWS", 10)
    path = tmp_path / "long.csv"
    path.write_text("text,stars\n" + "a fine meal,4\n" * 100, encoding="utf-8")
    shares: list[float] = []
    files.read_file(path, progress=shares.append)
    assert shares == sorted(shares)
    assert len(shares) == 10
    assert 0.8 < shares[-1] <= 1


def test_every_format_has_a_reader_and_suffixes_of_its_own() -> None:
    assert len(set(SUFFIXES)) == len(SUFFIXES)
    for each in FORMATS:
        assert callable(each.reader.read)
        assert callable(each.reader.stream)
        assert "'a b.x'" in each.reader.script("a b.x", {})
        assert format_of(f"A{each.suffixes[-1].upper()}") is each
    assert format_of("a.docx") is None


def test_the_registry_imports_no_reader() -> None:
    code = "import sys; import core.data.formats; print(sorted({'pandas', 'pyarrow', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
