"""Files that carry a table's suffix and are something else: web pages, pointers, documents, archives.

Looks at the first bytes alone. What a format tells by its content, whatever its name, is not asked here. Knows no
encoding and no column. Guarantees a sentence of its own for each, which says how to come to the table.
"""

from __future__ import annotations

import re
from pathlib import Path

from core.data.formats import content
from core.errors import SourceError
from core.messages import Message

_HEAD_BYTES = 4096
_MARK = b"\xef\xbb\xbf"
_LFS = b"version https://git-lfs.github.com/spec/"
_ANNEX = re.compile(rb"(\.\./)*(\.git)?/?annex/objects/\S+\s*\Z")
_SIZE = re.compile(rb"^size (\d+)", re.MULTILINE)
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|title|meta|table|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"\s*<\?xml\b", re.IGNORECASE)
_RICH = b"{\\rtf"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
_SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
_ZIPPED = frozenset({".zip"}) | _SPREADSHEETS
# What each beginning is, and the suffixes that may have it.
_MAGIC: tuple[tuple[bytes, Message, frozenset[str]], ...] = (
    (b"\xd0\xcf\x11\xe0", Message("an old Excel workbook"), _SPREADSHEETS),
    (b"7z\xbc\xaf\x27\x1c", Message("a 7-Zip archive"), frozenset()),
    (b"Rar!\x1a\x07", Message("a RAR archive"), frozenset()),
    (b"ARROW1\x00\x00", Message("an Arrow file"), frozenset({".arrow", ".feather"})),
    (b"%PDF-", Message("a PDF"), frozenset()),
    (b"SQLite format 3\x00", Message("an SQLite database"), frozenset({".db", ".sqlite", ".sqlite3"})),
)
_SAVE = Message("Save or unpack it as CSV (UTF-8) and choose that file.")


def refuse(path: Path) -> None:
    """See that a file is not something else under a table's name.

    Args:
        path: an existing file.

    Raises:
        SourceError: it is, in a sentence that says what.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES).removeprefix(_MARK)
    name, suffix = path.name, path.suffix.lower()
    _refuse_pointer(name, head)
    if _HTML.match(head) or _XML.match(head):
        raise SourceError(
            Message("{name} is a web page, expected a table.", name=name)
            if _HTML.match(head)
            else Message("{name} is an XML file, expected a table.", name=name),
            Message("Open it in a browser: it may be a log-in or an error page. Then download the table itself.")
            if _HTML.match(head)
            else _SAVE,
        )
    if kind := _kind(path, head, suffix):
        raise SourceError(
            Message("{name} is {kind}, expected a table as its suffix promises.", name=name, kind=kind), _SAVE
        )


def _refuse_pointer(name: str, head: bytes) -> None:
    """See that the file is here, rather than a note of where it lies."""
    if head.startswith(_LFS):
        size = _SIZE.search(head)
        raise SourceError(
            Message(
                "{name} is a Git LFS pointer, not the file itself, which has {size:,} bytes.",
                name=name,
                size=int(size[1][:18]) if size else 0,
            ),
            Message(
                'Run "git lfs install" and "git lfs pull" in its repository, or download the file from the '
                "repository's web page."
            ),
        )
    if _ANNEX.match(head):
        raise SourceError(
            Message("{name} is a git-annex pointer, not the file itself.", name=name),
            Message('Run "git annex get" on it in its repository.'),
        )


def _kind(path: Path, head: bytes, suffix: str) -> Message | None:
    """What a file is by its first bytes; None where that is what its suffix says, or nothing known."""
    if head.startswith(_IMAGES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return Message("an image")
    if head.startswith(_RICH):
        return Message("an RTF document")
    if head.startswith(b"PK\x03\x04"):
        return None if suffix in _ZIPPED else _zipped(path)
    return next(
        (kind for magic, kind, allowed in _MAGIC if head.startswith(magic) and suffix not in allowed),
        None,
    )


def _zipped(path: Path) -> Message:
    """What an archive is that holds no table: office files are archives, too."""
    names = content.members(path)
    if names is None:
        return Message("a zip archive or an Excel workbook")
    if any(name.startswith("word/") for name in names):
        return Message("a Word document")
    return Message("a PowerPoint presentation")
