"""A command in a process of its own, with its seconds and its peak of memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Finished:
    """What a command printed, its seconds, and the most memory that it held."""

    output: str
    seconds: float
    peak_bytes: int


def finish(command: list[str], env: Mapping[str, str]) -> Finished:
    """Run a command in the checkout to its end.

    Raises:
        RuntimeError: the end was not a good one; says what the command did.
    """
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=errors)
        # Waited for in this way, the kernel tells what this one child has used.
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - began
        for file in (output, errors):
            file.seek(0)
        if process.returncode:
            raise RuntimeError(f"{command} ended with {process.returncode}:\n{errors.read()}")
        return Finished(output.read(), seconds, used.ru_maxrss * 1024)
