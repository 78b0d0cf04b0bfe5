"""Which texts hold what somebody looks for: all of the words, and each phrase in quotation marks, whatever their case.

A word is found anywhere, also within another (`noodle` finds noodles); a phrase in quotation marks as it stands, from
the beginning of a word to the end of one. Knows texts; knows nothing of tables, pages or classes. Runs through Arrow's
buffers without copying a text, so that half a gigabyte of reviews takes a fraction of a second.
"""

from __future__ import annotations

import re

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
    ordered = _ordered(words)
    # Anywhere first, which is quick, the longest before the others, which is the rarest, mostly: what takes longer is
    # looked for only where that stands.
    anywhere = [_pattern(term) for term, _alone in ordered]
    apart = [_apart(term, r"(?:^|[^\pL\pN\pM])", r"(?:$|[^\pL\pN\pM])") for term, alone in ordered if alone]
    for pattern in dict.fromkeys([*anywhere, *apart]):
        rows = np.flatnonzero(found)
        left = whole if len(rows) == len(whole) else whole.filter(pa.array(found))
        held = pc.fill_null(pc.match_substring_regex(left, pattern, ignore_case=True), False)
        found[rows] = held.to_numpy()
    return found


def places(text: str, words: str) -> list[tuple[int, int]]:
    """Where the terms stand in a text that holds them: begin and end of each, in order, none within another."""
    wanted = [
        _apart(term, r"(?<![^\W_])", r"(?![^\W_])") if alone else _pattern(term) for term, alone in _ordered(words)
    ]
    return [each.span() for each in re.finditer("|".join(wanted), text, re.IGNORECASE)] if wanted else []


def _ordered(words: str) -> list[tuple[str, bool]]:
    return sorted(terms(words), key=lambda each: -len(each[0]))


def _pattern(term: str) -> str:
    return _APOSTROPHE.sub("['’]", r"\s+".join(map(re.escape, term.split())))


def _apart(term: str, before: str, after: str) -> str:
    """A term that begins and ends where a word does; in scripts without spaces that is anywhere."""
    begins, ends = (_SPACED_LETTER.match(each) for each in (term[0], term[-1]))
    return f"{before if begins else ''}{_pattern(term)}{after if ends else ''}"
