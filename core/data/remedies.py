"""What can be done about faults of a table: texts that are put right, rows that are left out.

Each remedy is a function over Arrow columns that says what the texts become, or which rows stay; nothing is changed in
a file. Two texts are equal here when they differ only by surrounding and repeated white space and by case. Knows texts
and class numbers; knows no table. Guarantees the same answer for the same rows, whatever the seed of the run.
"""

from __future__ import annotations

import functools
import html as entities
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from core.config.run_config import Remedy
from core.data import near

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

_PIECE_ROWS = 20_000
# What stands for an address: a plain word, which every vocabulary has.
LINK = "link"

Texts: TypeAlias = pa.ChunkedArray


def unicode(texts: Texts) -> Texts:
    """Characters that a wrong encoding has garbled are mended, accents composed (NFC), control characters and those of
    no width removed."""
    # What is of ordinary characters alone, nearly every text in English, is as it should be.
    return _each(texts, r"[^\t\n\r -~]", _mended)


def html(texts: Texts) -> Texts:
    """Tags removed, `<br>` and the ends of paragraphs as line breaks, entities as the characters that they stand for;
    `I <3 you` and `a < b` stay."""
    return _each(texts, r"[<&]", _without_tags)


def urls(texts: Texts) -> Texts:
    """Addresses of the web replaced by the word `link`: that there was one says something, where it leads does not."""
    return _each(texts, r"(?i)(https?|ftp)://|www\.", lambda text: _URL.sub(LINK, text))


def conflicts(texts: Texts, labels: np.ndarray) -> np.ndarray:
    """Which rows stay, bool (N,): equal texts of different classes all go."""
    found = _codes(keys(texts))
    least, most = (np.full(len(found), start) for start in (np.iinfo(np.int64).max, -1))
    np.minimum.at(least, found, labels)
    np.maximum.at(most, found, labels)
    stay: np.ndarray = (least == most)[found]
    return stay


def duplicates(texts: Texts) -> np.ndarray:
    """Which rows stay, bool (N,): the first of equal texts."""
    _, first = np.unique(keys(texts), return_index=True)
    stay = np.zeros(len(texts), bool)
    stay[first] = True
    return stay


def near_duplicates(texts: Texts) -> np.ndarray:
    """Which rows stay, bool (N,): the first of texts that are nearly the same (`core/data/near.py`).

    Each text is compared with those that stay, so that of what stays no two are nearly the same.
    """
    return ~near.again(_folded(texts))


def one_word(texts: Texts) -> np.ndarray:
    """Which rows stay, bool (N,): texts of more than one word; two signs are a word in scripts without spaces."""
    return np.fromiter((not _is_one_word(text) for text in _plain(texts)), bool, len(texts))


def leaks(texts: Texts, *measured: Texts) -> np.ndarray:
    """Which rows to learn from stay, bool (N,): those whose text is in none of the parts that measure."""
    if not measured:
        return np.ones(len(texts), bool)
    return ~np.isin(keys(texts), np.concatenate([keys(each) for each in measured]))


ON_TEXTS: Mapping[str, Callable[[Texts], Texts]] = {"unicode": unicode, "html": html, "urls": urls}
ON_ROWS: Mapping[str, Callable[[Texts, np.ndarray], np.ndarray]] = {
    "conflicts": conflicts,
    "duplicates": lambda texts, _labels: duplicates(texts),
    "near_duplicates": lambda texts, _labels: near_duplicates(texts),
    "one_word": lambda texts, _labels: one_word(texts),
}
# As they are done, whatever the order in which they were asked for: `leaks` once the parts are made.
ORDER: tuple[Remedy, ...] = (
    "unicode",
    "html",
    "urls",
    "conflicts",
    "duplicates",
    "near_duplicates",
    "one_word",
    "leaks",
)


def different(before: Texts, after: Texts) -> int:
    """How many texts are another than before."""
    return int(pc.sum(pc.not_equal(before, after)).as_py() or 0)


def blank(texts: Texts) -> np.ndarray:
    """Which texts are blank, bool (N,)."""
    return np.fromiter((not text.strip() for text in _plain(texts)), bool, len(texts))


def keys(texts: Texts) -> np.ndarray:
    """A number for each text, uint64 (N,), the same for equal ones.

    Two of a million different texts share one in 37 million tables.
    """
    return np.fromiter(map(key, _folded(texts)), np.uint64, len(texts))


