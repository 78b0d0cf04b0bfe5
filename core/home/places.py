"""Where things live on this computer.

Knows the environment variables; knows nothing of what is kept in the folders. Reading a path creates nothing:
whoever writes creates, through `ensure`.

    $STARBOARD_HOME (default: the user's data directory)
    ├── starboard.db      runs and events
    ├── runs/ID/          one run: run.json, events.jsonl, config.json, checkpoints/, model/, error.log
    ├── trash/ID/         a deleted run, until the trash is emptied
    ├── uploads/          tables dropped onto the Data page
    ├── cache/            tokenised reviews, reports on tables, measurements of this computer, scratch space of metrics
    ├── notices.json      what happened to the home, until somebody has read it
    └── preferences.json  choices for all runs and pages
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from core.errors import StorageError, of_system

HUB_TIMEOUT_SECONDS = 2.0


def home() -> Path:
    """The folder for everything: `STARBOARD_HOME`, else the user's data directory."""
    named = os.environ.get("STARBOARD_HOME", "").strip()
    return Path(named).expanduser().resolve() if named else Path(platformdirs.user_data_dir("starboard", False))


def database() -> Path:
    return home() / "starboard.db"


def run_dir(run_id: str) -> Path:
    return home() / "runs" / run_id


def trash() -> Path:
    return home() / "trash"


def uploads() -> Path:
    return home() / "uploads"


def cache() -> Path:
    return home() / "cache"


def ensure(folder: Path) -> Path:
    """Create a folder with its parents.

    Raises:
        StorageError: it cannot be created.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise of_system(error) or StorageError(
            f"The folder {folder} cannot be created: {error.strerror or error}.",
            "Set STARBOARD_HOME to a folder that you can write to.",
        ) from error
    return folder
