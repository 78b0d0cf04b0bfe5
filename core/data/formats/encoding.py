"""Which encoding a text file is in.

A byte order mark first, then strict UTF-8, then UTF-8 with a few broken places, and then the old encodings, weighed by
what comes out (`core.data.formats.scripts`); of text in a script that none of them has, statistics. Knows nothing of
tables. Guarantees that the whole file decodes in what it names, or, where it says so, all but a few places of it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from core.data.formats.scripts import CANDIDATES, likeness
from core.errors import SourceError
from core.messages import Message

_BLOCK_BYTES = 1 << 20
_SAMPLE_BYTES = 200_000
# Bytes of lines that are not plain ASCII, enough to tell a language by.
_WEIGHED_BYTES = 20_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TITLES = {
    **{candidate.codec: candidate.title for candidate in CANDIDATES},
    "latin-1": "ISO 8859-1 (latin-1)",
    "iso2022_jp": "ISO-2022-JP (Japanese)",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
}
# A western text has few letters beyond ASCII; above this share of bytes it is another script.
_OTHER_SCRIPT = 0.15
# What reads less like anything known is left to statistics.
_LIKELY = 0.3
# So many whole characters beyond ASCII for each byte that is none, and a text is damaged UTF-8.
_WHOLE_TO_BROKEN = 3
_BEYOND_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_BROKEN = re.compile(r"[\udc80-\udcff]+")
_ESCAPE = 0xDC00
# How ISO-2022-JP, which is all ASCII bytes, goes over to Japanese.
_ISO_2022 = b"\x1b$B"


@dataclass(frozen=True)
class Encoding:
    """How to decode a file.

    Attributes:
        codec: for the whole file.
        damaged: whether some places do not decode: they become half characters by `errors`, and text by `repaired`.
        notes: what to say of it.
    """

    codec: str
    damaged: bool = False
    notes: tuple[Message, ...] = ()

    @property
    def errors(self) -> str:
        return "surrogateescape" if self.damaged else "strict"


def detect(path: Path) -> tuple[str, tuple[Message, ...]]:
    """Find an encoding that decodes the whole of a text file.

    Returns:
        A codec name, and a note for the user unless it is UTF-8.

    Raises:
        SourceError: the file is not text, or is UTF-8 with broken places.
    """
    found = find(path)
    if found.damaged:
        raise _not_text(
            Message("{name} is {title} with broken places, expected text.", name=path.name, title=_title(found.codec))
        )
    return found.codec, found.notes


def find(path: Path) -> Encoding:
    """Find the encoding of a text file, whole or damaged.

    Raises:
        SourceError: the file is not text.
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
    encoding = next((each for mark, each in _MARKS if head.startswith(mark)), None) or _unmarked_utf16(head)
    if encoding in {None, "utf-8-sig"}:
        if b"\x00" in head:
            raise _with_zeros(path)
        if _ISO_2022 in head and _decodes(path, "iso2022_jp"):
            return _noted("iso2022_jp")
        if _is_utf8(path):
            return Encoding(encoding or "utf-8")
        return _repairable(path, encoding) or _legacy(path, head)
    assert encoding is not None
    if not _decodes(path, encoding):
        raise _not_text(
            Message(
                "{name} holds a mark of {encoding} and then bytes that do not decode, expected text.",
                name=path.name,
                encoding=encoding,
            )
        )
    return _noted(encoding)


def repaired(text: str, codec: str) -> str:
    """Text with half characters, as `Encoding.errors` leaves them, made whole.

    In UTF-8 a lone byte is most often one of Windows-1252, pasted in; the beginning of a character that was cut off at
    the end of a cell, and what no encoding has, becomes the sign for a lost character.
    """
    return _BROKEN.sub(lambda found: _guessed(found, codec), text)


def is_broken(text: str) -> bool:
    """Whether a text has half characters."""
    return not text.isascii() and _BROKEN.search(text) is not None


