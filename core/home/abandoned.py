"""What a process that died left unfinished in the home: files and folders that it was still writing.

Knows how such a file is named (`core.home.files`), and that its name tells whose it is. Guarantees that nothing goes
which a living process may still be writing.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from core.home.files import PARTIAL
from core.home.places import Home

# `.NAME.PID-RANDOM.partial`, `.incoming-PID-RANDOM`, `calibrate-PID-RANDOM`; earlier versions named no process.
_UNFINISHED = re.compile(rf"\..+{re.escape(PARTIAL)}|\.incoming-.+|calibrate-.+")
_OWNER = re.compile(r"[.-](\d{1,9})-[^.-]+(?:\.partial)?")
# No process writes one file for so long.
OLD_SECONDS = 24 * 3600.0


def remove(home: Home) -> int:
    """Remove what no living process is writing any more; returns how many files and folders went."""
    removed = 0
    for found in list(_unfinished(home.path)):
        if not _is_abandoned(found):
            continue
        if found.is_dir():
            shutil.rmtree(found, ignore_errors=True)
        with contextlib.suppress(OSError):
            found.unlink(missing_ok=True)
        # The folder of an upload that never came to be.
        if found.parent.parent == home.uploads:
            with contextlib.suppress(OSError):
                found.parent.rmdir()
        removed += not found.exists()
    return removed


def _unfinished(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            if _UNFINISHED.fullmatch(name):
                yield Path(place, name)


def _is_abandoned(found: Path) -> bool:
    try:
        written = found.stat().st_mtime
        if time.time() - written > OLD_SECONDS:
            return True
        owner = _OWNER.search(found.name)
        # A process that is younger than the file has the number of the one that wrote it, no more.
        return owner is not None and psutil.Process(int(owner[1])).create_time() > written + 2
    except psutil.NoSuchProcess:
        return True
    except (OSError, psutil.Error):
        return False
