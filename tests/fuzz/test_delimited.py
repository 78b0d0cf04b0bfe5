"""Tables written in the odd ways of people's files, read back; and any bytes: rows and what is left out add up."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from core.data.formats import files
from core.data.formats.careful import Ledger, pieces
from core.data.formats.layout import examine
from core.errors import SourceError
from tests.fuzz import making

WORDS = ["good", "bad", "the room", "café", "最高でした", "5 stars", 'said "wow"', "it's", "so-so", "why?"]
texts = st.lists(st.sampled_from(WORDS), min_size=3, max_size=8).map(" ".join)
rows = st.lists(st.tuples(texts, st.integers(1, 5)), min_size=4, max_size=30)
# Enough of a table for the kinds of its columns to show.
USUAL = [(f"the usual place number {n}, as ever", n % 5 + 1) for n in range(12)]


def written(table: Sequence[Sequence[object]], delimiter: str, quoting: Literal[0, 1, 2] = csv.QUOTE_MINIMAL) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(table)
    return file.getvalue()


def read(path: Path, content: str | bytes) -> tuple[list[str], list[object], int]:
    """Texts, stars, and how many rows were left out; the same rows are streamed."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = files.read_file(path)
    streamed = pa.concat_tables(files.stream_file(path))
    assert streamed.column(0).to_pylist() == [str(cell) for cell in found.rows.column(0).to_pylist()]
    return *[column.to_pylist() for column in found.rows.columns[:2]], sum(odd.count for odd in found.left_out)


@given(table=rows, delimiter=st.sampled_from(",;\t|"), data=st.data())
def test_any_usual_way_is_read_back(
    tmp_path: Path, table: list[tuple[str, int]], delimiter: str, data: st.DataObject
) -> None:
    table = [*USUAL, *table]
    lines = st.sampled_from(["\n", " ", "\n\n"])
    table = [(text.replace(" ", data.draw(lines), 1), stars) for text, stars in table]
    quoting: Literal[0, 1, 2] = data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    content = f"text{delimiter}stars\n" + written(table, delimiter, quoting)
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    found = read(tmp_path / "a.csv", content.encode(encoding))
    assert found == ([text for text, _ in table], [stars for _, stars in table], 0)


@given(table=rows, header=st.booleans())
def test_quotation_marks_of_the_text_in_tabs_swallow_nothing(
    tmp_path: Path, table: list[tuple[str, int]], header: bool
) -> None:
    table = [('a 5" pizza', 4), ('" it begins', 1), *USUAL, *table, ('ends "so"', 2), ('in "the" middle', 3)]
    table = [(f'"{text}' if len(text) % 3 == 0 else text, stars) for text, stars in table]
    content = "".join(f"{text}\t{stars}\n" for text, stars in table)
    found = read(tmp_path / "a.tsv", ("text\tstars\n" if header else "") + content)
    assert found[0] == [text for text, _ in table]
    assert found[1:] == ([stars for _, stars in table], 0)


@given(table=rows, first=st.booleans())
def test_backslashes_before_quotation_marks(tmp_path: Path, table: list[tuple[str, int]], first: bool) -> None:
    table = [('say "no", and "yes"', 3), *USUAL, *table]
    cells = ['"' + text.replace('"', '\\"' if place % 3 else '""') + '"' for place, (text, _) in enumerate(table)]
    lines = [
        f"{cell},{stars}\n" if first else f"{stars},{cell}\n" for cell, (_, stars) in zip(cells, table, strict=True)
    ]
    found = read(tmp_path / "a.csv", ("text,stars\n" if first else "stars,text\n") + "".join(lines))
    assert found[0 if first else 1] == [text for text, _ in table]
    assert found[2] == 0


@given(
    table=rows,
    where=st.sampled_from(["first", "last", "middle"]),
    commas=st.lists(st.integers(0, 4), min_size=42, max_size=42),
)
def test_commas_that_nobody_quoted_stay_in_the_text(
    tmp_path: Path, table: list[tuple[str, int]], where: str, commas: list[int]
) -> None:
    table = [
        (text.replace('"', "") + ", and more" * count, stars)
        for (text, stars), count in zip([*USUAL, *table], commas, strict=False)
    ]
    ways = {
        "first": ("text,stars", "{text},{stars}"),
        "last": ("stars,text", "{stars},{text}"),
        "middle": ("id,text,stars,date", "{id},{text},{stars},2024-05-0{stars}"),
    }
    header, way = ways[where]
    content = "\n".join(
        [header, *(way.format(id=at, text=text, stars=stars) for at, (text, stars) in enumerate(table))]
    )
    (path := tmp_path / "a.csv").write_text(content, encoding="utf-8")
    found = files.read_file(path)
    assert found.rows["text"].to_pylist() == [text for text, _ in table]
    assert found.rows["stars"].to_pylist() == [stars for _, stars in table]
    assert not found.left_out
    assert sum(odd.count for odd in found.repaired) == sum("," in text for text, _ in table)


