"""What a person chose once for all runs and pages: language, threads, notification, sound.

Kept as `preferences.json` in the home folder. Guarantees that reading never fails: a missing or damaged file, or a
value from another version, gives the default; and that a file is written whole or not at all.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import ConfigError, StorageError
from core.home import places

Language = Literal["auto", "en", "ja"]


class Preferences(BaseModel):
    """Choices with their defaults. `threads` of 0 means one for each processor core."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: Language = "auto"
    threads: int = Field(default=0, ge=0, le=1024)
    notify: bool = False
    sound: bool = False
    tour_seen: bool = False


def load() -> Preferences:
    """The preferences of the present home."""
    try:
        raw = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    known = {name: value for name, value in raw.items() if _fits(name, value)} if isinstance(raw, dict) else {}
    return Preferences(**known)


def save(**changes: Any) -> Preferences:
    """Change some preferences and keep them.

    Raises:
        ConfigError: a value is not allowed.
        StorageError: the home folder cannot be written.
    """
    for name, value in changes.items():
        if name not in Preferences.model_fields or not _fits(name, value):
            raise ConfigError([f"{name}: {value!r} is not allowed"])
    changed = load().model_copy(update=changes)
    file = _file()
    partial = places.ensure(file.parent) / f".preferences.{os.getpid()}"
    try:
        partial.write_text(changed.model_dump_json(indent=2), encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        raise StorageError(
            f"The preferences cannot be kept: {error.strerror or error}.",
            "Check that the home folder can be written.",
        ) from error
    return changed


def _file() -> Path:
    return places.home() / "preferences.json"


def _fits(name: str, value: object) -> bool:
    try:
        Preferences.model_validate({name: value}, strict=True)
    except ValidationError:
        return False
    return True
