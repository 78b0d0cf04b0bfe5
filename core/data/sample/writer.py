"""Writes one synthetic review: draws a mood, judges some aspects, words the judgements and keeps the score.

It knows how a review is put together and how much each part counts. It does not know stars or splits (`sample`) and
holds no phrases of its own (`trades`, `frames`, `verdicts`, `words`).

It guarantees that the score of a review is the weighted mean of the levels it states, and that the same `Dice` seed
gives the same reviews.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from core.data.sample.frames import ASIDES, CONTRASTS, LINKS, PAIRS, PLAIN, REDEEMED, REMARKS, SPOILED, TURNS, TWISTED
from core.data.sample.trade import Aspect, Levels, Trade
from core.data.sample.trades import TRADES
from core.data.sample.verdicts import FEELINGS, SUMMING_UP, VERDICTS
from core.data.sample.words import ANYTHING, COMPANY, DAYS, FAINT, MILD, MILD_PRAISE, TIMES, VERY, WORDS

_T = TypeVar("_T")
_Judged = tuple[Aspect, int]  # an aspect and its level, -2..2

# How much a part counts; everything else counts 1.
_CONCEDED_WEIGHT, _VERDICT_WEIGHT = 0.25, 2.0

# The hidden mood is even between -MOOD and MOOD; levels scatter around it with deviation SPREAD.
_MOOD, _SPREAD = 2.0, 0.65

# Chances. Rewording (twist, turn) and asides make words misleading; events and idle sentences make them many.
_LONG, _OPENER, _SUMMED_UP, _SUMMED_UP_FIRST = 0.06, 0.5, 0.9, 0.15
_CLASH_JOINED, _PAIR_JOINED, _POINTED_JOIN = 0.85, 0.3, 0.3
_EVENT, _TWIST, _TURN, _FEELING = 0.3, 0.2, 0.15, 0.75
_IDLE, _IDLE_LONG, _ASIDE, _SARCASM = 0.15, 0.6, 0.05, 0.07

# Above 1, the front of a list is drawn more often than its end.
_LEAN = 1.8

_MODIFIERS = {"f": FAINT, "very": VERY, "mild": MILD, "mild_p": MILD_PRAISE}
_FITTING = {kind: ANYTHING | _MODIFIERS | vars(words) for kind, words in WORDS.items()}
_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=(?!use|usual|uni[qtv]|eu|one\b)[aeiou]|hono|hones)")


class Dice:
    """Uniform floats of one seeded stream, fetched in blocks because single draws are slow."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._block: list[float] = []

    def roll(self) -> float:
        """A float in [0, 1)."""
        if not self._block:
            self._block = self._rng.random(8192).tolist()
        return self._block.pop()

    def happens(self, chance: float) -> bool:
        """True with that chance."""
        return self.roll() < chance

    def bell(self) -> float:
        """Roughly normal: mean 0, deviation 1, never beyond 3."""
        return 2 * (self.roll() + self.roll() + self.roll()) - 3

    def pick(self, options: Sequence[_T]) -> _T:
        """Any option, all alike."""
        return options[int(self.roll() * len(options))]

    def lean(self, options: Sequence[str]) -> str:
        """Any option, the first ones a little more often."""
        return options[int(self.roll() ** _LEAN * len(options))]


class _Drawn(dict[str, str]):
    """The slots of a frame: some given, the others drawn from their list when the frame asks for them."""

    def __init__(self, dice: Dice, lists: Mapping[str, Sequence[str]], given: Mapping[str, str]) -> None:
        super().__init__(given)
        self._dice, self._lists = dice, lists

    def __missing__(self, slot: str) -> str:
        return self._dice.lean(self._lists[slot])


@dataclass
class Review:
    """A review being written: what it is about, what it has said, and what that adds up to."""

    trade: Trade
    slots: dict[str, str]
    sentences: list[str] = field(default_factory=list)
    used_events: set[str] = field(default_factory=set)
    total: float = 0.0
    weight: float = 0.0

    @property
    def text(self) -> str:
        return " ".join(self.sentences)

    @property
    def score(self) -> float:
        """Weighted mean level of what was judged so far, -2..2."""
        return self.total / self.weight

    def count(self, level: int, weight: float = 1.0) -> None:
        """Add a judgement to the score."""
        self.total += level * weight
        self.weight += weight

    def add(self, sentence: str, *, first: bool = False) -> None:
        """Add a sentence, unless it was said already; a capital, "an" and the full stop are put in here."""
        text = _BEFORE_VOWEL.sub(r"\1n ", sentence.format_map(self.slots))
        text = text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")
        if text not in self.sentences:
            self.sentences.insert(0 if first else len(self.sentences), text)


