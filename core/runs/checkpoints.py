"""The checkpoints of a run: which of them are whole, and which is the last.

A checkpoint that lacks a file was being written when its process died. Trainer resumes without a word from one that
lacks its optimizer, with a fresh one; here such a checkpoint does not count.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

NAME = re.compile(r"checkpoint-(\d+)")
NEEDED = ("trainer_state.json", "optimizer.pt", "scheduler.pt")
WEIGHTS = ("model.safetensors", "adapter_model.safetensors", "model.safetensors.index.json")


def step_of(checkpoint: Path) -> int:
    """The optimizer step after which a checkpoint was written."""
    match = NAME.fullmatch(checkpoint.name)
    if match is None:
        raise ValueError(f"not a checkpoint: {checkpoint}")
    return int(match[1])


def last(run_folder: Path) -> Path | None:
    """The last whole checkpoint under a run's folder, None when there is none."""
    found = [each for each in (run_folder / "checkpoints").glob("checkpoint-*") if NAME.fullmatch(each.name)]
    return max(filter(is_whole, found), key=step_of, default=None)


def is_whole(checkpoint: Path) -> bool:
    """Whether every file is there that resuming needs, random state included."""
    has_weights = any((checkpoint / name).is_file() for name in WEIGHTS)
    has_random_state = any(checkpoint.glob("rng_state*.pth"))
    return has_weights and has_random_state and all((checkpoint / name).is_file() for name in NEEDED)


def lacks_evaluation(checkpoint: Path) -> bool:
    """Whether an evaluation was due at this checkpoint but not made, because the run was halted just then."""
    state = json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    # A run may end within an epoch.
    was_due = float(state["epoch"]).is_integer() or state["global_step"] >= state.get("max_steps", math.inf)
    return was_due and not any(
        "eval_loss" in entry and entry["step"] == state["global_step"] for entry in state["log_history"]
    )
