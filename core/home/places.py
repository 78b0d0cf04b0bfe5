"""Where things live on this computer.

Knows the environment variable; knows nothing of what is kept in the folders. A `Home` is made where a program begins
and handed on: nobody else looks for one. Reading a path creates nothing: whoever writes creates, through
`core.home.files.ensure`.

    $STARBOARD_HOME (default: the user's data directory)
    ├── starboard.db      runs and events
    ├── runs/ID/          one run: run.json, events.jsonl, config.json, checkpoints/, model/, error.log
    ├── trash/ID/         a deleted run, until the trash is emptied
    ├── uploads/          tables dropped onto the Data page
    ├── models/           models that were made of a package's weights
    ├── cache/            tokenised reviews, tables with reports and maps, measurements of this computer, scratch space
    ├── reserve           nothing, to be given up where the disk is full
    ├── notices.json      what happened to the home, until somebody has read it
    ├── preferences.json  choices for all runs and pages
    └── token             what whoever opens the dashboard must know, where it asks for a token
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

VARIABLE = "STARBOARD_HOME"
UPLOADS = "uploads"


def expanded(name: str | Path) -> Path:
    """A path with `~` as the folder that it stands for; as it is where this computer has no such user."""
    path = Path(name)
    try:
        return path.expanduser()
    except (RuntimeError, ValueError):
        # No such user, or a zero in the name: there is no such file either.
        return path


@dataclass(frozen=True)
class Home:
    """The folder for everything, and the places in it."""

    path: Path

    @classmethod
    def present(cls) -> Home:
        """The home of this process: `STARBOARD_HOME`, else the user's data directory."""
        named = os.environ.get(VARIABLE, "").strip()
        return cls(expanded(named).resolve() if named else Path(platformdirs.user_data_dir("starboard", False)))

    @property
    def database(self) -> Path:
        return self.path / "starboard.db"

    @property
    def runs(self) -> Path:
        return self.path / "runs"

    def run(self, run_id: str) -> Path:
        """The folder of a run, whether or not there is one."""
        return self.runs / run_id

    @property
    def trash(self) -> Path:
        return self.path / "trash"

    @property
    def uploads(self) -> Path:
        return self.path / UPLOADS

    @property
    def models(self) -> Path:
        return self.path / "models"

    @property
    def cache(self) -> Path:
        return self.path / "cache"

    @property
    def reserve(self) -> Path:
        return self.path / "reserve"

    @property
    def notices(self) -> Path:
        return self.path / "notices.json"

    @property
    def preferences(self) -> Path:
        return self.path / "preferences.json"

    @property
    def token(self) -> Path:
        return self.path / "token"
