"""A process of our own beside this one: what takes memory or may crash is not done in the process that asks.

Knows nothing of what it does. Guarantees: it works on the same home, is no part of a training of several processes, and
has ended when the `with` is left, and when this process ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from core.home.places import Home

ROOT = Path(__file__).resolve().parents[2]
# By these a process would take itself for one of several that train together.
_OF_A_GROUP = frozenset({"WORLD_SIZE", "RANK", "LOCAL_RANK"})


@contextlib.contextmanager
def apart(
    home: Home, arguments: Sequence[str], *, stderr: int | IO[bytes], cwd: Path = ROOT
) -> Iterator[subprocess.Popen[str]]:
    """Start Python with these arguments, such as `-m core.inspection.findings`.

    Args:
        stderr: where its messages go, as `subprocess.Popen` has it.
        cwd: where its modules are found.
    """
    alone = {name: value for name, value in os.environ.items() if name not in _OF_A_GROUP}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**alone, "STARBOARD_HOME": str(home.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )
    # A thread of the background is not waited for when the dashboard ends.
    atexit.register(process.terminate)
    try:
        yield process
    finally:
        atexit.unregister(process.terminate)
        process.terminate()
        process.wait()
