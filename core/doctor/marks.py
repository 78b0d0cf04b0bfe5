"""What stands in a text that is no part of what was meant: tags, links, characters that nobody sees, lost letters.

Each mark is found in all rows by one look of Arrow at their bytes, but for letters that an encoding has garbled:
telling these from foreign words takes a look at each text, of which there are as many as are not plain ASCII.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data import remedies
from core.doctor.finding import Finding, Severity
from core.doctor.grades import found, graded
from core.messages import Message

if TYPE_CHECKING:
    from core.doctor.texts import Reviews

_ENTITIES = r"amp|lt|gt|quot|apos|nbsp|hellip|[lr][sd]quo|#\d{1,6}|#x[0-9a-f]{1,5}"
# What the remedies take out, and nothing else.
_HTML = rf"{remedies.TAG}|&(?:{_ENTITIES});"
# Joiners of emoji and of Persian and Indic scripts, and marks of direction, belong to the text and are not among them.
_CONTROL = "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
# Blanks that push a text out of sight where its first characters are all that is read.
MANY_BLANKS = 200
_BLANKS = rf"\s{{{MANY_BLANKS}}}"
# Texts that are not plain ASCII, of which letters that are lost are looked for.
MOJIBAKE_ROWS = 20_000
_LOST = "\ufffd"


def _matching(pattern: str) -> Callable[[pa.ChunkedArray], np.ndarray]:
    def find(texts: pa.ChunkedArray) -> np.ndarray:
        hits = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
        return np.asarray(hits.to_numpy(), bool)

    return find


def _foreign(texts: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(pc.invert(pc.fill_null(pc.string_is_ascii(texts), True)).to_numpy(), bool)


FOUND: dict[str, Callable[[pa.ChunkedArray], np.ndarray]] = {
    "html": _matching(_HTML),
    "urls": _matching(remedies.URL),
    "control": _matching(_CONTROL),
    "blanks": _matching(_BLANKS),
    "foreign": _foreign,
}


def html(reviews: Reviews) -> Finding | None:
    """Tags and entities of web pages."""
    rows, severity = _marked(reviews, "html", warning=0.05)
    return found(
        "html",
        severity,
        rows,
        Message(
            "Texts with HTML in them: {count:,} of {rows:,}. The model learns from tags and entities as if they were "
            "words, and they fill its space; the remedy takes them out.",
            count=len(rows),
            rows=len(reviews.used),
        ),
        {"data.remedies": ["html"]},
    )


def urls(reviews: Reviews) -> Finding | None:
    """Addresses of the web."""
    rows, severity = _marked(reviews, "urls", warning=0.2)
    return found(
        "urls",
        severity,
        rows,
        Message(
            "Texts with links: {count:,} of {rows:,}. A link is cut into many tokens that say nothing; the remedy "
            "takes links out.",
            count=len(rows),
            rows=len(reviews.used),
        ),
        {"data.remedies": ["urls"]},
    )


def control(reviews: Reviews) -> Finding | None:
    """Characters that nobody sees."""
    rows, severity = _marked(reviews, "control", warning=0.05)
    return found(
        "control",
        severity,
        rows,
        Message(
            "Texts with characters that nobody sees (control, zero-width, direction): {count:,} of {rows:,}. They "
            "split words that look whole; the remedy takes them out.",
            count=len(rows),
            rows=len(reviews.used),
        ),
        {"data.remedies": ["unicode"]},
    )


def blanks(reviews: Reviews) -> Finding | None:
    """Long runs of white space."""
    rows, severity = _marked(reviews, "blanks", warning=0.01)
    return found(
        "blanks",
        severity,
        rows,
        Message(
            "Texts with {most} blanks or more in a row: {count:,} of {rows:,}. They look like padding of an export; a "
            "program that reads only the first characters sees nothing else.",
            most=MANY_BLANKS,
            count=len(rows),
            rows=len(reviews.used),
        ),
    )


def mojibake(reviews: Reviews) -> Finding | None:
    """Letters that were written in one encoding and read in another.

    Source: https://ftfy.readthedocs.io/en/latest/heuristic.html
    """
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    foreign = reviews.used[reviews.marked["foreign"][reviews.used]]
    looked = reviews.sample(MOJIBAKE_ROWS, foreign)
    bad = [
        row
        for row, text in zip(looked.tolist(), reviews.texts(looked), strict=True)
        if _LOST in text or (is_bad(text) and fix_encoding(text) != text)
    ]
    whole = len(looked) == len(foreign)
    share = len(bad) / max(1, len(looked)) * len(foreign) / max(1, len(reviews.used))
    return found(
        "mojibake",
        graded(share, warning=0.01),
        bad,
        Message(
            "Texts with letters that an encoding has garbled, such as Ã© for é: {count:,}. The same word then has "
            "several spellings; the remedy repairs what can be told.",
            count=len(bad),
        ),
        {"data.remedies": ["unicode"]},
        # Plain ASCII holds none, so that its rows were looked at in all.
        seen=None if whole else len(looked),
    )


def _marked(reviews: Reviews, mark: str, *, warning: float) -> tuple[np.ndarray, Severity]:
    used = reviews.used
    rows = used[reviews.marked[mark][used]]
    return rows, graded(len(rows) / max(1, len(used)), warning=warning)
