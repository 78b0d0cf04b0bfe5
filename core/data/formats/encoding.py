"""Which encoding a text file is in.

Strict UTF-8 first, a byte order mark before that, then statistics for text that is mostly not ASCII, and the
western code pages last: with a handful of accents in an English file statistics guess wildly, and cp1252 is
nearly always right. Knows nothing of tables. Guarantees that the whole file decodes in what it names.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from core.errors import SourceError
from core.messages import Message

_BLOCK_BYTES = 1 << 20
_SAMPLE_BYTES = 200_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TITLES = {
    "cp1252": "Windows-1252 (western)",
    "latin-1": "ISO 8859-1 (latin-1)",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}
# A western text has few letters beyond ASCII; above this share of bytes it is another script.
_OTHER_SCRIPT = 0.15
_MAGIC = {
    b"PK\x03\x04": Message("a zip archive or an Excel workbook"),
    b"\xd0\xcf\x11\xe0": Message("an old Excel workbook"),
    b"\x1f\x8b": Message("a gzip archive"),
    b"PAR1": Message("a Parquet file"),
    b"%PDF": Message("a PDF"),
    b"\x89PNG": Message("an image"),
    b"\xff\xd8\xff": Message("an image"),
    b"SQLite format 3\x00": Message("an SQLite database"),
}


def detect(path: Path) -> tuple[str, tuple[Message, ...]]:
    """Find the encoding of a text file.

    Returns:
        A codec name that decodes the whole file, and a note for the user unless it is UTF-8.

    Raises:
        SourceError: the file is not text.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            raise SourceError(
                Message("{name} is {kind}, expected a text table.", name=path.name, kind=kind),
                Message("Save or unpack it as CSV (UTF-8) and choose that file."),
            )
    encoding = next((each for mark, each in _MARKS if head.startswith(mark)), None)
    even, odd = head[0::2], head[1::2]
    if encoding is None and odd:
        # UTF-16 without a mark shows as a zero in every second byte.
        low, high = even.count(0) / len(even), odd.count(0) / len(odd)
        if high > 0.4 and low < 0.05:
            encoding = "utf-16-le"
        elif low > 0.4 and high < 0.05:
            encoding = "utf-16-be"
    if encoding is None:
        if b"\x00" in head:
            raise _with_zeros(path)
        encoding = "utf-8" if _decodes(path, "utf-8") else _legacy(path, head)
    elif not _decodes(path, encoding):
        raise _not_text(
            Message(
                "{name} holds a mark of {encoding} and then bytes that do not decode, expected text.",
                name=path.name,
                encoding=encoding,
            )
        )
    if encoding in {"utf-8", "utf-8-sig"}:
        return encoding, ()
    title = _TITLES.get(encoding, encoding.upper())
    return encoding, (
        Message("Read as {title}, since the file is not UTF-8; check that accents and quotes look right.", title=title),
    )


def _legacy(path: Path, head: bytes) -> str:
    """The encoding of a text from before Unicode."""
    encodings = ["cp1252", "latin-1"]
    beyond = sum(byte > 127 for byte in head) / len(head)
    if beyond > _OTHER_SCRIPT:
        from charset_normalizer import from_bytes

        if best := from_bytes(head).best():
            encodings.insert(0, best.encoding)
    found = next(encoding for encoding in encodings if _decodes(path, encoding))
    # latin-1 decodes anything; control characters in it give away that the file is no text at all.
    controls = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head) / len(head)
    if controls > 0.01:
        raise _not_text(Message("{name} holds control bytes, expected text.", name=path.name))
    return found


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file decodes, looked at in blocks; zero characters count as a failure."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                if "\x00" in decoder.decode(block):
                    raise _with_zeros(path)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _with_zeros(path: Path) -> SourceError:
    return _not_text(Message("{name} holds zero bytes, which text never has, expected text.", name=path.name))


def _not_text(found: Message) -> SourceError:
    return SourceError(found, Message("Check that it is a text table, and save it again as CSV (UTF-8)."))
