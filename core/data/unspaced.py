"""Scripts that are written without spaces between words: Chinese, Japanese, Thai, Lao, Khmer, Burmese.

Korean has spaces. Works on the bytes of UTF-8, so that a table of 650,000 reviews takes seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

# A word of Chinese or Japanese has about two characters, one of the others about four.
QUARTERS = 4
_CHINESE_JAPANESE, _OTHERS = 2, 1
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")


def share(texts: Iterable[str]) -> float:
    """The share of letters, 0..1, that belong to such scripts."""
    whole = "".join(texts)
    return len(_UNSPACED.findall(whole)) / max(1, len(_LETTER.findall(whole)))


def quarter_words(letters: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Where characters of such scripts begin and what is of them, in bytes (N,) of UTF-8; None where there is none.

    Returns:
        How many quarters of a word begin at each byte, and which bytes belong to such characters or their punctuation.
    """
    # All of them have three bytes; by the first two it is told which they are.
    begins = (letters >= 0xE0) & (letters < 0xF0)
    if not begins.any():
        return None
    second = np.append(letters[1:], np.uint8(0))
    others = (letters == 0xE0) & (second >= 0xB8) & (second <= 0xBB)  # U+0E00 - U+0EFF
    others |= (letters == 0xE1) & ((second <= 0x82) | (second == 0x9E) | (second == 0x9F)) & (second >= 0x80)
    punctuation = (letters == 0xE3) & (second == 0x80)  # U+3000 - U+303F
    wide = (letters == 0xEF) & ((second == 0xBC) | (second == 0xBD))  # U+FF00 - U+FF7F
    main = (letters >= 0xE3) & (letters <= 0xE9) & ~punctuation
    begins = main | others | punctuation | wide
    if not begins.any():
        return None
    of = begins.copy()
    of[1:] |= begins[:-1]
    of[2:] |= begins[:-2]
    return _CHINESE_JAPANESE * main.astype(np.uint8) + _OTHERS * others.astype(np.uint8), of
