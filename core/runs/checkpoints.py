"""The checkpoints of a run: which of them are whole, and which is the last.

A checkpoint that lacks a file was being written when its process died. Trainer resumes without a word from one that
lacks its optimizer, with a fresh one; here such a checkpoint does not count.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

NAME = re.compile(r"checkpoint-(\d+)")
NEEDED = ("trainer_state.json", "optimizer.pt", "scheduler.pt")
WEIGHTS = ("model.safetensors", "adapter_model.safetensors", "model.safetensors.index.json")


def step_of(checkpoint: Path) -> int:
    """The optimizer step after which a checkpoint was written."""
    match = NAME.fullmatch(checkpoint.name)
    if match is None:
        raise ValueError(f"not a checkpoint: {checkpoint}")
    return int(match[1])


def trainer_state(checkpoint: Path) -> dict[str, Any]:
    """What the Trainer wrote down about itself: `global_step`, `max_steps`, `log_history`, …"""
    found: dict[str, Any] = json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    return found


def last(run_folder: Path) -> Path | None:
    """The last whole checkpoint under a run's folder, None when there is none."""
    found = [each for each in (run_folder / "checkpoints").glob("checkpoint-*") if NAME.fullmatch(each.name)]
    return max(filter(is_whole, found), key=step_of, default=None)


def is_whole(checkpoint: Path) -> bool:
    """Whether every file is there that resuming needs, random state included."""
    has_weights = any(_has_content(checkpoint / name) for name in WEIGHTS)
    has_random_state = any(map(_has_content, checkpoint.glob("rng_state*.pth")))
    has_rest = all(_has_content(checkpoint / name) for name in NEEDED)
    if not (has_weights and has_random_state and has_rest):
        return False
    try:
        trainer_state(checkpoint)
    except (OSError, ValueError):
        return False
    return True


def _has_content(file: Path) -> bool:
    # A power cut leaves files that have a name and nothing else.
    return file.is_file() and file.stat().st_size > 0


def lacks_evaluation(checkpoint: Path) -> bool:
    """Whether an evaluation was due at this checkpoint but not made, because the run was halted just then."""
    state = trainer_state(checkpoint)
    # A run may end within an epoch.
    was_due = float(state["epoch"]).is_integer() or state["global_step"] >= state.get("max_steps", math.inf)
    return was_due and not any(
        "eval_loss" in entry and entry["step"] == state["global_step"] for entry in state["log_history"]
    )
