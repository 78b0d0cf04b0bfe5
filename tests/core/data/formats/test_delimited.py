"""Delimited text as people have it: what an export adds, headers or none, quotation marks and commas out of place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from core.data.formats import delimited, files
from core.data.odd import Odd

TEXTS = [
    "Lovely staff, quick breakfast", "Rude at the desk and the room smelled", "It crashes every time I open it",
    "Works as described, would buy again!", "A waste of money", "Cold food, warm beer",
]  # fmt: skip
ROWS = [(TEXTS[n % 6] + (f" ({n})" if n % 3 == 0 else ""), n % 5 + 1) for n in range(50)]
PLAIN = [(text.replace(",", ""), stars) for text, stars in ROWS]
LABELS = ["", "neg", "neg", "neu", "pos", "pos"]


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if "," in text else text


def lines(way: Callable[[str, int], str], rows: list[tuple[str, int]] = ROWS) -> str:
    return "".join(way(text, stars) + "\n" for text, stars in rows)


BODY = lines(lambda text, stars: f"{quoted(text)},{stars}")


def counts(odd: tuple[Odd, ...]) -> dict[str, int]:
    return {str(each.why).split()[0]: each.count for each in odd}


def read(folder: Path, name: str, content: str) -> tuple[list[str], list[object], dict[str, int], list[str]]:
    """Texts and the other column, what was left out, and the names; streaming gives the same rows."""
    (path := folder / name).write_bytes(content.encode())
    found = files.read_file(path)
    assert sum(piece.num_rows for piece in files.stream_file(path)) == found.rows.num_rows
    names = found.rows.column_names
    # The longest cells are the texts.
    text = max(names, key=lambda name: max(len(str(cell)) for cell in found.rows[name].to_pylist()))
    other = next(each for each in names if each not in (text, "id")) if len(names) > 1 else text
    return found.rows[text].to_pylist(), found.rows[other].to_pylist(), counts(found.left_out), names


EXPORTS = {
    "titles": (
        "Customer reviews,,\nExported,2024-01-01,\n,,\nid,text,stars\n" + lines(lambda t, s: f"1,{quoted(t)},{s}"),
        {"before": 3},
    ),
    "one title": ("My export\n\ntext,stars\n" + BODY, {"before": 1}),
    "a date": ("Export date,2024-01-01\ntext,stars\n" + BODY, {"before": 1}),
    "comments": ("# downloaded from x\n# by y, z\ntext,stars\n" + BODY, {"before": 2}),
    "a total": ("id,text,stars\n" + lines(lambda t, s: f"1,{quoted(t)},{s}") + "Total,,150\n", {"at": 1}),
    "a total in Japanese": ("text,stars\n" + BODY + "合計,150\n", {"at": 1}),
    "a total and an average": ("text,stars\n" + BODY + "\nAverage,2.96\nTotal,150\n", {"at": 2}),
    "a count": ("text,stars\n" + BODY + "(50 rows)\n", {"at": 1}),
    "names again": (
        "text,stars\n" + BODY.replace("A waste of money,5", " text ,stars\nA waste of money,5"),
        {"repeating": BODY.count("A waste of money,5")},
    ),
    "all of it": ("Report\n\ntext,stars\ntext,stars\n" + BODY + "Total,150\n", {"before": 1, "repeating": 1, "at": 1}),
    "a separator": ("sep=,\r\ntext,stars\r\n" + BODY, {}),
    "another separator": ("SEP=^\ntext^stars\n" + lines(lambda t, s: f"{t}^{s}"), {}),
}


@pytest.mark.parametrize("kind", EXPORTS)
def test_what_an_export_adds_is_left_out_and_counted(tmp_path: Path, kind: str) -> None:
    content, left_out = EXPORTS[kind]
    found = read(tmp_path, "a.csv", content)
    assert found[:3] == ([text for text, _ in ROWS], [stars for _, stars in ROWS], left_out)


def test_a_review_that_says_total_is_kept(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", "text,stars\n" + BODY + "Total,3\n")[0][-1] == "Total"


NAMELESS = {
    "stars first": (".csv", lines(lambda t, s: f"{s},{quoted(t)}")),
    "text first, tabs": (".txt", lines(lambda t, s: f"{t}\t{s}")),
    "words last": (".txt", lines(lambda t, s: f"{t};{LABELS[s]}")),
    "words first": (".csv", lines(lambda t, s: f"{LABELS[s]},{quoted(t)}")),
    "an at sign": (".txt", lines(lambda t, s: f"{t}@{LABELS[s]}")),
    "unquoted commas": (".csv", lines(lambda t, s: f"{s},{t}")),
}


@pytest.mark.parametrize("kind", NAMELESS)
def test_without_names_no_review_is_lost(tmp_path: Path, kind: str) -> None:
    suffix, content = NAMELESS[kind]
    found = read(tmp_path, f"a{suffix}", content)
    assert found[0] == [text for text, _ in ROWS]
    assert found[3] == ["column 1", "column 2"]


@pytest.mark.parametrize(
    "header",
    [
        "t,l",
        "text,label",
        "TEXT,Label",
        "Was gefällt?,Note (1-5)",
        "review,2023",
        "0,1",
        "Kommentar,x",
        "column 1,column 2",
    ],
)  # fmt: skip
@pytest.mark.parametrize("words", [False, True])
def test_a_header_is_never_taken_for_a_row(tmp_path: Path, header: str, words: bool) -> None:
    content = f"{header}\n" + lines(lambda text, stars: f"{quoted(text)},{LABELS[stars] if words else stars}")
    found = read(tmp_path, "a.csv", content)
    assert found[3] == header.split(",")
    assert len(found[0]) == 50


def test_counted_columns_and_years_are_names(tmp_path: Path) -> None:
    for header, row in (
        ("phrase,0,1,2", "{n} is fine,1,0,1"),
        (",0,1", "{n},it is fine,1"),
        ("Produkt,2022,2023", "P{n},{n}00,{n}0"),
        ("Produkt,2023", "P{n},{n}00"),
    ):
        content = f"{header}\n" + "".join(row.format(n=n) + "\n" for n in range(50))
        assert len(read(tmp_path, "a.csv", content)[0]) == 50


def test_doubled_names_are_numbered(tmp_path: Path) -> None:
    (path := tmp_path / "a.csv").write_text("a,a (2),a,b,b\n1,2,3,4,5\n")
    found = files.read_file(path)
    assert found.rows.column_names == ["a", "a (2)", "a (3)", "b", "b (2)"]
    assert str(found.notes[0]) == "More than one column is called 'a', 'b'; the second is called a (2), and so on."


MARKS: dict[str, tuple[str, str, list[str]]] = {
    "backslashes": (
        ".csv",
        "text,stars\n" + lines(lambda t, s: f'"say \\"{t}\\", and",{s}'),
        [f'say "{t}", and' for t, _ in ROWS],
    ),
    "a backslash at the end": (
        ".csv",
        "stars,text\n" + lines(lambda t, s: f'{s},"ends \\"{t}\\""'),
        [f'ends "{t}"' for t, _ in ROWS],
    ),
    "backslashes over lines": (
        ".csv",
        "text,stars\n" + lines(lambda t, s: f'"say \\"{t}\\",\nand so on",{s}'),
        [f'say "{t}",\nand so on' for t, _ in ROWS],
    ),
    "a path": (
        ".csv",
        "text,stars\n" + lines(lambda t, s: f'"C:\\dir, {t}\\",{s}'),
        [f"C:\\dir, {t}\\" for t, _ in ROWS],
    ),
    "a space before marks": (
        ".csv",
        "stars, text\n" + lines(lambda t, s: f'{s}, "{t}, ok"'),
        [f"{t}, ok" for t, _ in ROWS],
    ),
    "lines like rows": (
        ".csv",
        "stars,text\n" + lines(lambda t, s: f'{s},"{t},\n2, maybe {s}\n"'),
        [f"{t},\n2, maybe {s}\n" for t, s in ROWS],
    ),
}


@pytest.mark.parametrize("kind", MARKS)
def test_marks_enclose_as_meant(tmp_path: Path, kind: str) -> None:
    suffix, content, texts = MARKS[kind]
    (path := tmp_path / f"a{suffix}").write_text(content, encoding="utf-8")
    found = files.read_file(path)
    assert found.rows["text"].to_pylist() == texts
    assert not found.left_out
    assert not found.repaired


@pytest.mark.parametrize(("suffix", "separator"), [(".tsv", "\t"), (".csv", ",")])
@pytest.mark.parametrize("text_first", [True, False])
@pytest.mark.parametrize("closing", ['{} 5"', '"{}', 'a "{} b'])
def test_marks_of_the_text_swallow_no_rows(
    tmp_path: Path, suffix: str, separator: str, text_first: bool, closing: str
) -> None:
    texts = [f'" {t}' if n % 10 == 0 else closing.format(t) if n % 10 == 4 else t for n, (t, _) in enumerate(PLAIN)]
    pairs = [(text, stars) if text_first else (stars, text) for text, (_, stars) in zip(texts, PLAIN, strict=True)]
    header = separator.join(("text", "stars") if text_first else ("stars", "text"))
    content = "".join(f"{one}{separator}{two}\n" for one, two in pairs)
    found = read(tmp_path, f"a{suffix}", f"{header}\n{content}")
    assert found[0] == texts
    assert found[2] == {}


def test_a_review_over_lines_among_marks_of_the_text_stays_one_row(tmp_path: Path) -> None:
    content = "text\tstars\n" + "".join(
        f'"{t}\nmore, lines"\t{s}\n' if n % 7 == 0 else f'" {t}\t{s}\n' if n % 9 == 0 else f"{t}\t{s}\n"
        for n, (t, s) in enumerate(ROWS)
    )
    found = read(tmp_path, "a.tsv", content)
    assert len(found[0]) == 50
    assert found[0][7] == f"{ROWS[7][0]}\nmore, lines"
    assert found[0][9] == f'" {ROWS[9][0]}'


COMMAS: dict[str, tuple[str, Callable[[str, int], str]]] = {
    "first": ("text,stars", lambda t, s: f"{t},{s}"),
    "last": ("stars,text", lambda t, s: f"{s},{t}"),
    "in the middle": ("id,text,stars,date", lambda t, s: f"7,{t},{s},2024-01-0{s}"),
    "before words": ("text,label", lambda t, s: f"{t},{LABELS[s]}"),
    "alone": ("text", lambda t, _: t),
}


@pytest.mark.parametrize("where", COMMAS)
def test_unquoted_commas_stay_in_the_one_text(tmp_path: Path, where: str) -> None:
    header, way = COMMAS[where]
    (path := tmp_path / "a.csv").write_text(f"{header}\n" + lines(way), encoding="utf-8")
    found = files.read_file(path)
    assert found.rows["text"].to_pylist() == [text for text, _ in ROWS]
    assert counts(found.repaired) == {"with": sum("," in text for text, _ in ROWS)}
    assert found.repaired[0].lines[0] == (2, way(*ROWS[0]))


def test_between_two_texts_a_surplus_is_left_out(tmp_path: Path) -> None:
    content = "title,text,stars\n" + "".join(f"About {n} things,{t},{s}\n" for n, (t, s) in enumerate(ROWS))
    (path := tmp_path / "a.csv").write_text(content, encoding="utf-8")
    found = files.read_file(path)
    assert found.rows.num_rows + found.left_out[0].count == 50
    assert found.left_out[0].lines[0] == (2, "About 0 things,Lovely staff, quick breakfast (0),1")


def test_a_text_file_without_columns_is_lines(tmp_path: Path) -> None:
    (path := tmp_path / "a.txt").write_text('Good, really good\n\n"Bad, they said\nNever again; no\n', encoding="utf-8")
    found = files.read_file(path)
    assert found.rows.to_pydict() == {"text": ["Good, really good", '"Bad, they said', "Never again; no"]}
    path.write_text("review\nGood\nBad\n", encoding="utf-8")
    assert files.read_file(path).rows.to_pydict() == {"review": ["Good", "Bad"]}


@pytest.mark.parametrize("kind", ["stars first", "words first", "unquoted commas"])
def test_the_script_reads_the_same_rows(tmp_path: Path, kind: str) -> None:
    (path := tmp_path / "a.csv").write_text(NAMELESS[kind][1], encoding="utf-8")
    found = files.read_file(path)
    names: dict[str, pa.Table] = {}
    exec(delimited.script(str(path), found.layout), names)
    assert names["table"].to_dict("list") == found.rows.to_pydict()
