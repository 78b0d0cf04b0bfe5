"""Which words are typical of a class: those that its reviews use far more often than the others do.

Log-odds with an informative Dirichlet prior: how much more likely a word is in one class than in the rest, each drawn
towards what is usual in all reviews, and divided by its standard error, so that a rare word is not typical by chance
nor a frequent one by frequency alone. A word counts once a review: one that is repeated a hundred times says no more.
Scripts without spaces are counted in pairs of characters. Knows texts and class numbers; knows no table.

Source: Monroe, Colaresi, Quinn: Fightin' Words (2008), https://doi.org/10.1093/pan/mpn018
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.inspection.search import UNSPACED

# More reviews change the order of the first few words little and make a page wait.
SAMPLED, SEED = 5_000, 0
MOST_CHARACTERS = 5_000
PER_CLASS = 8
# How many words the prior is worth.
PRIOR = 500.0
# Seldom enough by chance, and in so many reviews of the class that the list speaks of more than one person.
LEAST_Z, LEAST_REVIEWS = 2.0, 3
# Signs above and below letters belong to the word, which `\w` does not know.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0971-\u0dff"
_SPACED = rf"(?:[^\W\d_{UNSPACED}]|[{_MARKS}])"
_WORD = re.compile(rf"{_SPACED}+(?:['’]{_SPACED}+)*|[{UNSPACED}]{{2,}}")
_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True)
class TypicalWord:
    """A word of one class: its z-score, and in which share of the reviews of the class and of the others it stands."""

    word: str
    z: float
    share: float
    elsewhere: float


@dataclass(frozen=True)
class Typical:
    """The typical words of each of K classes, most typical first, and of how many reviews they were counted."""

    classes: list[list[TypicalWord]]
    reviews: int


def sampled(numbers: np.ndarray, most: int = SAMPLED) -> np.ndarray:
    """Rows of a seeded sample of those that have a class (>= 0), in order."""
    rows = np.flatnonzero(numbers >= 0)
    if len(rows) <= most:
        return rows
    # At random: every n-th row may be of one class alone.
    return np.sort(np.random.default_rng(SEED).choice(rows, most, replace=False))


def words_of(text: str) -> Iterator[str]:
    """The words of a text in lower case, numbers left out; pairs of characters in scripts without spaces."""
    for found in _WORD.findall(text[:MOST_CHARACTERS].lower()):
        if _UNSPACED.match(found):
            yield from map("".join, pairwise(found))
        else:
            yield found.replace("’", "'")


def typical(texts: Sequence[str], numbers: np.ndarray, classes: int) -> Typical:
    """Find the typical words of each class.

    Args:
        texts: N reviews.
        numbers: their classes (N,), 0..classes - 1.
        classes: K.
    """
    counters: list[Counter[str]] = [Counter() for _ in range(classes)]
    for text, number in zip(texts, numbers.tolist(), strict=True):
        counters[number].update(set(words_of(text)))
    vocabulary = sorted(set().union(*counters))
    # Where all say the same word it tells nothing, and has no odds against others.
    if len(vocabulary) < 2:
        return Typical([[] for _ in range(classes)], len(texts))
    counts = np.array([[counter[word] for word in vocabulary] for counter in counters], float)  # (K, V)
    reviews = np.bincount(numbers, minlength=classes)
    z = log_odds(counts)
    return Typical([_of_class(place, vocabulary, counts, reviews, z) for place in range(classes)], len(texts))


def log_odds(counts: np.ndarray, prior: float = PRIOR) -> np.ndarray:
    """How typical each word is of each class, as a z-score (K, V).

    Args:
        counts: of V >= 2 words in K classes (K, V), each word at least once.
        prior: how many words the prior is worth.
    """
    usual = prior * counts.sum(0) / counts.sum()  # (V,)
    rest = counts.sum(0) - counts
    here, there = counts + usual, rest + usual
    odds = np.log(here / (here.sum(1, keepdims=True) - here)) - np.log(there / (there.sum(1, keepdims=True) - there))
    found: np.ndarray = odds / np.sqrt(1 / here + 1 / there)
    return found


def _of_class(
    number: int, vocabulary: Sequence[str], counts: np.ndarray, reviews: np.ndarray, z: np.ndarray
) -> list[TypicalWord]:
    others = max(1, int(reviews.sum() - reviews[number]))
    order = np.argsort(-z[number], kind="stable")
    fit = order[(z[number, order] >= LEAST_Z) & (counts[number, order] >= LEAST_REVIEWS)][:PER_CLASS]
    return [
        TypicalWord(
            vocabulary[place],
            round(float(z[number, place]), 2),
            float(counts[number, place] / reviews[number]),
            float((counts[:, place].sum() - counts[number, place]) / others),
        )
        for place in fit
    ]
