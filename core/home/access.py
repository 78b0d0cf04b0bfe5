"""What somebody in a browser is allowed: who may open the dashboard, and which files of this computer it reads.

Knows two environment variables and the file system; knows nothing of pages, tables or models. The command line asks
none of this: whoever runs a command can read the files anyway. `docs/security.md` says who is trusted with what.

    STARBOARD_TOKEN  unset, empty or `off`: whoever reaches the address may open the dashboard
                     `auto`: only with the token that the home keeps, made on the first start
                     anything else: only with that
    STARBOARD_DATA   the folders, separated as in PATH, below which a browser may name files; unset: none,
                     or all where a token is asked for, for then the owner is the only visitor
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import AccessError, ConfigError, StorageError
from core.home.files import ensure, write_whole
from core.home.places import Home, expanded
from core.messages import Message

TOKEN, FOLDERS = "STARBOARD_TOKEN", "STARBOARD_DATA"
OFF = ("", "off")
AUTO = "auto"
SHORTEST = 16
_BYTES = 32


@dataclass(frozen=True)
class Access:
    """What is asked of a browser, and what it may name.

    Attributes:
        token: what whoever opens the dashboard must know; empty where nothing is asked.
        folders: below these, and in them, files may be named; None for everywhere.
        uploads: where tables lie that came through the browser itself.
    """

    token: str = field(repr=False)
    folders: tuple[Path, ...] | None
    uploads: Path

    @property
    def names_files(self) -> bool:
        """Whether a browser may name any file of this computer at all."""
        return self.folders is None or bool(self.folders)

    def knows(self, word: str) -> bool:
        """Whether a word is the token; takes as long for a wrong one as for the right one."""
        return bool(self.token) and hmac.compare_digest(word.encode(), self.token.encode())

    def check(self, path: str | Path) -> None:
        """Let a file or folder pass that a browser may name; links are followed first.

        Raises:
            AccessError: it may not. The answer is the same whether or not there is such a file.
        """
        if self.folders is None:
            return
        try:
            real = Path(path).expanduser().resolve()
        except (OSError, RuntimeError, ValueError):
            # A loop of links, a user that is not there, a NUL in the name.
            real = None
        # Those who put a link into one of the folders could read what it leads to without Starboard.
        if real is None or not any(real.is_relative_to(folder) for folder in (*self.folders, self.uploads.resolve())):
            raise AccessError(
                Message("The dashboard reads no files outside of the folders that it was given."),
                Message("Upload the file, or start the dashboard with {variable} set to its folder.", variable=FOLDERS),
            )


def present(home: Home, environment: Mapping[str, str] = os.environ) -> Access:
    """What this process was told.

    Raises:
        ConfigError: the token is too short to keep anybody out, or a folder is named that is none.
    """
    token = environment.get(TOKEN, "").strip()
    if token.lower() in OFF:
        token = ""
    elif token.lower() == AUTO:
        token = _kept(home)
    elif len(token) < SHORTEST or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(
            [
                Message(
                    "{variable} must be auto, off, or at least {n} letters and digits, so that nobody can guess it",
                    variable=TOKEN,
                    n=SHORTEST,
                )
            ]
        )
    return Access(token, _folders(environment.get(FOLDERS), bool(token)), home.uploads)


def _folders(named: str | None, owner: bool) -> tuple[Path, ...] | None:
    if named is None:
        return None if owner else ()
    folders = [expanded(each) for each in named.split(os.pathsep) if each.strip()]
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        raise ConfigError(
            [
                Message("{variable} names {folder}, which is not a folder", variable=FOLDERS, folder=folder)
                for folder in missing
            ]
        )
    return tuple(folder.resolve() for folder in folders)


def _kept(home: Home) -> str:
    """The home's own token; where it cannot be kept, one for this start alone."""
    try:
        known = home.token.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        known = ""
    if len(known) >= SHORTEST and known.isascii() and known.isalnum():
        return known
    token = secrets.token_hex(_BYTES)
    try:
        ensure(home.path)
        # Temporary files, which this is at first, are for the owner alone.
        write_whole(home.token, token + "\n")
    except (OSError, StorageError):
        pass
    return token
