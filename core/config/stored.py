"""Configurations as runs keep them: every setting with the value it had, and the version of the settings.

A run that is gone on with later trains as it began, also after a default was changed (its own value is kept) and after
a setting was added (`ADDED` says what runs did before there was one). A file that a person writes has no version: what
it leaves out takes the defaults of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.config.run_config import RunConfig, parse

# Raised whenever a setting is added, removed or changes its meaning.
VERSION = 4
# Settings that the first version did not have: since when there is one, and the value that does what was done before.
ADDED: Mapping[str, tuple[int, Any]] = {
    "data.task": (2, "auto"),
    "training.plain": (3, False),
    "data.text_columns": (4, []),
    "data.classes": (4, []),
    "data.test_size": (4, 0),
    "data.split": (4, "source"),
    "data.split_column": (4, None),
    "data.remedies": (4, []),
}


def to_stored(config: RunConfig) -> dict[str, Any]:
    """What a run keeps of its configuration, ready for JSON."""
    return {"version": VERSION, **config.model_dump()}


def from_stored(raw: object, at_the_time: Mapping[str, Any] | None = None) -> RunConfig:
    """Read what a run has kept.

    Args:
        raw: of `to_stored`, of this version or an earlier one, or the settings alone.
        at_the_time: what is known of the run about settings that its version did not have.

    Raises:
        ConfigError: it is none; names every problem.
    """
    if not isinstance(raw, Mapping):
        return parse(raw)
    version = raw.get("version", 1)
    kept = {
        name: dict(value) if isinstance(value, Mapping) else value for name, value in raw.items() if name != "version"
    }
    for path, (since, before) in ADDED.items():
        section, _, name = path.partition(".")
        settings = kept.setdefault(section, {})
        if isinstance(version, int) and version < since and isinstance(settings, dict):
            settings.setdefault(name, (at_the_time or {}).get(path, before))
    return parse(kept)
