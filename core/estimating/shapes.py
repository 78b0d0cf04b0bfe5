"""One shape of batches measured: a few steps of the real training on made-up reviews, with a clock.

Trains through the very function that trains runs and leaves it after some steps. Knows no store; writes only into a
folder that it is given.
"""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.config import RunConfig
from core.estimating.hardware import peak_bytes
from core.evaluation.baselines import baselines
from core.home.places import Home
from core.runs.facts import Facts
from core.runs.run import EventKind, Status
from core.training.sink import Halt
from core.training.train import train

STEPS, FEWEST_STEPS = 7, 3
SHAPE_SECONDS = 2.0
PARENT = os.getppid()
# A GPU is idle most of the time in batches that keep a processor busy.
CUDA_TIMES = 16


@dataclass(frozen=True)
class Shape:
    """A step: reviews a batch, tokens a review, batches a step."""

    batch: int
    length: int
    batches: int = 1


@dataclass(frozen=True)
class Measured:
    """One shape: its seconds by part, the tokens behind them, the peak of memory so far in bytes."""

    shape: Shape
    length: int
    reviews: int
    evaluated: int
    step: float
    evaluation: float
    preparing: float
    setup: float
    peak: int


class _Enough(Exception):  # noqa: N818 - not an error: there are as many steps as are needed
    pass


@dataclass
class Clock:
    """A Sink that notes when things happen, and ends the training after enough steps."""

    began: float = field(default_factory=time.perf_counter)
    marks: dict[str, float] = field(default_factory=dict)
    steps: list[float] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)

    def phase(self, status: Status) -> None:
        self._mark(str(status))

    def emit(self, kind: EventKind, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        if os.getppid() != PARENT:
            raise SystemExit("nobody waits for this any more")
        if kind != "train":
            self._mark(kind)
            return
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.steps.append(time.perf_counter())
        long = self.steps[-1] - self.steps[0] > SHAPE_SECONDS
        if len(self.steps) > (FEWEST_STEPS if long else STEPS):
            raise _Enough

    def update(self, **values: Any) -> None:
        self.facts = values.get("facts", self.facts)
        self._mark("facts" if "facts" in values else "ready")

    def halt(self) -> Halt | None:
        return None

    def _mark(self, name: str) -> None:
        self.marks.setdefault(name, time.perf_counter())


def measure(config: RunConfig, shape: Shape, words: Sequence[str], folder: Path, home: Home) -> Measured:
    """Train a few steps of one shape.

    Args:
        config: says which model and how it is trained.
        words: from which reviews are made.
        folder: what the training writes lies there.
        home: has the preferences.
    """
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    reviews = max(shape.batch * shape.batches * (STEPS + 1), 8)
    evaluated = max(2048 // shape.length, 8) * (CUDA_TIMES if torch.cuda.is_available() else 1)
    # Reviews that are all cut to the same length.
    table, rng = folder / "reviews.csv", np.random.default_rng(0)
    lines = (f"{row % 5 + 1},{' '.join(rng.choice(words, shape.length))}\n" for row in range(reviews + evaluated))
    table.write_text("stars,text\n" + "".join(lines), encoding="utf-8")
    clock = Clock()
    with contextlib.suppress(_Enough):
        train(_short(config, shape, table, reviews, evaluated), folder / "run", clock, home=home, compare=baselines)
    marks, facts = clock.marks, clock.facts
    assert facts.train_tokens is not None
    assert facts.train_rows is not None
    return Measured(
        shape=shape,
        length=round(facts.train_tokens / facts.train_rows),
        reviews=reviews,
        evaluated=evaluated,
        step=float(np.median(np.diff(clock.steps)[1:])),
        evaluation=marks["eval"] - marks["ready"],
        preparing=marks["facts"] - clock.began,
        setup=marks["ready"] - marks["facts"],
        peak=peak_bytes(),
    )


def _short(config: RunConfig, shape: Shape, table: Path, reviews: int, evaluated: int) -> RunConfig:
    """The configuration for a few steps of one shape: what decides the speed is kept."""
    return config.replace(
        {
            "data.source": f"file:{table}",
            "data.text_column": "text",
            "data.label_column": "stars",
            "data.train_size": reviews,
            "data.eval_size": evaluated,
            "data.max_length": shape.length,
            "data.subset": "shuffle",
            "training.num_train_epochs": 1.0,
            "training.per_device_train_batch_size": shape.batch,
            "training.gradient_accumulation_steps": shape.batches,
            "training.eval_on_start": True,
            "training.learning_rate": 1e-6,
            "training.processes": 1,
            "training.report_to": [],
            "training.save_minutes": 0.0,
        }
    )
