"""Which texts hold what somebody looks for: all of the words, and each phrase in quotation marks, whatever their case.

A word is found anywhere, also within another (`noodle` finds noodles); a phrase in quotation marks as it stands, from
the beginning of a word to the end of one. Knows texts; knows nothing of tables, pages or classes. Runs through Arrow's
buffers without copying a text, so that half a gigabyte of reviews takes a fraction of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.table import plain

# Longer queries are no words of a person; each term is a walk through all texts.
MOST_CHARACTERS, MOST_TERMS = 500, 20
# Characters of scripts that put no spaces between words, for `[...]`: Thai, Lao, Tibetan, Burmese, Khmer; kana; Han.
UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
    "\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    "\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Straight, curly and full-width: a Japanese keyboard writes the second kind.
_QUOTED = re.compile('["“”„＂]([^"“”„＂]*)["“”„＂]?')
_APOSTROPHE = re.compile("['’]")
_SPACED_LETTER = re.compile(rf"[^\W_{UNSPACED}]")


def terms(words: str) -> list[tuple[str, bool]]:
    """What is looked for: each phrase in quotation marks, the last need not be closed, then each word; and whether it
    must stand for itself."""
    words = words[:MOST_CHARACTERS]
    phrases = [(" ".join(each.split()), True) for each in _QUOTED.findall(words)]
    found = [*phrases, *((each, False) for each in _QUOTED.sub(" ", words).split())]
    return list(dict.fromkeys(each for each in found if each[0]))[:MOST_TERMS]


def matching(texts: pa.ChunkedArray, words: str) -> np.ndarray:
    """Which of N texts hold every term, bool (N,); all of them where nothing is looked for.

    White space within a phrase stands for any white space; a missing text holds nothing.
    """
    whole, found = plain(texts), np.ones(len(texts), dtype=bool)
    for pattern in _patterns(words, before=r"(?:^|[^\pL\pN\pM])", after=r"(?:$|[^\pL\pN\pM])"):
        rows = np.flatnonzero(found)
        # The first is the longest and so the rarest, mostly: the others are looked for only where it stands.
        left = whole if len(rows) == len(whole) else whole.filter(pa.array(found))
        held = pc.fill_null(pc.match_substring_regex(left, pattern, ignore_case=True), False)
        found[rows] = held.to_numpy()
    return found


def places(text: str, words: str) -> list[tuple[int, int]]:
    """Where the terms stand in a text that holds them: begin and end of each, in order, none within another."""
    wanted = list(_patterns(words, before=r"(?<![^\W_])", after=r"(?![^\W_])"))
    return [each.span() for each in re.finditer("|".join(wanted), text, re.IGNORECASE)] if wanted else []


def _patterns(words: str, *, before: str, after: str) -> Iterator[str]:
    """The terms as regular expressions, the longest first; `before` and `after` keep a phrase apart from letters."""
    for term, alone in sorted(terms(words), key=lambda each: -len(each[0])):
        pattern = _APOSTROPHE.sub("['’]", r"\s+".join(map(re.escape, term.split())))
        begins, ends = (alone and _SPACED_LETTER.match(each) for each in (term[0], term[-1]))
        yield f"{before if begins else ''}{pattern}{after if ends else ''}"
