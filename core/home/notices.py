"""What happened to the home while nobody looked, until somebody has read it.

Kept as `notices.json` beside the database. Guarantees that reading never fails: a damaged file holds no notices.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict, dataclass
from pathlib import Path

log = logging.getLogger("starboard.runs")


@dataclass(frozen=True)
class Notice:
    """Sentences about one event; `time` is seconds since 1970."""

    time: float
    sentences: tuple[str, ...]


def pending(home: Path) -> list[Notice]:
    """The notices that were not dismissed, oldest first."""
    try:
        found = json.loads(_file(home).read_text(encoding="utf-8"))
        return [Notice(float(each["time"]), tuple(map(str, each["sentences"]))) for each in found]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def add(home: Path, sentences: list[str]) -> None:
    """Keep a notice; where it cannot be kept, the log has it."""
    log.warning("%s", " ".join(sentences))
    _write(home, [*pending(home), Notice(time.time(), tuple(sentences))])


def dismiss(home: Path) -> None:
    """Forget the notices: somebody has read them."""
    _write(home, [])


def _write(home: Path, notices: list[Notice]) -> None:
    fresh = _file(home).with_suffix(".new")
    try:
        fresh.write_text(json.dumps([asdict(each) for each in notices]), encoding="utf-8")
        fresh.replace(_file(home))
    except OSError as error:
        log.warning("a notice cannot be kept: %s", error)


def _file(home: Path) -> Path:
    return home / "notices.json"
