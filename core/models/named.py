"""Models that Starboard knows by a name of its own, and that lie on this computer without the hub.

Imports no torch and no transformers.
"""

from __future__ import annotations

from pathlib import Path

from core.models import bundled, multilingual

# What each is called on the hub.
HUB_IDS = {bundled.NAME: bundled.HUB_ID, multilingual.NAME: multilingual.HUB_ID}


def folder(name: str) -> Path | None:
    """Where the model of this name lies; None for any other name, and where it has to come from the hub.

    Raises:
        ModelError: its files are not those that were published.
        StorageError: its folder cannot be written.
    """
    if name == bundled.NAME:
        return bundled.folder()
    return multilingual.folder() if name == multilingual.NAME else None


def on_hub(name: str) -> str:
    """What the hub calls a model."""
    return HUB_IDS.get(name, name)
