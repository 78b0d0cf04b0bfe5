"""Starts, restarts and kills a real Streamlit server for the browser tests.

`Dashboard` is a context manager: the server is up inside the `with`, and gone after it. It knows nothing of
pages or browsers. `stop` asks politely (SIGTERM), `kill` does not (SIGKILL): the two ends a dashboard must
survive.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 30.0


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Dashboard:
    """A Streamlit server on a free port, the same port over restarts, so an open tab finds it again.

    Args:
        script: the entry script, relative to the project's root.
        env: variables set on top of this process's own.
        log: the file that collects the server's output; in memory-less silence when left out.
    """

    def __init__(
        self, script: str = "app.py", *, env: Mapping[str, str] | None = None, log: Path | None = None
    ) -> None:
        self.script = script
        # The tests name models and tables of this computer; what a stranger may not is looked at in test_access.py.
        self.env = {**os.environ, "STARBOARD_DATA": "/", **(env or {})}
        self.log = log or Path(os.devnull)
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The running server's process id."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", self.script]
        command += ["--server.port", str(self.port), "--server.headless", "true"]
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=out, stderr=subprocess.STDOUT)
        self._wait_until_up(self._process)

    def stop(self) -> None:
        """Ask the server to end and wait for it; kill it when it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def end(self) -> None:
        """Let go of the server and of all that it started, whatever they would still write."""
        if self._process is not None:
            started = psutil.Process(self.pid).children(recursive=True)
            self.kill()
            for each in started:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()

    def restart(self) -> None:
        """Stop, if running, and start on the same port."""
        self.stop()
        self.start()

    def _wait_until_up(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with {process.returncode}; see {self.log}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        self.kill()
        raise TimeoutError(f"the server did not answer within {START_SECONDS:.0f} s; see {self.log}")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
