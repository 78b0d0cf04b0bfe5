"""What a file holds is seen where there is no doubt, and the suffix decides where there is some."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from core.config.source import divided
from core.data.formats import FORMATS, content, files, own, script
from core.errors import SourceError

CSV = "text,stars\n" + "".join(f"meal {n},{n % 5}\n" for n in range(9))
LINES = "".join(json.dumps({"text": f"meal {n}", "stars": n % 5}) + "\n" for n in range(9))
ARRAY = json.dumps([json.loads(line) for line in LINES.splitlines()])


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.txt", LINES, "JSON"),
        ("a.csv", ARRAY, "JSON"),
        ("a.csv", json.dumps(json.loads(ARRAY), indent=2), "JSON"),
        ("a.tsv", "\n".join(map(str, json.loads(ARRAY))), "JSON"),
        ("a", LINES, "JSON"),
        ("a", CSV, "CSV"),
        ("a.log", CSV.replace(",", "\t"), "CSV"),
        ("a.json", CSV, "CSV"),
        ("a.xlsx", CSV, "CSV"),
        ("a.parquet", CSV.replace(",", ";"), "CSV"),
        ("a.xls", LINES, "JSON"),
        ("a.zip", LINES, "JSON"),
        ("a.csv", "__label__5 good\n__label__1 bad\n", "fastText"),
        ("a.txt", "__label__5 good\n\n__label__1 __label__2 bad\nnone\n", "fastText"),
    ],
)
def test_content_goes_before_a_suffix_that_is_wrong(tmp_path: Path, name: str, text: str, title: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = files.read_file(path)
    assert found.rows.num_rows == sum(bool(line) for line in text.splitlines()) if title == "fastText" else 9
    assert str(found.notes[0]) == f"{name} is read as {title}, which its content is."
    lines: dict[str, object] = {}
    exec(script(str(path), found.layout), lines)
    assert len(lines["table"]) == found.rows.num_rows  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", CSV),
        ("a.csv", '{"a": 1},text\n{"b": 2},more\n'),
        ("a.csv", "[x],text\n[y],more\n"),
        ("a.csv", '"{""choices"": 1}",text\n'),
        ("a.json", LINES),
        ("a.json", "null"),
        ("a.json", '"text","stars"'),
        ("a.txt", "a review, with commas\nand another one\n"),
        ("a", "only words\nand more\n"),
        ("a.md", "# A title\n\nWords, and more.\n"),
        ("a.html", "<html>,\n<body>,\n"),
        ("a.csv", ""),
    ],
)
def test_where_there_is_doubt_the_suffix_decides(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = content.format_in(path)
    assert found is None or (found.title == "JSON" and name == "a.json")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings_are_no_hindrance(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_text(LINES, encoding=encoding)
    assert files.read_file(tmp_path / "a.csv").rows.num_rows == 9


def test_words_with_tags_are_refused_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for separator in (" ", "\t"):
        path.write_text("EU NNP B-ORG\nrejects VBZ O\n\n".replace(" ", separator) * 4, encoding="utf-8")
        with pytest.raises(SourceError, match="one word a line with its tag"):
            files.read_file(path)


def test_a_hash_belongs_to_the_name_of_most_files(tmp_path: Path) -> None:
    (tmp_path / "a#b.csv").write_text(CSV)
    assert files.read_file(tmp_path / "a#b.csv").rows.num_rows == 9
    assert divided(Path("a/b.ZIP#c/d.csv")) == (Path("a/b.ZIP"), "c/d.csv")
    assert divided(Path("a/b.xlsx#")) == (Path("a/b.xlsx#"), None)
    (tmp_path / "a.xlsx").write_text(CSV)
    with pytest.raises(SourceError, match=r"a.xlsx is one table, and has no 'R'"):
        files.read_file(tmp_path / "a.xlsx#R")


def test_a_file_that_vanishes_while_it_is_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, written in (("a.json", LINES.encode()), ("a.csv.gz", gzip.compress(CSV.encode()))):
        path = tmp_path / name
        path.write_bytes(written)
        found = content.format_in(path)
        monkeypatch.setattr(content, "format_in", lambda each, found=found: (each.unlink(), found)[1])
        with pytest.raises(SourceError, match="cannot be read: No such file"):
            files.read_file(path)
        monkeypatch.undo()


def test_every_format_of_several_is_known_to_paths() -> None:
    for each in FORMATS:
        for suffix in each.suffixes:
            named = divided(Path(f"a{suffix}#b"))[1]
            assert (named == "b") == (each.of_several and suffix not in {".gz", ".bz2", ".xz"}), suffix


def test_starboards_own_reader_keeps_whole_numbers_and_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"text": "a", "stars": 1}\n{"text": null}\n', encoding="utf-8")
    lines: dict[str, object] = {}
    exec(own.own_reader(str(path)), lines)
    assert lines["table"].to_dict("list") == {"text": ["a", None], "stars": [1, None]}  # type: ignore[attr-defined]
