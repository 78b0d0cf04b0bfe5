"""Sentences that core composed, in the visitor's language.

Core writes English and knows no other language; its errors and notes arrive as finished text, some of it from the
store. The catalogue holds their forms, such as `The split {0} has no labels and is not used.`; a text is translated by
the form that it fits, the one with the most words of its own where it fits several.

It does not know who wrote a text. Guarantees that a text without a form stays the English one, that what stands in a
placeholder is kept unless it is one of core's own words, and that no catalogue is read for a visitor who reads English.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel.messages.pofile import read_po

from core.errors import ConfigError, StarboardError
from core.messages import Message
from ui import words

# Contexts of the catalogue: whole sentences, and words that stand in their placeholders.
CORE, PART = "core", "core part"
_HOLE = re.compile(r"\{(\d+)\}")


@dataclass(frozen=True)
class _Form:
    """A sentence's form as an expression that takes its values out, and the translation to put them into."""

    pattern: re.Pattern[str]
    translation: str
    literal: int


def translate(text: str | Message) -> str:
    """The sentence in the visitor's language; the text itself where no form fits."""
    text = str(text)
    language = words.language()
    return text if language == "en" or not text else _translated(language, text)


def of(error: StarboardError) -> tuple[str, str]:
    """An error's message and advice; each problem of a configuration on its own."""
    if isinstance(error, ConfigError):
        return "; ".join(translate(each) for each in error.problems), translate(error.advice)
    return translate(error.message), translate(error.advice)


@functools.lru_cache(maxsize=512)
def _translated(language: str, text: str) -> str:
    for form in _forms(language):
        if found := form.pattern.fullmatch(text):
            return _filled(form.translation, [_part(language, value) for value in found.groups()])
    return text


def _filled(translation: str, values: Sequence[str]) -> str:
    return _HOLE.sub(lambda hole: values[int(hole[1])], translation)


@functools.cache
def _forms(language: str) -> list[_Form]:
    """The forms of a language's catalogue, the most specific first."""
    # The .mo is for gettext, which finds a text it knows; these have to be gone through.
    file = words.CATALOGUES / language / "LC_MESSAGES" / f"{words.DOMAIN}.po"
    with file.open("rb") as stream:
        messages = [message for message in read_po(stream) if message.context == CORE and message.string]
    forms = [_form(str(message.id), str(message.string)) for message in messages]
    return sorted(forms, key=lambda form: -form.literal)


def _form(template: str, translation: str) -> _Form:
    """Placeholders count up from 0 in the template, so the n-th group is the value of `{n}`."""
    parts = _HOLE.split(template)
    pattern = "".join("(.*?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return _Form(re.compile(pattern, re.DOTALL), translation, sum(map(len, parts[::2])))


def _part(language: str, value: str) -> str:
    return words.catalogue(language).pgettext(PART, value) if value else ""
