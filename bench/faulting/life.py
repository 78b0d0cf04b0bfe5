"""One process that trains a run, watched closely enough to kill it at a chosen moment.

Knows the command line and the marks of `bench.faulting.marked`; checks nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
POLL_SECONDS = 0.0005
PATIENCE_SECONDS = 180.0


def environment(home: Path) -> dict[str, str]:
    """One thread, so that sums are rounded alike in every process; no network."""
    return os.environ | {
        "STARBOARD_HOME": str(home),
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }


class Life:
    """A command of `python -m core` in a process of its own.

    Its output is appended to `life.log` beside the home.
    """

    def __init__(self, home: Path, *command: str) -> None:
        self.home = home
        self.began = time.monotonic()
        self.acknowledged: list[dict[str, Any]] = []
        self.phase = "starting"
        self.writing = False
        self._news = threading.Condition()
        reading, writing = os.pipe()
        with home.with_name("life.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bench.faulting.marked", str(writing), *command],
                cwd=ROOT,
                env=environment(home),
                pass_fds=[writing],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        os.close(writing)
        self._reader = threading.Thread(target=self._read, args=(reading,), daemon=True)
        self._reader.start()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def last_step(self) -> int:
        """The last step that was acknowledged, 0 before the first."""
        return max((each["step"] for each in self.acknowledged if each["kind"] == "train"), default=0)

    def wait_until(self, moment: Callable[[], bool]) -> bool:
        """Wait for a moment, or for the end of the process; returns whether the moment came."""
        with self._news:
            while not moment():
                if self.process.poll() is not None:
                    return False
                if self.seconds > PATIENCE_SECONDS:
                    raise TimeoutError(f"{self.home}: nothing for {PATIENCE_SECONDS:.0f} s, in {self.phase}")
                self._news.wait(POLL_SECONDS)
        return self.process.poll() is None

    def is_saving_checkpoint(self) -> bool:
        return any(self.home.glob("runs/*/checkpoints/tmp-*"))

    def kill(self) -> str:
        """End the process without a word.

        Returns:
            What it was doing.
        """
        self.process.kill()
        self.end()
        if self.writing:
            return "writing the database"
        return "writing a checkpoint" if self.is_saving_checkpoint() else self.phase

    def end(self) -> int:
        """Wait until the process is gone and all its marks are read; returns its exit code."""
        code = self.process.wait(PATIENCE_SECONDS)
        self._reader.join()
        return code

    def _read(self, descriptor: int) -> None:
        with os.fdopen(descriptor, encoding="utf-8") as marks:
            for line in marks:
                if not line.endswith("\n"):
                    return
                with self._news:
                    self._take(json.loads(line))
                    self._news.notify_all()

    def _take(self, found: dict[str, Any]) -> None:
        match found["mark"]:
            case "begin":
                self.writing = True
            case "end":
                self.writing = False
            case "event":
                self.acknowledged.append(found)
                self.phase = found["values"].get("phase", self.phase) if found["kind"] == "phase" else self.phase
