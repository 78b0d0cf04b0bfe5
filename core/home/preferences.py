"""What a person chose once for all runs and pages: language, threads, notification, sound.

Kept as `preferences.json` in the home folder. Guarantees that reading never fails: a missing or damaged file, or a
value from another version, gives the default; and that of two who change different ones both are kept.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from core.errors import ConfigError, StorageError
from core.home.files import changing, ensure, read_json, write_whole
from core.home.places import Home
from core.messages import Message

AUTO, ENGLISH = "auto", "en"
# A folder for each language but English, named as Babel names it: `ja`, `pt_BR`.
CATALOGUES = Path(__file__).resolve().parents[2] / "locale"


def languages() -> tuple[str, ...]:
    """The languages that may be chosen: English, and those that have a catalogue."""
    return _languages(CATALOGUES)


@functools.cache
def _languages(catalogues: Path) -> tuple[str, ...]:
    return (ENGLISH, *sorted(file.parts[-3] for file in catalogues.glob("*/LC_MESSAGES/*.mo")))


def _spoken(language: str) -> str:
    if language not in {AUTO, *languages()}:
        raise ValueError("there is no catalogue")
    return language


Language = Annotated[str, AfterValidator(_spoken)]


class Preferences(BaseModel):
    """Choices with their defaults. `threads` of 0 means one for each processor core."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: Language = AUTO
    threads: int = Field(default=0, ge=0, le=1024)
    notify: bool = False
    sound: bool = False
    tour_seen: bool = False


def load(home: Home) -> Preferences:
    """The preferences of a home."""
    raw = read_json(home.preferences)
    known = {name: value for name, value in raw.items() if _fits(name, value)} if isinstance(raw, dict) else {}
    return Preferences(**known)


def save(home: Home, **changes: Any) -> Preferences:
    """Change some preferences and keep them; what somebody else changes meanwhile is kept too.

    Raises:
        ConfigError: a value is not allowed.
        StorageError: the home folder cannot be written.
    """
    for name, value in changes.items():
        if name not in Preferences.model_fields or not _fits(name, value):
            raise ConfigError([Message("{name}: {value} is not allowed", name=name, value=repr(value))])
    try:
        ensure(home.path)
        with changing(home.preferences):
            changed = load(home).model_copy(update=changes)
            write_whole(home.preferences, changed.model_dump_json(indent=2))
    except OSError as error:
        raise StorageError(
            Message("The preferences cannot be kept: {why}.", why=error.strerror or str(error)),
            Message("Check that the home folder can be written."),
        ) from error
    return changed


def _fits(name: str, value: object) -> bool:
    try:
        Preferences.model_validate({name: value}, strict=True)
    except ValidationError:
        return False
    return True
