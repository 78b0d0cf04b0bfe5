"""Words that give the label away, so that the model learns the words and nothing else.

A word that only good reviews have is what a model should find; one that stands in at least half of a class and nowhere
else was mostly put there by whoever made the table. Ratings and names of classes in the text are counted apart.
"""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np

from core.data.remedies import folded
from core.doctor.finding import Finding
from core.doctor.grades import found, graded
from core.doctor.texts import Reviews, words
from core.messages import Message

MOST_TEXTS = 10_000
# Of the rows with the word, how many have the class; of the rows of the class, how many have the word.
SURE, COVERS = 0.98, 0.5
# Different texts with the word at least; and how improbable it must be that chance did it.
FEWEST_TEXTS, CHANCE = 10, 1e-9
# Of the texts that name a class, how many name their own; of all texts, how many do.
AGREES, NAMED, OFTEN = 0.65, 0.02, 0.2
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_RATING = re.compile(
    r"\b(\d{1,2}(?:\.\d)?|one|two|three|four|five)\s*(?:-\s*)?(?:stars?\b|/\s*(?:5|10)\b|out\s+of\s+(?:5|five|10|ten)\b)"
    r"|([★⭐]+)|星\s*([1-5１-５])|([1-5１-５])\s*つ?星"
)
_SHOWN = 4


def gives_away(reviews: Reviews) -> Finding | None:
    """Rows with words that tell their class by themselves."""
    there = reviews.distinct()
    looked = reviews.sample(MOST_TEXTS, there)
    texts, labels = [folded(text) for text in reviews.texts(looked)], reviews.numbers[looked]
    seen = None if len(looked) == len(there) else len(looked)
    both = [rule(reviews, looked, texts, labels, seen) for rule in (_of_words, _of_names)]
    return max((each for each in both if each is not None), key=lambda each: each.count, default=None)


def _of_words(
    reviews: Reviews, looked: np.ndarray, texts: list[str], labels: np.ndarray, seen: int | None
) -> Finding | None:
    """Of words that cover a class and stand in no other."""
    sets = [set(words(text)) for text in texts]
    often = Counter(word for each in sets for word in each)
    sizes = np.bincount(labels, minlength=len(reviews.names))
    known = [word for word, count in often.items() if count >= max(FEWEST_TEXTS, COVERS * sizes[sizes > 0].min())]
    place = {word: number for number, word in enumerate(known)}
    counts = np.zeros((len(known), len(sizes)), np.int64)
    for each, label in zip(sets, labels.tolist(), strict=True):
        for word in each & place.keys():
            counts[place[word], label] += 1
    telling: dict[str, int] = {}
    for word, row in zip(known, counts, strict=True):
        label, total = int(row.argmax()), int(row.sum())
        base = sizes[label] / len(labels)
        improbable = total * math.log(base) < math.log(CHANCE)
        if row[label] >= SURE * total and row[label] >= COVERS * sizes[label] and improbable:
            telling[word] = label
    if not telling:
        return None
    hit = np.array([any(telling.get(word) == label for word in each) for each, label in zip(sets, labels, strict=True)])
    best = sorted(telling, key=lambda word: -often[word])[:_SHOWN]
    return found(
        "gives_away",
        graded(float(hit.mean()), warning=0.0, serious=0.5),
        looked[hit],
        Message(
            "Words that tell the label by themselves: {listed}. They stand in at least half of the texts of a class "
            "and in hardly any other, here in {count:,} texts. A model learns these words and nothing else; see "
            "whether they belong to the text.",
            listed=", ".join(f"“{word}” ({reviews.names[telling[word]]})" for word in best),
            count=int(hit.sum()),
        ),
        seen=seen,
    )


def _of_names(
    reviews: Reviews, looked: np.ndarray, texts: list[str], labels: np.ndarray, seen: int | None
) -> Finding | None:
    """Of ratings, or names of classes, in the text."""
    said = [_rated(text) for text in texts] if reviews.worth is not None else _named(reviews.names, texts)
    own = [{float(value)} for value in reviews.worth] if reviews.worth is not None else [{n} for n in reviews.names]
    speaks = np.array([bool(each) for each in said], bool)
    right = np.array([each == own[label] for each, label in zip(said, labels, strict=True)], bool)
    count, share = int(right.sum()), right.mean() if len(right) else 0.0
    if count < FEWEST_TEXTS or share < NAMED or count < AGREES * speaks.sum():
        return None
    return found(
        "gives_away",
        graded(float(share), warning=OFTEN, serious=0.5),
        looked[right],
        Message(
            "Texts that say their own label, such as “5 stars” or the name of the class: {count:,} of {rows:,} looked "
            "at ({share:.0%}). What the model learns from them does not help with texts that don't say it.",
            count=count,
            rows=len(looked),
            share=float(share),
        ),
        seen=seen,
    )


def _rated(text: str) -> set[float]:
    """The ratings that a text speaks of."""
    rated: set[float] = set()
    for number, glyphs, before, after in _RATING.findall(text):
        said = number or before or after
        rated.add(float(_NUMBERS.get(said, said)) if said else float(len(glyphs)))
    return rated


def _named(names: tuple[str, ...], texts: list[str]) -> list[set[str]]:
    """Which classes each text names; numbers and short names stand in texts for other things."""
    spoken = {folded(name): name for name in names if len(name) >= 3 and not name.isdecimal()}
    if not spoken:
        return [set() for _text in texts]
    longest_first = sorted(spoken, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
    return [{spoken[each] for each in pattern.findall(text)} for text in texts]
