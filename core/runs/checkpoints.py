"""The checkpoints of a run: which of them are whole, and which is the last.

A checkpoint that lacks a file was being written when its process died. Trainer resumes without a word from one that
lacks its optimizer, with a fresh one; here such a checkpoint does not count, and neither does one whose state is not as
the Trainer writes it, or whose files are not those of its manifest.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from core.messages import Message
from core.runs import manifest

NAME = re.compile(r"checkpoint-(\d{1,15})")
DAMAGED = ".damaged"
# What the Trainer reports of an evaluation beside the scores.
NOT_SCORES = frozenset({"runtime", "samples_per_second", "steps_per_second", "model_preparation_time"})
NEEDED = ("trainer_state.json", "optimizer.pt", "scheduler.pt")
WEIGHTS = ("model.safetensors", "adapter_model.safetensors", "model.safetensors.index.json")
# No training makes so many steps; SQLite keeps numbers up to nine times as large.
MOST_STEPS = 10**15


class _Entry(BaseModel):
    """What every entry of a log has."""

    model_config = ConfigDict(extra="allow")

    step: int = Field(ge=0, le=MOST_STEPS)
    epoch: float = Field(default=0.0, ge=0, allow_inf_nan=False)


def _are_entries(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for entry in log:
        _Entry.model_validate(entry)
    return log


class TrainerState(BaseModel):
    """What the Trainer wrote down about itself, as far as it is read here.

    Attributes:
        global_step, max_steps: optimizer steps done, and of the whole run.
        epoch: passes over the training reviews done.
        best_global_step: the step with the best evaluation so far.
        log_history: losses and scores, each with its `step` and `epoch`, oldest first.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    global_step: int = Field(ge=0, le=MOST_STEPS)
    max_steps: int = Field(ge=0, le=MOST_STEPS)
    epoch: float = Field(ge=0, allow_inf_nan=False)
    best_global_step: int | None = Field(default=None, ge=0, le=MOST_STEPS)
    log_history: Annotated[list[dict[str, Any]], AfterValidator(_are_entries)]


def step_of(checkpoint: Path) -> int:
    """The optimizer step after which a checkpoint was written."""
    match = NAME.fullmatch(checkpoint.name)
    if match is None:
        raise ValueError(f"not a checkpoint: {checkpoint}")
    return int(match[1])


def trainer_state(checkpoint: Path) -> TrainerState:
    """The state that a checkpoint holds.

    Raises:
        OSError: there is none.
        ValueError: it is not as the Trainer writes it.
    """
    return TrainerState.model_validate_json((checkpoint / "trainer_state.json").read_bytes())


def last(run_folder: Path) -> Path | None:
    """The last whole checkpoint under a run's folder, None when there is none."""
    return next(filter(is_whole, _newest_first(run_folder)), None)


def to_go_on_from(
    run_folder: Path, fault_inside: Callable[[Path], Message | None] = lambda _checkpoint: None
) -> tuple[Path | None, list[Message]]:
    """The last checkpoint whose every byte is as it was written, None when there is none.

    Newer ones are set aside, so that they are neither counted nor in the way when their step comes again.

    Args:
        fault_inside: what is wrong inside the files of one that is whole.

    Returns:
        The checkpoint, and what is wrong with each newer one.
    """
    faults: list[Message] = []
    for checkpoint in _newest_first(run_folder):
        fault = manifest.fault(checkpoint, thorough=True)
        if fault is None and is_whole(checkpoint) and (fault := fault_inside(checkpoint)) is None:
            return checkpoint, faults
        faults.append(
            Message(
                "The checkpoint of step {step} is damaged and left out: {why}.",
                step=step_of(checkpoint),
                why=fault or Message("a file is missing or not as it was written"),
            )
        )
        aside = checkpoint.with_suffix(DAMAGED)
        shutil.rmtree(aside, ignore_errors=True)
        checkpoint.rename(aside)
    return None, faults


def drop_damaged(run_folder: Path) -> None:
    """Remove what was set aside: the run came to its end without it."""
    for each in (run_folder / "checkpoints").glob(f"*{DAMAGED}"):
        shutil.rmtree(each, ignore_errors=True)


def _newest_first(run_folder: Path) -> list[Path]:
    found = [each for each in (run_folder / "checkpoints").glob("checkpoint-*") if NAME.fullmatch(each.name)]
    return sorted(found, key=step_of, reverse=True)


def is_whole(checkpoint: Path) -> bool:
    """Whether every file is there that resuming needs, random state included."""
    has_weights = any(_has_content(checkpoint / name) for name in WEIGHTS)
    has_random_state = any(map(_has_content, checkpoint.glob("rng_state*.pth")))
    has_rest = all(_has_content(checkpoint / name) for name in NEEDED)
    if not (has_weights and has_random_state and has_rest) or manifest.fault(checkpoint, thorough=False):
        return False
    try:
        step = trainer_state(checkpoint).global_step
    except (OSError, ValueError):
        return False
    # One that is being replaced has another suffix.
    return NAME.fullmatch(checkpoint.stem) is not None and step == step_of(checkpoint.with_suffix(""))


def _has_content(file: Path) -> bool:
    # A power cut leaves files that have a name and nothing else.
    return file.is_file() and file.stat().st_size > 0


def scores_in(logged: Mapping[str, float]) -> dict[str, float]:
    """The scores among what the Trainer logs of an evaluation, by their own names."""
    found = {name.removeprefix("eval_"): value for name, value in logged.items() if name.startswith("eval_")}
    return {name: float(value) for name, value in found.items() if name not in NOT_SCORES}


def lacks_evaluation(checkpoint: Path) -> bool:
    """Whether an evaluation was due at this checkpoint but not made, because the run was halted just then."""
    state = trainer_state(checkpoint)
    # A run may end within an epoch.
    was_due = state.epoch.is_integer() or state.global_step >= state.max_steps
    return was_due and not any(
        "eval_loss" in entry and entry["step"] == state.global_step for entry in state.log_history
    )
