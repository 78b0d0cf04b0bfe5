from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from core.data.formats import files
from core.errors import SourceError


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "found", "advice"),
    [
        ("a.csv", b"<html><body>Please log in</body></html>", "is a web page", "log-in"),
        ("a.json", b"\xef\xbb\xbf\n<!-- x -->\n<!DOCTYPE HTML>", "is a web page", "log-in"),
        ("a.tsv", b"<?xml version='1.0'?><rows/>", "is an XML file", "CSV"),
        (
            "a.parquet",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 66212309\n",
            "is a Git LFS pointer, not the file itself, which has 66,212,309 bytes",
            "git lfs pull",
        ),
        ("a.csv", b"../.git/annex/objects/Xx/Yy/SHA256E-s1--ab.csv", "is a git-annex pointer", "git annex get"),
        ("a.csv", b"%PDF-1.7\n", "is a PDF", "CSV"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "is an image", "CSV"),
        ("a.txt", b"{\\rtf1\\ansi", "is an RTF document", "CSV"),
        ("a.csv", zipped("word/document.xml"), "is a Word document", "CSV"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, name: str, content: bytes, found: str, advice: str) -> None:
    (path := tmp_path / name).write_bytes(content)
    for use in (files.read_file, lambda path: list(files.stream_file(path))):
        with pytest.raises(SourceError, match=found) as caught:
            use(path)
        assert advice in str(caught.value.advice)


@pytest.mark.parametrize("content", ["<p>Bad</p>,1\n", "{a},1\n", "%PDF,1\n", "BZh,2\n"])
def test_a_table_that_begins_like_something_else_is_read(tmp_path: Path, content: str) -> None:
    (path := tmp_path / "a.csv").write_text(content * 3 + "text,1\n")
    assert files.read_file(path).rows.num_rows >= 3
