"""Files that mean harm or came to harm: each is read, or refused in a sentence, and none takes the process with it."""

from __future__ import annotations

import datetime
import gzip
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from core.cli.main import main
from core.config.source import Source
from core.data.formats import files
from core.errors import DataError, SourceError
from core.home.places import Home
from core.inspection import reports
from core.models import lengths

MILLION = 10**6
RECORDS = "".join(json.dumps({"text": f"review number {row}", "stars": row % 5 + 1}) + "\n" for row in range(40))
ARRAY = "[" + ",".join(RECORDS.splitlines()) + "]"
CSV = "stars,text\n" + "".join(f"{row % 5 + 1},review number {row}\n" for row in range(40))
TEXTS = [f"review number {row}" for row in range(40)]
STARS = [row % 5 + 1 for row in range(40)]


def table(**columns: Any) -> Callable[[Path], object]:
    return lambda path: parquet.write_table(pa.table(columns), path)


def labelled(label: Any) -> Callable[[Path], object]:
    return table(text=TEXTS, label=label)


def with_metadata(key: str, value: str) -> Callable[[Path], object]:
    made = pa.table({"text": TEXTS, "stars": STARS}).replace_schema_metadata({key: value})
    return lambda path: parquet.write_table(made, path)


def not_utf8() -> pa.Array:
    written = pa.array([b"\xff\xfe %d" % (row % 3) for row in range(40)], pa.binary())
    return pa.Array.from_buffers(pa.string(), 40, [None, *written.buffers()[1:]])


def cut(share: float) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        labelled(STARS)(path)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return write