def write(dice: Dice) -> Review:
    """One review of any trade, with a score."""
    trade = dice.pick(TRADES)
    slots = {
        "thing": dice.pick(trade.things),
        "again": dice.pick(trade.again),
        "day": dice.pick(DAYS),
        "who": dice.pick(COMPANY),
        "when": dice.pick(TIMES),
    }
    review = Review(trade, slots)
    long = dice.happens(_LONG)
    if dice.happens(_OPENER):
        review.add(dice.pick(trade.openers))
    # Some aspects in random order, each with a level scattered around a hidden mood.
    mood = _MOOD * (2 * dice.roll() - 1)
    aspects = sorted(trade.aspects, key=lambda _: dice.roll())
    count = len(aspects) if long else 2 + int(dice.roll() * 3)
    _body(review, dice, [(aspect, _level(mood + _SPREAD * dice.bell())) for aspect in aspects[:count]], long)
    if dice.happens(_SUMMED_UP):
        # A verdict in line with what was said, give or take a little; now and then right at the start.
        level = _level(1.15 * review.score + 0.45 * dice.bell())
        verdicts = FEELINGS if dice.happens(_FEELING) else VERDICTS
        verdict = dice.pick(verdicts[level]).format_map(_Drawn(dice, ANYTHING, review.slots))
        first = dice.happens(_SUMMED_UP_FIRST)
        review.add(("" if first else dice.pick(SUMMING_UP)) + verdict, first=first)
        review.count(level, _VERDICT_WEIGHT)
    return review


def _level(value: float) -> int:
    return min(2, max(-2, round(value)))


def _body(review: Review, dice: Dice, judged: list[_Judged], long: bool) -> None:
    """Word the judgements, two in one sentence where they clash or agree, and ramble in between."""
    while judged:
        first, *rest = judged
        agreement = first[1] * rest[0][1] if rest else 0
        if agreement < 0 and dice.happens(_CLASH_JOINED):
            # One of two clashing judgements is conceded; the other is the one that counts.
            conceded, main = (first, rest[0]) if dice.happens(0.5) else (rest[0], first)
            frames = CONTRASTS
            if dice.happens(_POINTED_JOIN):
                frames = REDEEMED if main[1] > 0 else SPOILED
            frame = dice.pick(frames)
            review.add(frame.format(c=_clause(review, dice, conceded), x=_clause(review, dice, main)))
            review.count(conceded[1], _CONCEDED_WEIGHT)
            review.count(main[1])
            judged = rest[1:]
        elif agreement > 0 and dice.happens(_PAIR_JOINED):
            frame = dice.pick(PAIRS)
            review.add(frame.format(a=_clause(review, dice, first), b=_clause(review, dice, rest[0])))
            review.count(first[1])
            review.count(rest[0][1])
            judged = rest[1:]
        else:
            _alone(review, dice, first)
            judged = rest
        # More of it in a long review, a plain fact, a look at another place.
        for _ in range(2 if long else 0):
            _alone(review, dice, first)
        if dice.happens(_IDLE_LONG if long else _IDLE):
            review.add(dice.pick(review.trade.fillers if dice.happens(0.75) else REMARKS))
        if dice.happens(_ASIDE):
            level = -first[1] or dice.pick((-2, 2))
            clause = _framed(dice, (dice.pick(review.trade.aspects), level), PLAIN)
            review.add(dice.pick(ASIDES).format(r=dice.pick(review.trade.rivals), a=clause))
    if review.score < 0 and dice.happens(_SARCASM):
        review.add(dice.pick(review.trade.sarcasm))
        review.count(-2)


def _alone(review: Review, dice: Dice, judged: _Judged) -> None:
    if dice.happens(_TURN):
        review.add(_framed(dice, judged, TURNS))
    else:
        link = dice.pick(LINKS) if review.weight else ""
        review.add(link + _clause(review, dice, judged))
    review.count(judged[1])


def _clause(review: Review, dice: Dice, judged: _Judged) -> str:
    """A clause of that level which can be part of a longer sentence: something that happened, or a judgement."""
    aspect, level = judged
    events = [event for event in aspect.events.get(level, ()) if event not in review.used_events]
    if events and dice.happens(_EVENT):
        event = dice.pick(events)
        review.used_events.add(event)
        return event
    return _framed(dice, judged, TWISTED if dice.happens(_TWIST) else PLAIN)


def _framed(dice: Dice, judged: _Judged, frames: Levels) -> str:
    """Judge an aspect with words in a frame that together make that level."""
    aspect, level = judged
    name = dice.lean(aspect.names)
    many = name.endswith("*")
    said = {"n": name.rstrip("*"), "be": "were" if many else "was", "it": "they" if many else "it"}
    return dice.pick(frames[level]).format_map(_Drawn(dice, _FITTING[aspect.kind], said))
