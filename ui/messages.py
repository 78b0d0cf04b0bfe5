"""What core says, in the visitor's language: its templates are looked up like any other words, then filled in."""

from __future__ import annotations

from core.errors import StarboardError
from core.messages import Message
from ui.words import _


def translate(message: Message) -> str:
    """The message in the visitor's language; in English where it has no translation."""
    return message.render(_)


def of(error: StarboardError) -> tuple[str, str]:
    """What an error found and what to do about it."""
    return translate(error.found), translate(error.remedy)
