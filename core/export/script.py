"""A run as the plain Python script that does the same, step by step, and as the command that repeats it.

Knows the configuration, the facts of a run and its task. Guarantees that the steps put together are a whole script,
with no line of Starboard in it unless the data is the bundled sample or a remedy or part is asked for that takes
more than a few lines, and that it needs no network but for reviews and
a model of the hub. What it leaves out stands in its first lines; docs/plain-script.md has all of it.
"""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.config import RunConfig
from core.export import levers, parted, reviews, training
from core.runs.facts import Facts
from core.runs.run import Stage, Status

FILE_NAME = "run.py"


class StepKey(StrEnum):
    """Which step of the tutorial it is, whatever it is called."""

    LOAD = "load"
    SUBSET = "subset"
    TOKENISE = "tokenise"
    MODEL = "model"
    ARGUMENTS = "arguments"
    METRIC = "metric"
    TRAIN = "train"
    PREDICT = "predict"


@dataclass(frozen=True)
class Step:
    """One step of the tutorial: its title in English, and its lines."""

    key: StepKey
    title: str
    code: str


_STEP_OF_STAGE: dict[str, StepKey] = {
    Stage.READING: StepKey.LOAD,
    Stage.LOADING: StepKey.MODEL,
    Stage.TOKENISING: StepKey.TOKENISE,
    Stage.ENCODING: StepKey.TRAIN,
    Stage.COMPARING: StepKey.METRIC,
}
_STEP_OF_STATUS = {
    Status.TRAINING: StepKey.TRAIN,
    Status.EVALUATING: StepKey.METRIC,
    Status.SAVING: StepKey.TRAIN,
}


def step_of(status: Status, stage: str | None = None) -> StepKey | None:
    """The step of the script that a run is at, None when it is at none.

    Args:
        stage: of a run that prepares; unknown ones are no step.
    """
    if status is Status.PREPARING:
        return _STEP_OF_STAGE.get(stage or "")
    return _STEP_OF_STATUS.get(status)


def command(config_file: Path) -> str:
    """The command line that repeats a run from its saved configuration."""
    return f"python -m core train {shlex.quote(str(config_file))}"


def steps(config: RunConfig, facts: Facts | None = None, layout: Mapping[str, Any] | None = None) -> list[Step]:
    """The script of a run in the tutorial's seven steps.

    Args:
        config: the run.
        facts: what the run found out, such as guessed columns; before it the lines find out themselves, or hold what is
            usual.
        layout: how the source is written, where that is known before a run.
    """
    facts = facts or Facts()
    if facts.observed is not None:
        layout = facts.observed.layout
    return [
        Step(StepKey.LOAD, "Load", reviews.load(config, layout or {})),
        Step(StepKey.SUBSET, "Subset", reviews.subset(config, facts)),
        Step(StepKey.TOKENISE, "Tokenise", training.tokens(config, facts)),
        Step(StepKey.MODEL, "Model", training.model(config, facts)),
        Step(StepKey.ARGUMENTS, "Arguments", training.arguments(config, facts)),
        Step(StepKey.METRIC, "Metric", training.metric(facts)),
        Step(StepKey.TRAIN, "Train", training.train(config, facts)),
    ]


def predict_step(model_folder: Path) -> Step:
    """What the Predict page does, with the library's own pipeline."""
    return Step(
        StepKey.PREDICT,
        "Predict",
        "from transformers import pipeline\n\n"
        f'rate = pipeline("text-classification", model={str(model_folder)!r}, top_k=None)\n'
        'rate("Best meal of my life!", truncation=True)',
    )


def script(config: RunConfig, facts: Facts | None = None) -> str:
    """The steps as one file, below what is to be known of them."""
    parts = [f"# {number}. {step.title}\n{step.code}\n" for number, step in enumerate(steps(config, facts), 1)]
    return "\n\n".join([_head(config, facts or Facts()), *parts])


def _head(config: RunConfig, facts: Facts) -> str:
    """What the script needs, and how near it comes to the run, as comments."""
    needs = "transformers, datasets, torch, accelerate and pandas" + (" and peft" if config.model.lora_rank else "")
    words = [f"The run as a plain script. It needs {needs}."]
    left_out = levers.left_out(config, facts.observed)
    if facts.observed is None:
        words += [
            "Nothing was observed of this run yet, or an earlier version did not write it down: how the table is read, "
            "its classes and its rows are what is usual, and may differ from the run's."
        ]
    elif left_out:
        words += ["The same reviews in the same order. Left out are the parts that made the run quick:"]
        words += [f"- {lever.name}: {lever.changes}" for lever in left_out]
        words += [
            levers.HOW_FAR,
            "With training.plain the run itself does without them, and both end with the same scores.",
        ]
    else:
        words += [
            "The run had no quick parts: on the same computer this ends with the same scores, to within rounding."
        ]
    if config.data.parsed_source.is_sample:
        words += ["The bundled reviews are made by Starboard, which has to lie where it lay."]
    elif parted.is_needed(config):
        words += [
            "Which reviews are in which part is found by Starboard's own functions, so it has to lie where it lay."
        ]
    lines = [line for each in words for line in textwrap.wrap(each, 110, subsequent_indent="  " * each.startswith("-"))]
    return "\n".join(f"# {line}" for line in lines) + "\n"
