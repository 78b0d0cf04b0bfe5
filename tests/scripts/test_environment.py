"""scripts/environment, with a stand-in for Python that writes down what it is asked."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TORCH = next(line.split()[0] for line in (ROOT / "requirements.txt").read_text().splitlines() if line[:7] == "torch==")
# Says no to calls that hold one of FAIL's parts; makes itself the Python of a virtual environment.
STAND_IN = """#!/usr/bin/env bash
echo "$*" >> "$CALLS"
IFS='|'; for word in $FAIL; do case "$*" in *"$word"*) exit 1 ;; esac; done
if [ "$1 $2" = "-m venv" ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi
"""

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="the choice of a build is made on Linux only")


class Machine:
    """A computer on which the script runs: which calls of Python fail, and what was called."""

    def __init__(self, folder: Path) -> None:
        self.calls, self._folder = folder / "calls", folder
        self.python = folder / "python"
        self.python.write_text(STAND_IN)
        self.python.chmod(0o755)

    def install(self, fail: str = "import torch", **environment: str) -> subprocess.CompletedProcess[str]:
        self.calls.write_text("")
        inherited = {name: value for name, value in os.environ.items() if name != "UV_TORCH_BACKEND"}
        ours = {"CALLS": str(self.calls), "FAIL": fail, "PYTHON": str(self.python)}
        ours["STARBOARD_VENV"] = str(self._folder / "venv")
        code = "set -euo pipefail; source scripts/environment requirements.txt"
        return subprocess.run(
            ["bash", "-c", code],
            cwd=ROOT,
            env={**inherited, **ours, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def asked(self, *words: str) -> list[str]:
        """The calls that hold all of these words."""
        return [call for call in self.calls.read_text().splitlines() if all(word in call for word in words)]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_torch_comes_first_in_the_build_that_suits_the_computer(machine: Machine) -> None:
    done = machine.install()
    assert (done.returncode, done.stderr) == (0, "")
    (chosen,) = machine.asked("uv pip install", "--torch-backend auto")
    assert chosen.endswith(TORCH)
    calls = machine.calls.read_text().splitlines()
    assert calls.index(chosen) < calls.index(machine.asked("--requirement requirements.txt")[0])


def test_the_build_can_be_chosen_by_hand(machine: Machine) -> None:
    machine.install(UV_TORCH_BACKEND="cpu")
    assert machine.asked("uv pip install", "--torch-backend cpu")


@pytest.mark.parametrize("refused", ["uv==", "torch-backend"])
def test_where_the_builds_cannot_be_reached_it_is_said_and_pip_goes_on(machine: Machine, refused: str) -> None:
    done = machine.install(f"import torch|{refused}")
    assert done.returncode == 0
    assert "pip takes what it finds" in done.stderr
    assert machine.asked("pip install", "--requirement requirements.txt")


def test_a_torch_that_is_there_is_left_alone_and_nothing_is_installed_twice(machine: Machine) -> None:
    machine.install("")
    assert not machine.asked("torch==")
    assert machine.asked("--requirement")
    machine.install("")
    assert machine.calls.read_text() == ""


def test_what_fails_is_tried_again_next_time(machine: Machine) -> None:
    assert machine.install("import torch|--requirement").returncode != 0
    assert machine.install().returncode == 0
    assert machine.asked("--requirement")


def test_an_old_python_is_refused_in_one_line(machine: Machine) -> None:
    done = machine.install("version_info")
    assert done.returncode == 2
    assert done.stderr.startswith("error: Starboard needs Python 3.11 or newer")
