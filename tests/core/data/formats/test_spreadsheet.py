"""Workbooks of every kind, and what a person would read of them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from core.config.source import Source
from core.data.formats import files, script, spreadsheet
from core.data.reading import read
from core.errors import SourceError
from tests.core.data.formats import books

ROWS: books.Rows = [["text", "stars"], ["Great <place> é 評", 5], ["Never again", 1], ["=HYPERLINK(1)", 4]]
TABLE = {"text": ["Great <place> é 評", "Never again", "=HYPERLINK(1)"], "stars": [5, 1, 4]}


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_every_kind_is_read_as_it_is_streamed(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        books.xlsx(path, {"R": ROWS})
    else:
        getattr(books, kind)(path, ROWS)
    found = files.read_file(path)
    assert found.rows.to_pydict() == TABLE
    assert (found.notes, found.left_out, found.repaired) == ((), (), ())
    assert pa.concat_tables(files.stream_file(path)) == found.rows
    lines: dict[str, object] = {}
    exec(script(str(path), found.layout), lines)
    assert lines["table"].to_dict("list") == TABLE  # type: ignore[attr-defined]


def test_a_title_blank_rows_and_merged_cells(tmp_path: Path) -> None:
    rows: books.Rows = [
        ["Reviews of 2024"],
        [],
        ["product", "text", "stars", "stars", None],
        ["tea", "good", 5, 1, None],
        [None, "bad", 1.5, 1, None],
        [],
        ["mug", "so so", "3", 2, None],
    ]
    path = books.xlsx(tmp_path / "a.xlsx", {"R": rows}, {"R": ["A1:D1", "A4:A5", "B7:C7"]})
    found = files.read_file(path)
    assert found.rows.to_pydict() == {
        "product": ["tea", "tea", "mug"],
        "text": ["good", "bad", "so so"],
        "stars": [5.0, 1.5, 3.0],
        "stars (2)": [1, 1, 2],
    }
    assert [
        (str(odd.why), odd.count, [line for line, _ in odd.lines]) for odd in (*found.left_out, *found.repaired)
    ] == [
        ("before the header, no part of the table", 1, [1]),
        ("without any cell filled", 2, [2, 6]),
        ("with the value of a cell that is merged over several rows", 1, [5]),
    ]
    # The header and every row of the sheet are accounted for.
    assert found.rows.num_rows + sum(odd.count for odd in found.left_out) + 1 == len(rows)
    assert "stars (2)" in str(found.notes)


def test_cells_of_every_type(tmp_path: Path) -> None:
    rows: books.Rows = [
        ["flag", "mixed", "half", "code"],
        [True, 5, 1, "007"],
        [False, "five", 2.5, "x1"],
        [None, True, None, None],
    ]
    found = files.read_file(books.xlsx(tmp_path / "a.xlsx", {"R": rows})).rows
    assert found.to_pydict() == {
        "flag": [True, False, None],
        "mixed": ["5", "five", "true"],
        "half": [1.0, 2.5, None],
        "code": ["007", "x1", ""],
    }


def test_dates_are_iso(tmp_path: Path) -> None:
    book = books.xlsx(tmp_path / "a.xlsx", {"R": '<row r="1"><c r="A1" t="inlineStr"><is><t>at</t></is></c></row>'
        '<row r="2"><c r="A2" t="d"><v>2024-05-01T00:00:00</v></c></row>'
        '<row r="3"><c r="A3" t="d"><v>2024-05-01T10:30:00</v></c></row>'})  # fmt: skip
    assert files.read_file(book).rows["at"].to_pylist() in (
        ["2024-05-01", "2024-05-01 10:30:00"],
        ["2024-05-01T00:00:00", "2024-05-01T10:30:00"],
    )


def test_rows_without_names_lose_none(tmp_path: Path) -> None:
    found = files.read_file(books.xlsx(tmp_path / "a.xlsx", {"R": ROWS[1:]}))
    assert found.rows.num_rows == 3
    assert found.rows.column_names == ["column 1", "column 2"]
    assert "holds values and no names" in str(found.notes[0])


def test_a_header_that_is_repeated_is_no_row(tmp_path: Path) -> None:
    found = files.read_file(books.xlsx(tmp_path / "a.xlsx", {"R": [*ROWS, *ROWS]}))
    assert found.rows.num_rows == 6
    assert [(str(odd.why), odd.lines) for odd in found.left_out] == [("repeating the header", ((5, "text | stars"),))]


def test_texts_without_names_lose_none(tmp_path: Path) -> None:
    rows: books.Rows = [["Great place", "good"], ["Never again", "bad"], ["So so", "good"]]
    assert files.read_file(books.xlsx(tmp_path / "a.xlsx", {"R": rows})).rows.num_rows == 3


def test_the_first_sheet_with_a_table_is_read_or_the_one_that_is_named(tmp_path: Path) -> None:
    other: books.Rows = [["text", "stars"], ["Old", 2]]
    path = books.xlsx(tmp_path / "a.xlsx", {"Cover": [["A report"]], "New": ROWS, "Old #2": other})
    found = files.read_file(path)
    assert found.rows.to_pydict() == TABLE
    assert "Read the sheet 'New'; there are others: Cover, Old #2." in str(found.notes[0])
    table = read(Source("file", f"{path}#old #2"))
    assert table.train.to_pydict() == {"text": ["Old"], "stars": [2]}
    assert table.layout["path"] == f"{path}#old #2"
    with pytest.raises(SourceError, match=r"no sheet 'Nope'. Choose one of these: Cover, New, Old #2"):
        files.read_file(Path(f"{path}#Nope"))


def test_a_workbook_by_another_name_is_one_all_the_same(tmp_path: Path) -> None:
    found = files.read_file(books.xlsx(tmp_path / "a.csv", {"R": ROWS}))
    assert found.rows.to_pydict() == TABLE
    assert str(found.notes[0]) == "a.csv is read as Excel, which its content is."


def huge(cell: str) -> str:
    return f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{cell}1048576"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        # Half a terabyte, of which the reading process dies.
        ({"R": huge("XFD")}, "damaged, or too large"),
        ({"R": [["text", "stars"]]}, "no sheet with rows"),
        ({"R": []}, "no sheet with rows"),
        (b"\x00\x01 no workbook", "cannot be opened as xlsx"),
        (b"PK\x03\x04 no workbook", "cannot be opened as xlsx"),
        (books.compound({"EncryptedPackage": b"secret", "EncryptionInfo": b"x"}), "protected by a password"),
        (books.compound({"Workbook": b"\x09\x08\xff\xff" + b"\xff" * 300}), "cannot be opened"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, content: bytes | dict[str, books.Rows | str], words: str) -> None:
    path = tmp_path / "a.xlsx"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        books.xlsx(path, content)
    with pytest.raises(SourceError, match=words) as caught:
        files.read_file(path)
    assert caught.value.advice
    assert len(str(caught.value)) < 500


def test_the_rest_of_a_cut_workbook_is_not_read(tmp_path: Path) -> None:
    path = books.xlsx(tmp_path / "a.xlsx", {"R": ROWS})
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(SourceError, match="cannot be opened as xlsx"):
        files.read_file(path)


def test_a_sheet_has_a_most_of_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = books.xlsx(tmp_path / "a.xlsx", {"R": ROWS})
    monkeypatch.setattr(spreadsheet, "MOST_CELLS", 7)
    with pytest.raises(SourceError, match="the sheet 'R' has 8 cells, expected at most 7"):
        files.read_file(path)


def test_a_process_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = books.xlsx(tmp_path / "a.xlsx", {"R": ROWS})
    monkeypatch.setattr(spreadsheet, "MOST_SECONDS", 0.001)
    with pytest.raises(SourceError, match="cannot be opened"):
        files.read_file(path)