# Suffix, content or what writes it, and words of the error; None where the file is read all the same.
FILES: dict[str, tuple[str, str | bytes | Callable[[Path], object], str | None]] = {
    "half a character": (
        ".jsonl",
        RECORDS + '{"text": "a \\ud800 b", "stars": 3}',
        r"line 41 holds half a character (\ud800)",
    ),
    "half a character in an array": (
        ".json",
        ARRAY[:-1] + ',\n{"text": "\\uDFFF", "stars": 3}]',
        "line 2 holds half a char",
    ),
    "half a character in a label": (".jsonl", RECORDS + '{"text": "a", "stars": "\\ud800"}', "half a character"),
    "half a character in a key": (".jsonl", '{"te\\ud800xt": "a", "stars": 1}', "half a character"),
    "half a character in a list": (".jsonl", RECORDS + '{"text": ["\\ud800"], "stars": 3}', "half a character"),
    "a whole character in halves": (".jsonl", RECORDS + '{"text": ["\\ud83d\\ude00"], "stars": 3}', None),
    "a number of 5,000 digits": (".jsonl", RECORDS + '{"text": "a", "stars": ' + "9" * 5000 + "}", None),
    "a number of 5,000 digits in an array": (".json", ARRAY[:-1] + ',{"stars": ' + "9" * 5000 + "}]", "5000 digits"),
    "a number of 5,000 digits in a cell": (".csv", CSV + "9" * 5000 + ",fine\n", None),
    "numbers past all numbers": (".jsonl", RECORDS + '{"text": "a", "stars": 1e999}', None),
    "an array nested without end": (".json", "[" * 100_000 + "]" * 100_000, "not valid JSON"),
    "an array nested without end in a row": (
        ".jsonl",
        '{"text": ' + "[" * 100_000 + "]" * 100_000 + "}",
        "not valid JSON",
    ),
    "objects nested without end": (
        ".jsonl",
        RECORDS + '{"text": ' + '{"a":' * 100_000 + "1" + "}" * 100_001,
        "line 41",
    ),
    "nested too deep for a table": (".jsonl", RECORDS + '{"a": ' + "[" * 200 + "]" * 200 + "}", "nested more than 100"),
    "nested too deep in an array": (".json", ARRAY[:-1] + ',{"a": ' + "[" * 700 + "]" * 700 + "}]", "nested more than"),
    "null alone": (".json", "null", "line 1 is null"),
    "null alone, many times": (".jsonl", "null\n" * 40, "line 1 is null"),
    "null between objects": (".jsonl", RECORDS + "null\n" + RECORDS, "line 41 is null"),
    "an object behind another": (".jsonl", RECORDS + '{"text": "a"}{"text": "b"}', None),
    "objects without keys": (".jsonl", "{}\n" * 50, "holds no rows"),
    "an array of null": (".json", "[null]", "element 1 is null"),
    "keys without a name": (".jsonl", '{"": "good one", "stars": 1}\n{"": "bad one", "stars": 2}\n' * 20, None),
    "a zero in a text": (".jsonl", RECORDS + '{"text": "a\\u0000b", "stars": 3}', None),
    "a zero byte": (".csv", CSV + "3,he\x00llo\n", "zero bytes"),
    "twenty thousand keys": (".jsonl", json.dumps({f"c{at}": "x" for at in range(20_000)}), "20,000 columns"),
    "a key of a million characters": (
        ".jsonl",
        json.dumps({"k" * MILLION: 1, "text": "a", "stars": 1}),
        "1,000,000 char",
    ),
    "a hundred thousand columns": (
        ".csv",
        ",".join(f"c{at}" for at in range(100_000)) + "\n1,2\n",
        "more than 200,000",
    ),
    "ten thousand columns": (".csv", ",".join(f"c{at}" for at in range(10_000)) + "\n1,2\n", "10,000 columns"),
    "thousands of columns of one name": (".csv", ",".join(f"c{at // 2}" for at in range(9999)) + "\n1\n", "9,999 col"),
    "a column of one name": (".csv", ",".join(["text", "stars"] * 200) + "\n" + "a,1\n" * 40, "label"),
    "a column name of a million characters": (".csv", "k" * MILLION + ",text\n1,a\n", "more than 200,000 characters"),
    "a column name of 50,000 characters": (".csv", "k" * 50_000 + ",text\n1,a\n2,b\n", "50,000 characters"),
    "names of 100,000 letters, one twice": (".csv", "k" * 90_000 + "," + "k" * 90_000 + "\n1,2\n", "90,00"),
    "names with escapes and line ends": (
        ".csv",
        '"st\nars","te\x1bxt"\n' + "".join(f"{at},{at}\n" for at in range(200)),
        "text",
    ),
    "no names": (".csv", ",,\n1,2,3\n", "is empty"),
    "names of invisible spaces": (".csv", "\u00a0,\u00a0\n1,a\n", "is empty"),
    "nothing but quotation marks": (".csv", '"' * 100_001, "never closed"),
    "nothing but returns": (".csv", "\r" * 1000, "is empty"),
    "nothing but a mark": (".csv", b"\xef\xbb\xbf", "is empty"),
    "half a UTF-16 character": (".csv", b"\xff\xfea", "do not decode"),
    "UTF-32": (".csv", CSV.encode("utf-32"), None),
    "the end of file of DOS": (".csv", CSV + "\x1a", None),
    "words for no number": (".csv", CSV + "inf,a\nnan,b\n-inf,c\n0x10,d\n", None),
    "a packed file": (".csv", gzip.compress(CSV.encode())[:30], "cannot be unpacked"),
    "a packed file by its name": (".csv.gz", b"\x1f\x8b", "cannot be unpacked"),
    "the beginning of an archive": (".zip", b"PK\x03\x04", "cannot be unpacked"),
    "half a Parquet file": (".parquet", cut(0.5), "not a readable Parquet file"),
    "a Parquet file without its last byte": (".parquet", cut(0.9999), "not a readable Parquet file"),
    "text that is not UTF-8": (".parquet", table(text=not_utf8(), stars=STARS), "the column 'text' is damaged"),
    "labels that are not UTF-8": (".parquet", labelled(not_utf8()), "the column 'label' is damaged"),
    "other cells that are not UTF-8": (
        ".parquet",
        table(text=TEXTS, stars=STARS, more=not_utf8()),
        "column 'more' is dam",
    ),
    "labels that are objects": (".parquet", labelled([{"a": 1}] * 40), "No column can be the label"),
    "texts that are objects": (".parquet", table(text=[{"a": "b"}] * 40, label=STARS), None),
    "labels that are lists": (".parquet", labelled([[1]] * 40), "No column can be the label"),
    "labels that are bytes": (".parquet", labelled([b"a", b"b"] * 20), "No column can be the label"),
    "labels that are decimals": (".parquet", labelled(pa.array(STARS).cast(pa.decimal128(21, 2))), None),
    "labels by number": (".parquet", labelled(pa.array(STARS).dictionary_encode()), None),
    "labels that are times": (
        ".parquet",
        labelled([datetime.datetime(2020, 1, 1 + at % 3) for at in range(40)]),
        "label",
    ),
    "times of no calendar": (
        ".parquet",
        table(text=TEXTS, stars=STARS, at=pa.array([2**62] * 40, pa.timestamp("us"))),
        None,
    ),
    "labels that are all null": (".parquet", labelled(pa.nulls(40)), "No column can be the label"),
    "labels that are no number or endless": (".parquet", labelled([float("nan"), 1.0, float("inf"), 2.0] * 10), None),
    "class names that are numbers": (
        ".parquet",
        with_metadata("huggingface", '{"info":{"features":{"stars":{"names":[1,2]}}}}'),
        None,
    ),
    "class names twice": (
        ".parquet",
        with_metadata("huggingface", '{"info":{"features":{"stars":{"names":["a","a"]}}}}'),
        None,
    ),
    "class names nested without end": (".parquet", with_metadata("huggingface", "[" * 100_000), None),
    "an index that is a number": (".parquet", with_metadata("pandas", '{"index_columns": 5}'), None),
    "an index nested without end": (".parquet", with_metadata("pandas", "[" * 100_000), None),
    "an index that is no JSON": (".parquet", with_metadata("pandas", "["), None),
    "a suffix of 200 letters": ("." + "x" * 200, "a review\n" * 40, "is a file of type"),
}


