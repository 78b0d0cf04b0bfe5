"""Boilerplate: a sentence, a beginning or an end that a large share of the texts has."""

from __future__ import annotations

import re
from collections import Counter

from core.data.near import UNSPACED
from core.data.remedies import folded
from core.doctor.finding import Finding
from core.doctor.grades import found, graded
from core.doctor.texts import Reviews
from core.messages import Message

MOST_TEXTS = 10_000
# Fewer words are said by many people without being copied.
FEWEST_WORDS, FEWEST_SIGNS = 5, 10
# The share of different texts that have one phrase, and how many at least.
SHARE, FEWEST_TEXTS = 0.05, 10
_END = re.compile(r"[.!?。！？\n]+")
_SHOWN = 60


def boilerplate(reviews: Reviews) -> Finding | None:
    """Rows with a phrase that many different texts have."""
    there = reviews.distinct()
    looked = reviews.sample(MOST_TEXTS, there)
    phrases = [_phrases(text) for text in reviews.texts(looked)]
    counted = Counter(phrase for each in phrases for phrase in each)
    least = max(FEWEST_TEXTS, SHARE * len(looked))
    common = {phrase for phrase, count in counted.items() if count >= least}
    if not common:
        return None
    rows = [row for row, each in zip(looked.tolist(), phrases, strict=True) if common & each]
    # Of several that overlap, the one that most have, and of these the longest.
    shown = max(common, key=lambda phrase: (counted[phrase], len(phrase)))
    return found(
        "boilerplate",
        graded(counted[shown] / len(looked), warning=0.2),
        rows,
        Message(
            "Texts with a phrase that many others have word for word: {count:,} of {rows:,} different ones looked at; "
            "the commonest is “{phrase}” ({share:.0%}). It tells nothing apart and takes the place of what does.",
            count=len(rows),
            rows=len(looked),
            phrase=shown[:_SHOWN],
            share=counted[shown] / len(looked),
        ),
        seen=None if len(looked) == len(there) else len(looked),
    )


def _phrases(text: str) -> set[str]:
    """Sentences that are long enough, and the first and last words of a text that is longer than these."""
    spoken = [folded(each) for each in _END.split(text)]
    found_phrases = {each for each in spoken if _is_long(each)}
    there = folded(text).split()
    if len(there) > 2 * FEWEST_WORDS:
        found_phrases |= {" ".join(there[:FEWEST_WORDS]), " ".join(there[-FEWEST_WORDS:])}
    return found_phrases


def _is_long(phrase: str) -> bool:
    return len(phrase.split()) >= FEWEST_WORDS or len(UNSPACED.findall(phrase)) >= FEWEST_SIGNS
