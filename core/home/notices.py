"""What happened to the home while nobody looked, until somebody has read it.

Kept as `notices.json` beside the database. Guarantees that reading never fails: a damaged file holds no notices.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.errors import StorageError
from core.home.files import changing, read_json, write_whole
from core.home.places import Home
from core.messages import Message

# The year 3000.
LAST_MOMENT = 32_503_680_000.0

log = logging.getLogger("starboard.runs")


@dataclass(frozen=True)
class Notice:
    """Sentences about one event; `time` is seconds since 1970."""

    time: float
    sentences: tuple[Message, ...]


def pending(home: Home) -> list[Notice]:
    """The notices that were not dismissed, oldest first."""
    try:
        found = read_json(home.notices)
        notices = [Notice(float(each["time"]), tuple(map(Message.from_dict, each["sentences"]))) for each in found]
    except (ValueError, TypeError, KeyError, OverflowError):
        return []
    # One without a moment that a calendar has cannot be drawn.
    return [each for each in notices if 0 <= each.time < LAST_MOMENT]


def add(home: Home, sentences: Sequence[Message]) -> None:
    """Keep a notice; where it cannot be kept, the log has it."""
    log.warning("%s", " ".join(map(str, sentences)))
    _change(home, lambda known: [*known, Notice(time.time(), tuple(sentences))])


def dismiss(home: Home) -> None:
    """Forget the notices: somebody has read them."""
    _change(home, lambda _known: [])


def _change(home: Home, change: Callable[[list[Notice]], list[Notice]]) -> None:
    try:
        with changing(home.notices):
            notices = change(pending(home))
            raw = [{"time": each.time, "sentences": [said.to_dict() for said in each.sentences]} for each in notices]
            write_whole(home.notices, json.dumps(raw))
    except (OSError, StorageError) as error:
        log.warning("a notice cannot be kept: %s", error)
