"""`sample:reviews`: synthetic five-star reviews, always there, no network.

A review is drawn in four steps: a hidden mood, a level from -2 to 2 for each aspect, a clause for each level, and
last the stars, which follow from the clauses and how they are joined. A conceded clause counts little, a remark about
another place nothing, the verdict twice. So the stars depend on composition, not on which words occur.

It does not know tokens, models or files, and imports numpy only. The phrases live in `sample_phrases`, the grammar of
praise and blame in `sample_lexicon`.

It guarantees: the same texts and stars in every process and on every platform (only uniform floats of a seeded
PCG64 are used); no text twice within a split or in both splits; the commonest star at most a quarter of a split;
about 8 % of the stars wrong on purpose, mostly by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from core.data.sample_lexicon import (
    ANYTHING,
    ASIDES,
    COMPANY,
    CONTRASTS,
    DAYS,
    FAINT,
    FEELINGS,
    LINKS,
    MILD,
    MILD_PRAISE,
    PAIRS,
    PLAIN,
    REDEEMED,
    REMARKS,
    SPOILED,
    SUMMING_UP,
    TIMES,
    TURNS,
    TWISTED,
    VERDICTS,
    VERY,
    WORDS,
)
from core.data.sample_phrases import DOMAINS, Aspect, Domain

SIZES: dict[str, int] = {"train": 4000, "test": 1000}
_SEEDS = {"train": 20250, "test": 70911}

# A score (weighted mean level, -2..2) above the k-th cut earns k + 1 stars; scores on a cut are drawn again.
_CUTS = (-1.15, -0.4, 0.4, 1.15)
_MARGIN = 0.07
_CONCEDED, _VERDICT = 0.25, 2.0
_NOISE, _FAR_NOISE = 0.08, 0.015
_TWIST, _FEELING, _SPREAD = 0.3, 0.55, 0.9

_T = TypeVar("_T")
_Level = int  # -2..2


class _Dice:
    """Uniform floats of one seeded stream, fetched in blocks because single draws are slow."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._block: list[float] = []

    def roll(self) -> float:
        """A float in [0, 1)."""
        if not self._block:
            self._block = self._rng.random(8192).tolist()
        return self._block.pop()

    def bell(self) -> float:
        """Roughly normal, mean 0, deviation 1, never beyond 3."""
        return 2 * (self.roll() + self.roll() + self.roll()) - 3

    def pick(self, options: Sequence[_T]) -> _T:
        """Any option, all alike."""
        return options[int(self.roll() * len(options))]

    def common(self, options: Sequence[str]) -> str:
        """Any option, the first ones far more often."""
        return options[int(self.roll() ** 1.2 * len(options))]

    def happens(self, chance: float) -> bool:
        return self.roll() < chance


@dataclass
class _Draft:
    """A review being written: what it is about, what it has said, and what that adds up to."""

    dice: _Dice
    domain: Domain
    slots: dict[str, str]
    sentences: list[str] = field(default_factory=list)
    said: set[str] = field(default_factory=set)
    total: float = 0.0
    weight: float = 0.0

    def count(self, level: _Level, weight: float = 1.0) -> None:
        self.total += level * weight
        self.weight += weight

    @property
    def score(self) -> float:
        """Weighted mean level of what was said so far, -2..2."""
        return self.total / self.weight

    def say(self, sentence: str) -> None:
        """Add a sentence, unless it was said already; capitals and the full stop are put in here."""
        text = sentence.format_map(self.slots)
        text = text[0].upper() + text[1:]
        if text not in self.said:
            self.said.add(text)
            self.sentences.append(text if text[-1] in ".?!" else text + ".")


def make(split: str) -> tuple[list[str], list[int]]:
    """Write all reviews of one split.

    Args:
        split: "train" or "test".

    Returns:
        texts: `SIZES[split]` reviews of about 15 to 250 words.
        stars: as many stars, 1..5.

    Raises:
        ValueError: there is no such split.
    """
    if split not in SIZES:
        raise ValueError(f"sample:reviews has no split {split!r}. Choose one of: {', '.join(SIZES)}.")
    dice = _Dice(_SEEDS[split])
    written: dict[str, int] = {}
    while len(written) < SIZES[split]:
        draft = _draft(dice)
        text = " ".join(draft.sentences)
        if text.count(" ") >= 14 and all(abs(draft.score - cut) > _MARGIN for cut in _CUTS):
            stars = 1 + sum(draft.score > cut for cut in _CUTS)
            written.setdefault(text, _noisy(dice, stars))
    return list(written), list(written.values())


def _noisy(dice: _Dice, stars: int) -> int:
    """The stars a careless reviewer would click: mostly the same, sometimes one off, rarely any."""
    roll = dice.roll()
    if roll < _FAR_NOISE:
        return 1 + int(dice.roll() * 5)
    if roll < _NOISE:
        return min(5, max(1, stars + dice.pick((-1, 1))))
    return stars


def _draft(dice: _Dice) -> _Draft:
    domain = dice.pick(DOMAINS)
    slots = {
        "thing": dice.pick(domain.things),
        "day": dice.pick(DAYS),
        "who": dice.pick(COMPANY),
        "when": dice.pick(TIMES),
    }
    draft = _Draft(dice, domain, slots | {"again": dice.pick(domain.again)})
    mood = 4.0 * dice.roll() - 2.0
    long = dice.happens(0.06)
    if dice.happens(0.6):
        draft.say(dice.pick(domain.openers))
    _body(draft, _judge(draft, mood, long), long)
    if dice.happens(0.85):
        _verdict(draft)
    return draft


