"""How a run is called: its id, its name, and what people say about it.

Knows the limits of each; stores nothing.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Sequence

from core.config import RunConfig
from core.errors import RunError
from core.messages import Message

NAME_CHARACTERS = 120
NOTES_CHARACTERS = 10_000
TAG_CHARACTERS = 30
MOST_TAGS = 20
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,63}")


def new_id() -> str:
    """The time, so that ids sort by age, and four digits that tell runs of one second apart."""
    return time.strftime("%Y%m%d-%H%M%S-") + uuid.uuid4().hex[:4]


def is_id(text: str) -> bool:
    """Whether a folder's name can be a run's id."""
    return _ID.fullmatch(text) is not None


def name_of(config: RunConfig) -> str:
    """What a run is called at first: as its configuration says, else by model, data and size."""
    if config.name:
        return config.name
    model = config.model.name.rstrip("/").split("/")[-1]
    return f"{model} on {config.data.parsed_source.short_title}, {config.data.train_size:,}"


def name(text: str) -> str:
    """A name as it is stored.

    Raises:
        RunError: it is empty or too long.
    """
    text = " ".join(text.split())
    if not text:
        raise RunError(Message("The name is empty."), Message("Give the run a name of at least one character."))
    if len(text) > NAME_CHARACTERS:
        raise RunError(
            Message("The name has {count} characters.", count=len(text)),
            Message("Shorten it to at most {most}.", most=NAME_CHARACTERS),
        )
    return text


def notes(text: str) -> str:
    """Notes as they are stored.

    Raises:
        RunError: they are too long.
    """
    if len(text) > NOTES_CHARACTERS:
        raise RunError(
            Message("The notes have {count} characters.", count=len(text)),
            Message("Shorten them to at most {most}.", most=NOTES_CHARACTERS),
        )
    return text.strip()


def tags(words: Sequence[str]) -> list[str]:
    """Tags as they are stored: each once, in their order.

    Raises:
        RunError: one is not a short word, or there are too many.
    """
    found = list(dict.fromkeys(word.strip() for word in words))
    for word in found:
        if not word or len(word) > TAG_CHARACTERS or re.search(r"[\s,]", word):
            raise RunError(
                Message("The tag {tag!r} is no single word of 1 to {most} characters.", tag=word, most=TAG_CHARACTERS),
                Message("Leave out blanks and commas, and shorten it."),
            )
    if len(found) > MOST_TAGS:
        raise RunError(
            Message("There are {count} tags.", count=len(found)), Message("Keep at most {most}.", most=MOST_TAGS)
        )
    return found
