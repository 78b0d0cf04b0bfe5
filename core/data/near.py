"""Texts that are nearly the same: a name or a number changed, a sentence added, another mark at the end.

One meaning for the doctor, who counts such texts, and for the remedy that leaves them out. Knows texts alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import xxhash

# The share of shingles that two texts have in common, of all that they have.
ALIKE = 0.7
# Shorter texts share most of their few shingles by chance: they must have all of them in common.
FEWEST_WORDS = 8
_WORDS_A_SHINGLE = 3
_PERMUTATIONS, _SEED = 64, 1
# Scripts without spaces between words: two signs are about a word.
UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def again(texts: Iterable[str]) -> np.ndarray:
    """Which of N texts are nearly the same as one before them that is not, bool (N,).

    Takes a fifth of a millisecond a text.

    Args:
        texts: folded as `remedies.folded` does it.

    Source: https://ekzhu.com/datasketch/lsh.html
    """
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]

    index = MinHashLSH(threshold=ALIKE, num_perm=_PERMUTATIONS, weights=(0.1, 0.9))
    blank = MinHash(num_perm=_PERMUTATIONS, seed=_SEED, hashfunc=int)
    kept: dict[int, np.ndarray] = {}
    near = []
    for row, text in enumerate(texts):
        mine = shingles(text)
        sketch = blank.copy()
        sketch.update_batch(mine.tolist())
        # The sketch finds candidates; the shingles themselves decide.
        near.append(any(_alike(mine, kept[other]) for other in index.query(sketch)))
        if not near[-1]:
            index.insert(row, sketch, check_duplication=False)
            kept[row] = mine
    return np.array(near, bool)


def shingles(text: str) -> np.ndarray:
    """The shingles of a folded text as hashes, uint32 (M,), ascending; a text that is shorter than one is one.

    Three words in a row, or four signs in scripts without spaces. Sets of Python take twenty times the room.
    """
    words = _words(text)
    starts = range(max(1, len(words) - _WORDS_A_SHINGLE + 1))
    parts = (" ".join(words[start : start + _WORDS_A_SHINGLE]) or text for start in starts)
    return np.array(sorted({xxhash.xxh32_intdigest(each.encode()) for each in parts}), np.uint32)


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    short = min(len(one), len(other)) + _WORDS_A_SHINGLE - 1 < FEWEST_WORDS
    return shared >= (1.0 if short else ALIKE) * (len(one) + len(other) - shared)


def _words(text: str) -> list[str]:
    """Words, and of scripts without spaces every two signs."""
    found: list[str] = []
    for word in re.findall(r"\w+", text):
        if UNSPACED.search(word):
            found += [word[start : start + 2] for start in range(max(1, len(word) - 1))]
        else:
            found.append(word)
    return found
