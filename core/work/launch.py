"""Several processes for one training, through torchrun.

Gives the command to type, and starts the processes of a run on this computer. Knows the command line and torchrun's
options; knows no torch, no store and no training.

Source: https://docs.pytorch.org/docs/stable/elastic/run.html
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from core.config import RunConfig
from core.home.files import ensure
from core.home.places import VARIABLE, Home
from core.training import distributed

ROOT = Path(__file__).resolve().parents[2]
LOG = "launch.log"


def command(config_file: Path | str, processes: int, machines: int = 1) -> str:
    """The command line that trains a configuration with `processes` on each of `machines`.

    With several machines it is typed on each of them, FIRST_MACHINE replaced by the name of one.
    """
    train = f"-m core train {shlex.quote(str(config_file))}"
    if machines > 1:
        meet = "--rdzv_backend=c10d --rdzv_endpoint=FIRST_MACHINE:29500 --rdzv_id=starboard"
        return f"torchrun --nnodes={machines} --nproc_per_node={processes} {meet} {train}"
    return f"torchrun --standalone --nproc_per_node={processes} {train}" if processes > 1 else f"python {train}"


def needed(config: RunConfig) -> bool:
    """Whether a run wants processes that are still to be started."""
    return config.training.processes > 1 and distributed.size() == 1


def start(home: Home, run_id: str, processes: int) -> subprocess.Popen[bytes]:
    """Start the processes of a run that this process has claimed; the first of them takes it over.

    They have a session of their own, so that Ctrl-C in a terminal reaches only the process that started them.
    What they print goes to launch.log in the run's folder.
    """
    torchrun = ["-m", "torch.distributed.run", f"--nproc_per_node={processes}"]
    # On port 0 each group finds one that is free; the address keeps it from looking up this computer's name.
    meet = ["--rdzv_backend=c10d", "--rdzv_endpoint=127.0.0.1:0", "--local_addr=127.0.0.1", f"--rdzv_id={run_id}"]
    with (ensure(home.run(run_id)) / LOG).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, *torchrun, *meet, "-m", "core", "work", run_id],
            cwd=ROOT,
            env={**os.environ, VARIABLE: str(home.path)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def last_words(home: Home, run_id: str) -> str:
    """The last line that the processes of a run printed, empty when there is none."""
    file = home.run(run_id) / LOG
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n") if file.is_file() else []
    return next((line.strip() for line in reversed(lines) if line.strip(" =-")), "")
