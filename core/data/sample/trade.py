"""What a trade consists of: its aspects, and what can happen in each.

It knows the form of phrases and how strong each one is. It does not know how a review is put together (`writer`) or
how praise is negated and conceded (`frames`). Every line in `trades` was written for this project; none comes from a
real review. Order matters: the generator prefers the head of a list of names, so common words stand first.
Editing any line changes the data set and the hash in its test.

Events are lines that start with their strength: `++`, `+`, `-` or `--`. A name that ends in `*` is a plural.
Slots: {thing} the kind of place or product, {day}, {who}, {when}.
"""

from dataclasses import dataclass

Levels = dict[int, tuple[str, ...]]
_MARKS = {"++": 2, "+": 1, "-": -1, "--": -2}


@dataclass(frozen=True)
class Aspect:
    """One thing a reviewer may judge: its names, the adjectives that fit it, what may happen to it."""

    kind: str
    names: tuple[str, ...]
    events: Levels


@dataclass(frozen=True)
class Trade:
    """One trade that gets reviewed. `again` completes "I would ..."; `rivals` completes "..., the food was"."""

    things: tuple[str, ...]
    again: tuple[str, ...]
    rivals: tuple[str, ...]
    openers: tuple[str, ...]
    fillers: tuple[str, ...]
    sarcasm: tuple[str, ...]
    aspects: tuple[Aspect, ...]


def lines(block: str) -> tuple[str, ...]:
    """The non-empty lines of a block, stripped."""
    return tuple(line.strip() for line in block.splitlines() if line.strip())


def aspect(kind: str, names: str, events: str) -> Aspect:
    """An aspect from a list of names and a block of events."""
    by_level: dict[int, list[str]] = {level: [] for level in _MARKS.values()}
    for line in lines(events):
        mark, phrase = line.split(" ", 1)
        by_level[_MARKS[mark]].append(phrase)
    return Aspect(kind, tuple(names.split(", ")), {level: tuple(found) for level, found in by_level.items()})
