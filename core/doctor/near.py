"""Texts that are nearly the same: a name or a number changed, a sentence added.

Looks at up to `MOST_TEXTS` different texts. Of more, these are not drawn at random, which would tear most pairs apart:
texts are put in the order of a hash that near copies mostly share (`Reviews.kin`), and the first are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xxhash

from core.doctor.finding import Finding
from core.doctor.grades import found, graded
from core.doctor.texts import Reviews, words
from core.messages import Message

MOST_TEXTS = 15_000
# The share of word triples that two texts have in common, of all that they have.
ALIKE = 0.7
# Shorter texts share most of their few triples by chance.
FEWEST_WORDS = 8
_PERMUTATIONS = 64
_MIXED = np.uint64(0x9E3779B97F4A7C15)


def near_duplicates(reviews: Reviews) -> Finding | None:
    """Rows whose text is nearly that of an earlier row, and not quite.

    Source: https://ekzhu.com/datasketch/lsh.html
    """
    there = reviews.distinct()
    there = there[reviews.words[there] >= FEWEST_WORDS]
    order = np.argsort(reviews.kin[there] * _MIXED, kind="stable")
    looked = np.sort(there[order[:MOST_TEXTS]])
    rows = looked[np.array(_near([_triples(text) for text in reviews.texts(looked)]), np.int64)]
    share = len(rows) / max(1, len(looked))
    return found(
        "near_duplicates",
        graded(share, warning=0.01),
        rows,
        Message(
            "Rows that are nearly the text of an earlier row: {count:,} of {rows:,} that were looked at. On both sides "
            "of a run they flatter its scores as copies do; the remedy keeps the first of each.",
            count=len(rows),
            rows=len(looked),
        ),
        {"data.remedies": ["near_duplicates"]},
        seen=None if len(looked) == len(there) else len(looked),
    )


def _triples(text: str) -> np.ndarray:
    """Hashes of the word triples of a text, uint32 (M,), ascending: sets of Python take twenty times the room."""
    there = words(text)
    triples = ("\t".join(there[at : at + 3]) for at in range(max(1, len(there) - 2)))
    hashed = {xxhash.xxh32_intdigest(each.encode("utf-8", "replace")) for each in triples}
    return np.array(sorted(hashed), np.uint32)


def _near(triples: Sequence[np.ndarray]) -> list[int]:
    """Which of N texts are alike one before them."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]

    index = MinHashLSH(threshold=ALIKE - 0.1, num_perm=_PERMUTATIONS)
    blank = MinHash(num_perm=_PERMUTATIONS, hashfunc=int)
    near = []
    for number, each in enumerate(triples):
        made = blank.copy()
        made.update_batch(each.tolist())
        if any(_alike(each, triples[other]) for other in index.query(made)):
            near.append(number)
        index.insert(number, made, check_duplication=False)
    return near


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared >= ALIKE * (len(one) + len(other) - shared)