def _guessed(found: re.Match[str], codec: str) -> str:
    raw = bytes(ord(sign) - _ESCAPE for sign in found[0])
    cut_off = len(raw) > 1 and 0xC2 <= raw[0] <= 0xF4 and all(0x80 <= byte < 0xC0 for byte in raw[1:])
    at_end = not found.string[found.end() :].strip('"\r\n') or found.string[found.end()] in '\t,;|"'
    if not codec.startswith("utf-8") or (cut_off and at_end):
        return "\ufffd"
    return raw.decode("cp1252", "replace")


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark: zeros in every second byte, or in that place alone."""
    even, odd = head[0::2], head[1::2]
    zeros = even.count(0), odd.count(0)
    if not odd or not sum(zeros):
        return None
    shares = zeros[0] / len(even), zeros[1] / len(odd)
    for encoding, high, low in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if shares[high] > 0.4 and shares[low] < 0.05:
            return encoding
            # East Asian letters seldom have zeros: line ends, digits and commas among them do.
        if shares[high] > 0.02 and shares[low] < 0.6 * shares[high]:
            text = head[: len(head) // 2 * 2].decode(encoding, "replace")
            known = sum(sign.isalnum() or sign in "\r\n\t,;" for sign in text)
            if "\n" in text and "\ufffd" not in text[:-1] and known > 0.7 * len(text):
                return encoding
    return None


def _repairable(path: Path, marked: str | None) -> Encoding | None:
    """UTF-8 with a few broken places."""
    whole = broken = 0
    for text in _decoded(path, "utf-8", "surrogateescape"):
        broken += sum(map(len, _BROKEN.findall(text)))
        # The bytes that follow the first of a character; none of them is there by chance.
        whole += len(text.encode("utf-8", "replace")) - len(text)
    if not marked and whole < _WHOLE_TO_BROKEN * broken:
        return None
    return Encoding(marked or "utf-8", damaged=True)


def _legacy(path: Path, head: bytes) -> Encoding:
    """The encoding of a text from before Unicode."""
    encodings = _weighed(_beyond(path))
    beyond = sum(byte > 127 for byte in head) / len(head)
    if beyond > _OTHER_SCRIPT and (not encodings or encodings[0][0] < _LIKELY):
        from charset_normalizer import from_bytes

        if best := from_bytes(head).best():
            encodings.insert(0, (1.0, best.encoding))
    likely = [encoding for points, encoding in encodings if points > 0]
    found = next(encoding for encoding in [*likely, "cp1252", "latin-1"] if _decodes(path, encoding))
    # latin-1 decodes anything; control characters in it give away that the file is no text at all.
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head) / len(head)
    if controls > 0.01:
        raise _not_text(Message("{name} holds control bytes, expected text.", name=path.name))
    if found != encodings[0][1] and encodings[0][0] > _LIKELY:
        # Read like a language all over, but for a byte here and there.
        return _noted(encodings[0][1], damaged=True)
    return _noted(found)


def _weighed(sample: bytes) -> list[tuple[float, str]]:
    """The encodings in which a sample decodes, or nearly so, that which reads best first."""
    found = []
    for candidate in CANDIDATES:
        text = sample.decode(candidate.codec, "surrogateescape" if candidate.among == "alike" else "replace")
        lost = text.count("\ufffd") + sum(map(len, _BROKEN.findall(text)))
        if lost * 50 > len(text):
            continue
        found.append((likeness(text, candidate) - (0.05 if lost else 0.0), candidate.codec))
    return sorted(found, key=lambda pair: -pair[0])


def _beyond(path: Path) -> bytes:
    """Lines of a file that are not plain ASCII, as many as are weighed."""
    lines: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < _WEIGHED_BYTES and (block := file.read(_BLOCK_BYTES) + file.readline()):
            for found in _BEYOND_LINE.finditer(block):
                lines.append(found[0][:_WEIGHED_BYTES])
                size += len(lines[-1])
                if size >= _WEIGHED_BYTES:
                    break
    return b"\n".join(lines)


def _noted(encoding: str, *, damaged: bool = False) -> Encoding:
    note = Message(
        "Read as {title}, since the file is not UTF-8; check that accents and quotes look right.",
        title=_title(encoding),
    )
    return Encoding(encoding, damaged, (note,))


def _title(encoding: str) -> str:
    return _TITLES.get(encoding, encoding.upper())


def _decoded(path: Path, encoding: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _is_utf8(path: Path) -> bool:
    """Whether the whole file is UTF-8; zero characters count as a failure. Several times quicker than decoding it."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            if b"\x00" in block:
                raise _with_zeros(path)
            rest += block
            # The last character may be cut.
            last = rest[:-4:-1] if rest[-1] >= 0x80 else b""
            cut = next((back for back, byte in enumerate(last, 1) if byte >= 0xC0), 0)
            whole, rest = rest[: len(rest) - cut], rest[len(rest) - cut :]
            if not _is_whole(whole):
                return False
    return _is_whole(rest)


def _is_whole(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        pa.array([block], pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file decodes, looked at in blocks; zero characters count as a failure."""
    try:
        for text in _decoded(path, encoding, "strict"):
            if "\x00" in text:
                raise _with_zeros(path)
    except UnicodeDecodeError:
        return False
    return True


def _with_zeros(path: Path) -> SourceError:
    return _not_text(Message("{name} holds zero bytes, which text never has, expected text.", name=path.name))


def _not_text(found: Message) -> SourceError:
    return SourceError(found, Message("Check that it is a text table, and save it again as CSV (UTF-8)."))
