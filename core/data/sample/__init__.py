"""`sample:reviews`: synthetic five-star reviews, always there, no network.

A review is drawn in four steps: a hidden mood, a level from -2 to 2 for each aspect, a clause for each level, and
last the stars, which follow from the clauses and how they are joined. A conceded clause counts little, a remark about
another place nothing, the verdict twice. So the stars depend on composition, not only on which words occur, and words
are drawn from long lists, so that many a word of a test review is rare in the training reviews.

It does not know tokens, models or files, and imports numpy only. How a review is written is in `writer`; its
material in `trades`, `frames`, `verdicts` and `words`. `bench/sample.py` measures how hard the result is.

It guarantees: the same texts and stars in every process (only uniform floats of a seeded PCG64 are used); no text
twice in a split, none in both; no star commoner than a quarter of a split; about 8 % of the stars wrong on purpose,
mostly by one. A change to any of these modules changes the data: its test holds a hash.
"""

import functools

from core.data.sample.writer import Dice, write

SIZES: dict[str, int] = {"train": 4000, "test": 1000}
_SEEDS = {"train": 20250, "test": 70911}

# A score (weighted mean level, -2..2) above k of the cuts earns k + 1 stars; a score on a cut is drawn again.
_CUTS = (-1.15, -0.4, 0.4, 1.15)
_MARGIN = 0.07
_FEWEST_WORDS = 15
# Shares of reviews: stars drawn anew, and stars one off. A new draw is right one time in five.
_ANY_STARS, _ONE_OFF = 0.015, 0.068


def make(split: str) -> tuple[list[str], list[int]]:
    """Write all reviews of one split.

    Args:
        split: "train" or "test".

    Returns:
        texts: `SIZES[split]` reviews of 15 to about 210 words.
        stars: as many stars, 1..5.

    Raises:
        ValueError: there is no such split.
    """
    written = _written(split)
    return list(written), list(written.values())


@functools.cache
def _written(split: str) -> dict[str, int]:
    """Text to stars; written once a process, which takes a third of a second."""
    if split not in SIZES:
        raise ValueError(f"sample:reviews has no split {split!r}. Choose one of: {', '.join(SIZES)}.")
    dice = Dice(_SEEDS[split])
    written: dict[str, int] = {}
    while len(written) < SIZES[split]:
        review = write(dice)
        near_a_cut = any(abs(review.score - cut) < _MARGIN for cut in _CUTS)
        if near_a_cut or review.text.count(" ") < _FEWEST_WORDS - 1:
            continue
        stars = 1 + sum(review.score > cut for cut in _CUTS)
        # A careless reviewer clicks one star off now and then, rarely any.
        roll = dice.roll()
        if roll < _ANY_STARS:
            stars = 1 + int(dice.roll() * 5)
        elif roll < _ANY_STARS + _ONE_OFF:
            # Beside 1 and 5 there is one neighbour only.
            stars = {1: 2, 5: 4}.get(stars) or stars + dice.pick((-1, 1))
        written.setdefault(review.text, stars)
    return written
