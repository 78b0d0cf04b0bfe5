"""What a file holds, from its first bytes, whatever it is called.

Knows the marks of the formats and how a table of text begins; reads no table. Guarantees that a format is named only
where there is no doubt: a file for which the suffix is the better guess has none here.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

from core.data.formats import FORMATS, Format, format_of

_HEAD_BYTES = 64 << 10
_MARKS = (
    (b"\x1f\x8b", "ZIP/gzip"),
    (b"\xfd7zXZ\x00", "ZIP/gzip"),
    (b"PAR1", "Parquet"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
)
# What only a workbook has, of Excel or of OpenDocument.
_OF_WORKBOOK = frozenset({"[Content_Types].xml", "content.xml"})
_OF_DOCUMENTS = ("word/", "ppt/")
_BZIP2 = re.compile(rb"BZh[1-9]1AY&SY")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_JSON = re.compile(r"""\s*(\{\s*(["'])(?:(?!\2)[^\n\\]){0,200}\2\s*:|\[\s*[\[{]\s*["'}\]{])""")
_FAST_TEXT = "__label__"
_TAG = re.compile(r"(O|[BIESLU]-[\w-]+)$")
_DELIMITERS = ",;\t|"


def format_in(path: Path) -> Format | None:
    """The format that the content of a file shows without doubt; None where it shows none.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return _of_zip(path)
    for mark, title in _MARKS:
        if head.startswith(mark):
            return _titled(title)
    if _BZIP2.match(head):
        return _titled("ZIP/gzip")
    text = _decoded(head)
    if text is None:
        return None
    whole = len(head) < _HEAD_BYTES
    if is_fast_text(text):
        return _titled("fastText")
    if _is_json(text, whole):
        return _titled("JSON")
    known = format_of(path)
    if (known is None or known.title not in {"CSV", "TSV", "fastText"}) and _is_delimited(text, whole):
        return _titled("CSV")
    return None


def is_fast_text(text: str) -> bool:
    """Whether most lines begin with a label as fastText writes it."""
    lines = [line.lstrip() for line in text.splitlines()[:50] if line.strip()]
    marked = [line.startswith(_FAST_TEXT) for line in lines]
    return marked[:1] == [True] and 2 * sum(marked) > len(marked)


def is_tagged(text: str) -> bool:
    """Whether each line is one word with its tag, as CoNLL files have it."""
    lines = [line for line in text.splitlines()[:200] if line.strip()]
    if lines and lines[0].startswith("-DOCSTART-"):
        return True
    tagged = sum(len(line.split()) in {2, 3, 4} and _TAG.fullmatch(line.split()[-1]) is not None for line in lines)
    return len(lines) >= 5 and tagged >= 0.9 * len(lines)


def head_of(path: Path) -> str:
    """The beginning of a text; empty where it is none."""
    with path.open("rb") as file:
        return _decoded(file.read(_HEAD_BYTES)) or ""


def members(path: Path) -> list[str] | None:
    """The names of what a zip archive holds; None where it cannot be opened."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return None


def _titled(title: str) -> Format:
    return next(each for each in FORMATS if each.title == title)


def _of_zip(path: Path) -> Format | None:
    names = members(path)
    if names is None or any(name.startswith(_OF_DOCUMENTS) for name in names):
        return None
    return _titled("Excel" if _OF_WORKBOOK & set(names) else "ZIP/gzip")


def _decoded(head: bytes) -> str | None:
    encoding = next((name for mark, name in _BOMS if head.startswith(mark)), None)
    if encoding is None and b"\x00" in head:
        if len(head) < 4 or head[1::2].count(0) < 0.4 * len(head[1::2]):
            return None
        encoding = "utf-16-le"
    # A character may be cut at the end; what is no UTF-8 is looked at for its commas and brackets alone.
    return head.decode(encoding or "utf-8", errors="replace")


def _is_json(text: str, whole: bool) -> bool:
    if not _JSON.match(text):
        return False
    try:
        _value, end = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        # Longer than what was read, or Python's literals.
        return True
    rest = text.lstrip()[end:].lstrip(" \t\r")
    return not rest or rest[0] in "\n{" or (rest[0] == "," and rest[1:].lstrip()[:1] == "{")


def _is_delimited(text: str, whole: bool) -> bool:
    """Whether a delimiter gives every row as many cells, two at least, and the first row reads like names."""
    if text.lstrip()[:1] in {"{", "[", "<"}:
        return False
    lines = text if whole else text[: text.rfind("\n") + 1]
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            continue
        widths = {len(row) for row in rows}
        if len(rows) >= 2 and len(widths) == 1 and widths.pop() >= 2 and all(cell.strip() for cell in rows[0]):
            return True
    return False
