"""Whether a model can read the language of a table: into what its tokenizer cuts the texts.

A tokenizer that has learned a language cuts it into words and parts of words; another one finds single letters, or
nothing that it knows. Measured with the tokenizer's file alone, without torch, on at most `lengths.COUNTED` texts; what
the thresholds rest on is in docs/languages.md. Says nothing of what the model makes of the pieces.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from core.models import lengths

# Of texts in a language that a tokenizer knows, none of those measured had a hundredth of unknown characters.
UNKNOWN = 0.05
# Tokens a letter: below, as few as in a language that the tokenizer has learned; above, almost letter by letter.
WELL, PARTLY = 0.33, 0.55
# Fewer letters than this share of the characters say nothing, such as a few names among Chinese.
LEAST_LETTERS = 0.1
# Of a single text: letters of one that is spelled, and characters of one that is not known.
FEWEST_LETTERS, FEWEST_UNKNOWN = 20, 3
# A syllable of Korean and a sign of Japanese are worth more than one letter, and so are those of scripts that leave out
# vowels; a Chinese character may well be a word.
_LETTERS = {"HANGUL": 2.5, "HIRAGANA": 1.5, "KATAKANA": 1.5, "ARABIC": 1.4, "HEBREW": 1.4, "CJK": 0.0}
# As the tokenizers in use call what they do not know.
_UNKNOWN = {"[UNK]", "<unk>", "<|unk|>"}
_BATCH = 200
_MOST_CHARACTERS = 2000


@dataclass(frozen=True)
class Reading:
    """How a model's tokenizer reads N texts.

    `unknown` is the share of characters, 0..1, that it does not know; `per_letter` are tokens a letter, about 0.25
    where a language was learned and 1 where it spells.
    """

    unknown: float
    per_letter: float

    @property
    def verdict(self) -> Literal["well", "partly", "no"]:
        """Whether the model can read them."""
        if self.unknown >= UNKNOWN or self.per_letter >= PARTLY:
            return "no"
        return "well" if self.per_letter < WELL else "partly"


class Counts(NamedTuple):
    """Of texts: characters and those unknown; letters, but Chinese ones, and the tokens that they became."""

    characters: int
    unknown: int
    letters: float
    tokens: int

    def reading(self) -> Reading | None:
        """How they are read; None where there is nothing to read."""
        if not self.characters:
            return None
        enough = self.letters >= LEAST_LETTERS * self.characters
        return Reading(self.unknown / self.characters, self.tokens / self.letters if enough else 0.0)


def reads(model: str, texts: Sequence[str]) -> Reading | None:
    """How a model reads texts; None where its tokenizer is not on this computer, or the texts have no letters.

    Args:
        model: as `model.name` has it.
        texts: N texts; of many a sample is read, and of each the beginning.
    """
    step = max(1, len(texts) // lengths.COUNTED)
    counted = _each(model, texts[::step])
    return Counts(*map(sum, zip(*counted, strict=True))).reading() if counted else None


def unread(model: str, texts: Sequence[str]) -> list[Counts | None] | None:
    """What became of each of N texts that a model cannot read, None for any other; None for all as `reads` has it.

    Addresses, tags, numbers and emoji are spelled out by models that read everything else: hand over words alone. Of a
    short text little can be told: where fewer than `FEWEST_LETTERS` are spelled, or `FEWEST_UNKNOWN` unknown, it counts
    as read.
    """
    counted = _each(model, texts)
    return None if counted is None else [each if _is_unread(each) else None for each in counted]


def _each(model: str, texts: Sequence[str]) -> list[Counts] | None:
    tokenizer = lengths.tokenizer(model)
    if tokenizer is None:
        return None
    found = []
    for start in range(0, len(texts), _BATCH):
        batch = [text[:_MOST_CHARACTERS] for text in texts[start : start + _BATCH]]
        encoded = tokenizer.encode_batch(batch, add_special_tokens=False)
        found += [_counted(text, read) for text, read in zip(batch, encoded, strict=True)]
    return found


def _is_unread(counts: Counts) -> bool:
    reading = counts.reading()
    if reading is None or reading.verdict != "no":
        return False
    return counts.unknown >= max(FEWEST_UNKNOWN, UNKNOWN * counts.characters) or (
        reading.per_letter >= PARTLY and counts.letters >= FEWEST_LETTERS
    )


def _counted(text: str, read: Any) -> Counts:
    characters = unknown = tokens = 0
    letters = 0.0
    for token, (begin, end) in zip(read.tokens, read.offsets, strict=True):
        piece = text[begin:end].strip()
        characters += len(piece)
        if token in _UNKNOWN:
            unknown += len(piece)
            continue
        worth = sum(_worth(each) for each in piece)
        letters += worth
        tokens += worth > 0
    return Counts(characters, unknown, letters, tokens)


@functools.cache
def _worth(character: str) -> float:
    """How many letters a character is worth; 0 for a Chinese one, and for what is none."""
    if unicodedata.category(character)[0] not in "LM":
        return 0.0
    return _LETTERS.get(unicodedata.name(character, "").partition(" ")[0], 1.0)