def _judge(draft: _Draft, mood: float, long: bool) -> list[tuple[Aspect, _Level]]:
    """Pick some aspects in random order, each with a level scattered around the mood."""
    dice = draft.dice
    aspects = sorted(draft.domain.aspects, key=lambda _: dice.roll())
    count = len(aspects) if long else 2 + int(dice.roll() * 3)
    return [(aspect, _level(mood + _SPREAD * dice.bell())) for aspect in aspects[:count]]


def _level(value: float) -> _Level:
    return min(2, max(-2, round(value)))


def _body(draft: _Draft, judged: list[tuple[Aspect, _Level]], long: bool) -> None:
    """Say what was judged, two at a time where they clash, with idle remarks in between."""
    dice = draft.dice
    while judged:
        first, *judged = judged
        second = judged[0] if judged else None
        if second and first[1] * second[1] < 0 and dice.happens(0.85):
            _contrast(draft, first, second)
            judged = judged[1:]
        elif second and first[1] * second[1] > 0 and dice.happens(0.3):
            _pair(draft, first, second)
            judged = judged[1:]
        else:
            _alone(draft, first)
        _ramble(draft, first, long)
    if draft.score < -0.3 and dice.happens(0.07):
        draft.say(dice.pick(draft.domain.sarcasm))
        draft.count(-2)


def _ramble(draft: _Draft, judged: tuple[Aspect, _Level], long: bool) -> None:
    """Things around a judgement: more of the same in a long review, a plain fact, a look at another place."""
    dice = draft.dice
    if long:
        _alone(draft, judged)
    if dice.happens(0.6 if long else 0.22):
        draft.say(dice.pick(draft.domain.fillers if dice.happens(0.75) else REMARKS))
    if dice.happens(0.06):
        aspect = dice.pick(draft.domain.aspects)
        aside = _framed(draft, aspect, -judged[1] or dice.pick((-2, 2)))
        draft.say(dice.pick(ASIDES).format(r=dice.pick(draft.domain.rivals), a=aside))


def _contrast(draft: _Draft, first: tuple[Aspect, _Level], second: tuple[Aspect, _Level]) -> None:
    """Concede one of two clashing judgements; the other is the one that counts."""
    dice = draft.dice
    (conceded, less), (main, more) = (first, second) if dice.happens(0.5) else (second, first)
    frames = CONTRASTS
    if dice.happens(0.3):
        frames = REDEEMED if more > 0 else SPOILED
    draft.say(dice.pick(frames).format(c=_clause(draft, conceded, less), x=_clause(draft, main, more)))
    draft.count(less, _CONCEDED)
    draft.count(more)


def _pair(draft: _Draft, first: tuple[Aspect, _Level], second: tuple[Aspect, _Level]) -> None:
    draft.say(draft.dice.pick(PAIRS).format(a=_clause(draft, *first), b=_clause(draft, *second)))
    draft.count(first[1])
    draft.count(second[1])


def _alone(draft: _Draft, judged: tuple[Aspect, _Level]) -> None:
    dice = draft.dice
    if dice.happens(0.2):
        draft.say(_framed(draft, *judged, TURNS))
    else:
        draft.say(dice.pick(LINKS) + _clause(draft, *judged))
    draft.count(judged[1])


def _clause(draft: _Draft, aspect: Aspect, level: _Level) -> str:
    """One clause of that level which can be part of a longer sentence."""
    events = [event for event in aspect.events.get(level, ()) if event not in draft.said]
    if not events or not draft.dice.happens(0.5):
        return _framed(draft, aspect, level)
    event = draft.dice.pick(events)
    draft.said.add(event)
    return event


def _framed(draft: _Draft, aspect: Aspect, level: _Level, frames: dict[_Level, tuple[str, ...]] | None = None) -> str:
    """Judge an aspect by an adjective in a frame that turns it into that level."""
    dice, words = draft.dice, WORDS[aspect.kind]
    if frames is None:
        frames = TWISTED if dice.happens(_TWIST) else PLAIN
    name = dice.common(aspect.names)
    many = name.endswith("*")
    return dice.pick(frames[level]).format(
        n=name.rstrip("*"),
        be="were" if many else "was",
        it="they" if many else "it",
        p=dice.common(words.p),
        P=dice.common(words.P),
        m=dice.common(words.m),
        M=dice.common(words.M),
        f=dice.common(FAINT),
        very=dice.common(VERY),
        mild=dice.common(MILD),
        mild_p=dice.common(MILD_PRAISE),
        **_anything(dice),
    )


def _anything(dice: _Dice) -> dict[str, str]:
    """One word for each slot that fits any subject."""
    return {slot: dice.common(words) for slot, words in ANYTHING.items()}


def _verdict(draft: _Draft) -> None:
    """Sum up in line with what was said, give or take a little; now and then right at the start."""
    dice = draft.dice
    level = _level(1.15 * draft.score + 0.45 * dice.bell())
    verdicts = FEELINGS if dice.happens(_FEELING) else VERDICTS
    verdict = dice.pick(verdicts[level]).format(**draft.slots, **_anything(dice))
    draft.say(dice.pick(SUMMING_UP) + verdict)
    draft.count(level, _VERDICT)
    if dice.happens(0.15):
        draft.sentences.insert(0, draft.sentences.pop())