@given(table=rows, before=st.sampled_from([0, 1, 3]), every=st.sampled_from([0, 4, 9]), total=st.booleans())
def test_what_an_export_adds_is_counted(
    tmp_path: Path, table: list[tuple[str, int]], before: int, every: int, total: bool
) -> None:
    lines = ["id,text,stars"]
    for at, (text, stars) in enumerate([*USUAL, *table]):
        if every and at % every == 0:
            lines.append(lines[0])
        lines.append(f'{at},"{text.replace(chr(34), "")}",{stars}')
    repeated = lines.count(lines[0]) - 1
    preamble = ["Export of reviews", "From 2024-01-01", "by someone"][:before]
    content = "\n".join([*preamble, *[""] * bool(before), *lines, *["Total,,9999"] * total])
    (path := tmp_path / "a.csv").write_text(content, encoding="utf-8")
    found = files.read_file(path)
    assert found.rows["text"].to_pylist() == [text.replace('"', "") for text, _ in [*USUAL, *table]]
    assert {str(odd.why).split(",")[0].split(" ")[0]: odd.count for odd in found.left_out} == {
        name: count for name, count in {"before": before, "repeating": repeated, "at": int(total)}.items() if count
    }
    assert sum(piece.num_rows for piece in files.stream_file(path)) == found.rows.num_rows


@given(table=rows, label_first=st.booleans(), delimiter=st.sampled_from(",\t;"), words=st.booleans())
def test_without_a_header_no_review_is_lost(
    tmp_path: Path, table: list[tuple[str, int]], label_first: bool, delimiter: str, words: bool
) -> None:
    labels = ["", "bad", "poor", "fair", "fine", "very good"]
    pairs = [(labels[stars] if words else stars, text) for text, stars in [*USUAL, *table]]
    shown = pairs if label_first else [(text, label) for label, text in pairs]
    path = tmp_path / "a.csv"
    path.write_text(written(shown, delimiter), encoding="utf-8")
    found = files.read_file(path)
    assert found.rows.column_names == ["column 1", "column 2"]
    assert found.rows["column 2" if label_first else "column 1"].to_pylist() == [text for _, text in pairs]
    path.write_text(
        ("label,text\n" if label_first else "text,label\n").replace(",", delimiter) + written(shown, delimiter)
    )
    assert files.read_file(path).rows.num_rows == len(pairs)


def count(path: Path) -> None:
    """See that a file is read or refused, and that no line of it is nowhere."""
    try:
        found = files.read_file(path)
    except SourceError as error:
        event("refused")
        making.assert_short(error)
        return
    event("read")
    assert all(len(str(note)) < 500 for note in found.notes)
    pieces_ = list(files.stream_file(path))
    streamed = pa.concat_tables(pieces_)
    assert streamed.num_rows == found.rows.num_rows
    layout, _ = examine(path)
    ledger = Ledger()
    # What pandas reads is what is read row by row.
    careful = pa.concat_tables(pieces(layout, ledger, 1000))
    assert careful.to_pydict() == streamed.to_pydict()
    if layout.lines:
        return
    with layout.open() as file:
        records = sum(1 for _ in layout.records(file))
    left_out = sum(odd.count for odd in ledger.left_out)
    assert careful.num_rows + left_out == records - (layout.written is not None) + len(layout.before)
    assert [odd.count for odd in found.left_out] == [odd.count for odd in ledger.left_out]
    assert [odd.count for odd in found.repaired] == [odd.count for odd in ledger.repaired]


SEEDS = [
    ("a.csv", "stars,text\n" + "".join(f'{n % 5 + 1},"review, ""number"" {n}"\n' for n in range(12))),
    ("a.tsv", "text\tlabel\n" + "".join(f'a "review" {n}\t{n % 2}\n' for n in range(12))),
    ("a.txt", "".join(f"a sentence of words {n};{'joy' if n % 3 else 'anger'}\n" for n in range(12))),
    (
        "a.csv",
        "Export\n\nid,text,stars\n" + "".join(f"{n},a meal, a talk {n},{n % 5}\n" for n in range(12)) + "Total,,99\n",
    ),
]


@pytest.mark.parametrize("seed", SEEDS, ids=range(len(SEEDS)))
@given(data=st.data())
def test_a_spoiled_table_adds_up(tmp_path: Path, seed: tuple[str, str], data: st.DataObject) -> None:
    path = tmp_path / seed[0]
    path.write_bytes(
        data.draw(making.spoiled(seed[1].encode(data.draw(st.sampled_from(["utf-8", "utf-16", "cp932"])))))
    )
    assume(path.stat().st_size)
    count(path)


@given(
    content=st.lists(
        st.sampled_from(
            ['"', ",", "\n", "\r", "\t", ";", " ", "a", "1", "é", "\\", "|", '",', '"\n', "a,1\n", "a\t1\n"]
        ),
        min_size=1,
        max_size=100,
    ).map("".join),
    suffix=st.sampled_from([".csv", ".tsv", ".txt"]),
)
def test_any_delimited_text_adds_up(tmp_path: Path, content: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content.encode())
    count(path)
