"""Which encoding a text file is in.

Strict UTF-8 first, a byte order mark before that, then statistics for text that is mostly not ASCII, and the
western code pages last: with a handful of accents in an English file statistics guess wildly, and cp1252 is
nearly always right. Knows nothing of tables. Guarantees that the whole file decodes in what it names.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from core.errors import SourceError

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
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"SQLite format 3\x00": "an SQLite database",
}


def detect(path: Path) -> tuple[str, tuple[str, ...]]:
    """Find the encoding of a text file.

    Returns:
        A codec name that decodes the whole file, and a note for the user unless it is UTF-8.

    Raises:
        SourceError: the file is not text.
    """
    head = _head(path)
    _refuse_magic(path, head)
    encoding = _marked(head) or _wide(head)
    if encoding is None:
        if b"\x00" in head:
            raise _binary(path, "zero bytes, which text never has,")
        encoding = "utf-8" if _decodes(path, "utf-8") else _legacy(path, head)
    elif not _decodes(path, encoding):
        raise _binary(path, f"a mark of {encoding} and then bytes that do not decode")
    if encoding in {"utf-8", "utf-8-sig"}:
        return encoding, ()
    title = _TITLES.get(encoding, encoding.upper())
    return encoding, (f"Read as {title}, since the file is not UTF-8; check that accents and quotes look right.",)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE_BYTES)


def _refuse_magic(path: Path, head: bytes) -> None:
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            raise SourceError(
                f"{path.name} is {name}, expected a text table.",
                "Save or unpack it as CSV (UTF-8) and choose that file.",
            )


def _marked(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark shows as a zero in every second byte."""
    even, odd = head[0::2], head[1::2]
    if not odd:
        return None
    low, high = even.count(0) / len(even), odd.count(0) / len(odd)
    if high > 0.4 and low < 0.05:
        return "utf-16-le"
    return "utf-16-be" if low > 0.4 and high < 0.05 else None


def _legacy(path: Path, head: bytes) -> str:
    encodings = ["cp1252", "latin-1"]
    beyond = sum(byte > 127 for byte in head) / len(head)
    if beyond > _OTHER_SCRIPT:
        encodings = [*_guessed(head), *encodings]
    found = next(encoding for encoding in encodings if _decodes(path, encoding))
    # latin-1 decodes anything; control characters in it give away that the file is no text at all.
    controls = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in head) / len(head)
    if controls > 0.01:
        raise _binary(path, "control bytes")
    return found


def _guessed(head: bytes) -> list[str]:
    from charset_normalizer import from_bytes

    best = from_bytes(head).best()
    return [best.encoding] if best else []


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file decodes, looked at in blocks; zero characters count as a failure."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            if "\x00" in decoder.decode(block):
                raise _binary(path, "zero bytes, which text never has,")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block


def _binary(path: Path, found: str) -> SourceError:
    return SourceError(
        f"{path.name} holds {found} expected text.",
        "Check that it is a text table, and save it again as CSV (UTF-8).",
    )
