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
from typing import Any, Literal

from core.models import lengths

# Of texts in a language that a tokenizer knows, none of those measured had a hundredth of unknown characters.
UNKNOWN = 0.05
# Tokens a letter: below, as few as in a language that the tokenizer has learned; above, almost letter by letter.
WELL, PARTLY = 0.33, 0.55
# Fewer letters than this share of the characters say nothing, such as a few names among Chinese.
LEAST_LETTERS = 0.1
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


def reads(model: str, texts: Sequence[str]) -> Reading | None:
    """How a model reads texts; None where its tokenizer is not on this computer, or the texts have no letters.

    Args:
        model: as `model.name` has it.
        texts: N texts; of many a sample is read, and of each the beginning.
    """
    tokenizer = lengths.tokenizer(model)
    if tokenizer is None:
        return None
    step = max(1, len(texts) // lengths.COUNTED)
    sample = [text[:_MOST_CHARACTERS] for text in texts[::step]]
    counts = [0.0] * 4
    for start in range(0, len(sample), _BATCH):
        batch = sample[start : start + _BATCH]
        for text, read in zip(batch, tokenizer.encode_batch(batch, add_special_tokens=False), strict=True):
            counts = [one + two for one, two in zip(counts, _counted(text, read), strict=True)]
    characters, unknown, letters, tokens = counts
    if not characters:
        return None
    return Reading(unknown / characters, tokens / letters if letters >= LEAST_LETTERS * characters else 0.0)


def _counted(text: str, read: Any) -> tuple[int, int, float, int]:
    """Of one text: characters and those unknown; letters, but Chinese ones, and the tokens that they became."""
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
    return characters, unknown, letters, tokens


@functools.cache
def _worth(character: str) -> float:
    """How many letters a character is worth; 0 for a Chinese one, and for what is none."""
    if unicodedata.category(character)[0] not in "LM":
        return 0.0
    return _LETTERS.get(unicodedata.name(character, "").partition(" ")[0], 1.0)