def key(folded_text: str) -> int:
    """The number of a text that is folded already."""
    return xxhash.xxh3_64_intdigest(folded_text.encode())


def folded(text: str) -> str:
    """A text as it is compared: without surrounding and repeated white space, and without case."""
    return " ".join(text.split()).casefold()


def _is_one_word(text: str) -> bool:
    words = text.split()
    return len(words) <= 1 and len(near.UNSPACED.findall(text)) <= 2


def _plain(texts: Texts) -> Iterator[str]:
    for start in range(0, len(texts), _PIECE_ROWS):
        yield from texts.slice(start, _PIECE_ROWS).to_pylist()


def _folded(texts: Texts) -> Iterator[str]:
    return map(folded, _plain(texts))


def _codes(found: np.ndarray) -> np.ndarray:
    return np.unique(found, return_inverse=True)[1]


def _each(texts: Texts, pattern: str, change: Callable[[str], str]) -> Texts:
    """The texts with those that the pattern finds something in changed, piece by piece."""
    pieces = []
    for start in range(0, len(texts), _PIECE_ROWS):
        piece = texts.slice(start, _PIECE_ROWS).combine_chunks()
        touched = pc.match_substring_regex(piece, pattern)
        changed = pa.array([change(text) for text in piece.filter(touched).to_pylist()], texts.type)
        pieces.append(pc.replace_with_mask(piece, touched, changed) if len(changed) else piece)
    return pa.chunked_array(pieces, texts.type)


# Control characters but for tab and line ends; what has no width: soft hyphens, zero-width spaces, marks of direction.
_NO_WIDTH = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
    # Joiners make one sign of several emoji and have a meaning in the scripts of the Near East and India.
    "|(?<![\u0590-\u1fff\u2190-\U000e0fff])[\u200c\u200d]"
)


def _mended(text: str) -> str:
    import ftfy

    return unicodedata.normalize("NFC", _NO_WIDTH.sub("", ftfy.fix_text(text, _fixes())))


@functools.cache
def _fixes() -> TextFixerConfig:
    from ftfy import TextFixerConfig

    # Entities are for the remedy `html`; quotation marks and wide letters are as people wrote them.
    return TextFixerConfig(
        unescape_html=False, uncurl_quotes=False, fix_character_width=False, fix_latin_ligatures=False, explain=False
    )


# As both Python and Arrow read them.
URL = r"""(?i)(?:(?:https?|ftp)://|www\.)[^\s<>\"'（）「」、。]*[^\s<>\"'（）「」、。.,;:!?)\]}]"""
_URL = re.compile(URL)
_TAGS = (
    "a abbr address article aside b base big blockquote body br button caption center cite code col dd del details div "
    "dl dt em fieldset figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label "
    "legend li link main mark meta nav ol option p picture pre q s samp section select small source span strike strong "
    "sub summary sup svg table tbody td textarea tfoot th thead time title tr tt u ul var video"
)
_BREAKS = "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul"
_ATTRIBUTES = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)|\s+(?:disabled|checked|hidden|selected))*\s*/?"""
_HIDDEN = re.compile(r"<!--.*?-->|<!doctype[^<>]*>|<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
TAG = rf"(?i)</?({'|'.join(sorted(_TAGS.split(), key=len, reverse=True))}){_ATTRIBUTES}>"
_TAG = re.compile(TAG)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")


def _without_tags(text: str) -> str:
    """Entities can hide tags, and entities: what was written twice over is read twice."""
    for _ in range(2):
        stripped = _TAG.sub(_break, _HIDDEN.sub("", text))
        decoded = _ENTITY.sub(lambda found: entities.unescape(found[0]), stripped)
        if decoded == text:
            break
        text = decoded
    # A break at each end of a paragraph is more than one line between two.
    return re.sub(r"[^\S\n]*\n\s*\n\s*\n\s*", "\n\n", text).strip() if "\n" in text else text.strip()


def _break(found: re.Match[str]) -> str:
    return "\n" if found[1].casefold() in _BREAKS.split() else ""


def ordered(asked: Sequence[str]) -> list[Remedy]:
    """The remedies that were asked for, each once, as they are done."""
    return [each for each in ORDER if each in asked]