def write(folder: Path, kind: str) -> tuple[Path, str | None]:
    suffix, content, words = FILES[kind]
    path = folder / f"reviews{suffix}"
    if isinstance(content, str):
        content = content.encode()
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        content(path)
    return path, words


def assert_refused(said: pytest.CaptureFixture[str], words: str) -> None:
    error = said.readouterr().err
    line = error.splitlines()[-1]
    assert line.startswith("error: "), error
    assert words in line
    assert len(line) < 500


@pytest.mark.parametrize("kind", FILES)
def test_a_file_is_read_or_refused_in_a_sentence(
    home: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path, words = write(tmp_path, kind)
    code = main(["profile", f"file:{path}", "--json"])
    if words is None:
        assert code == 0
        found = json.loads(capsys.readouterr().out)
        assert found["rows"] >= 2
        assert all(len(note) < 500 for note in found["notes"])
        outline = reports.find_outline(Home(home), Source("file", str(path)))
        assert outline is not None
        assert outline.rows
    else:
        assert code == 2
        assert_refused(capsys, words)
        with pytest.raises(DataError) as caught:
            reports.start(Home(home), Source("file", str(path))).result()
        assert len(str(caught.value)) < 500


@pytest.mark.parametrize("kind", ["half a character", "null alone", "text that is not UTF-8", "twenty thousand keys"])
def test_a_training_refuses_it_in_the_same_words(
    home: Path,
    tmp_path: Path,
    tiny_model: Path,
    kind: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, words = write(tmp_path, kind)
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"data": {"source": f"file:{path}"}, "model": {"name": str(tiny_model)}}))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert main(["train", str(config)]) == 2
    assert_refused(capsys, words or "")


def pipe(folder: Path) -> str:
    os.mkfifo(folder / "a.csv")
    return str(folder / "a.csv")


def link(target: str) -> Callable[[Path], str]:
    def make(folder: Path) -> str:
        (folder / "a.csv").symlink_to(target)
        return str(folder / "a.csv")

    return make


PATHS: dict[str, tuple[Callable[[Path], str], str]] = {
    "a user that is not here": (lambda _: "~nosuchuser/x.csv", "There is no file"),
    "nothing": (lambda _: "", "is not a dataset source"),
    "a folder": (str, "is a folder"),
    "a pipe": (pipe, "is no ordinary file"),
    "a device": (lambda _: "/dev/zero", "is no ordinary file"),
    "a link to a device": (link("/dev/zero"), "is no ordinary file"),
    "a link to itself": (link("a.csv"), "There is no file"),
    "the memory of this process": (link("/proc/self/mem"), "is empty"),
    "a zero": (lambda _: "/tmp/a\0b.csv", "found a control character"),
    "a name without end": (lambda _: "/tmp/" + "a" * 5000 + ".csv", "cannot be looked at"),
    "a path without end": (lambda _: "/a" * 3000 + ".csv", "cannot be looked at"),
    "half a character": (lambda _: "/tmp/\udcff.csv", "expected text"),
    "two lines": (lambda _: "/tmp/a\nb.csv", "found a control character"),
}


@pytest.mark.skipif(os.name == "nt", reason="a matter of POSIX")
@pytest.mark.parametrize("kind", PATHS)
def test_a_path_to_no_table_is_refused(
    home: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make, words = PATHS[kind]
    assert main(["profile", f"file:{make(tmp_path)}"]) == 2
    assert_refused(capsys, words)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    """Whoever runs the tests as root may read all: the system's answer is put in its place."""
    path = tmp_path / f"reviews{suffix}"
    path.write_text(CSV)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(parquet, "ParquetFile", refuse)
    with pytest.raises(SourceError, match="Permission denied"):
        files.read_file(path)


def test_a_line_of_fifty_megabytes_is_a_long_review(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(CSV + "3," + "x " * 25 * MILLION + "\n")
    found = files.read_file(path)
    assert found.rows.num_rows == 41
    # The count of tokens that a page shows looks at its beginning.
    assert max(map(len, lengths.spread(found.rows["text"]))) == lengths.MOST_CHARACTERS
