"""Trainings to be compared: the rows that both sides get, and how each side is started and timed.

Knows bench/tutorial.py and `python -m core train` by their command lines only, each in a process of its own.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from bench import child
from core.config import RunConfig
from core.home.places import Home
from core.runs.store import Store


@dataclass(frozen=True)
class Rows:
    """One table for Starboard, and the very same rows in the files that the tutorial's script reads."""

    table: Path
    train: Path
    eval: Path
    train_size: int
    eval_size: int
    seed: int


@dataclass(frozen=True)
class Timed:
    """Seconds of training with its evaluations, seconds and peak memory of the whole process, the last accuracy."""

    seconds: float
    process_seconds: float
    peak_bytes: int
    accuracy: float


def rows(reviews: Path, folder: Path, *, train_size: int, eval_size: int, seed: int = 42) -> Rows:
    """Pick rows as Starboard picks them; a table that is too short is filled up by seeded resampling."""
    from core import tasks
    from core.config.source import Source
    from core.data.rows import prepare

    found = pd.read_csv(reviews, keep_default_na=False)[["stars", "text"]]
    lacking = train_size + eval_size - len(found)
    if lacking > 0:
        found = pd.concat([found, found.sample(lacking, replace=True, random_state=seed)])
    table = folder / "table.csv"
    found.to_csv(table, index=False)
    source = Source("file", str(table))
    prepared = prepare(source, "text", "stars", fit=tasks.fit, train_size=train_size, eval_size=eval_size, seed=seed)
    for name, part in (("train", prepared.train), ("eval", prepared.eval)):
        part.to_pandas().to_csv(folder / f"{name}.csv", index=False)
    return Rows(table, folder / "train.csv", folder / "eval.csv", train_size, eval_size, seed)


def tutorial(data: Rows, model: str, *, epochs: float = 1, seed: int = 42, padding: str = "max_length") -> Timed:
    """The tutorial's script on these rows."""
    command = [sys.executable, "-m", "bench.tutorial", str(data.train), str(data.eval), model]
    command += ["--epochs", str(epochs), "--seed", str(seed), "--padding", padding]
    done = child.finish(command, os.environ)
    found = json.loads(done.output.splitlines()[-1])
    return Timed(found["seconds"], done.seconds, done.peak_bytes, found["accuracy"][-1])


def starboard(data: Rows, home: Path, changes: dict[str, Any] | None = None, *, without: str = "") -> Timed:
    """Starboard's command line on these rows.

    Args:
        data: the rows.
        home: its STARBOARD_HOME.
        changes: settings by dotted path; the longest input is the model's, one epoch, no evaluation at the start.
        without: levers of bench/without.py that are taken away, with commas.
    """
    settings = {
        "data.source": f"file:{data.table}", "data.text_column": "text", "data.label_column": "stars",
        "data.train_size": data.train_size, "data.eval_size": data.eval_size, "data.seed": data.seed,
        "data.max_length": 512, "training.num_train_epochs": 1.0, "training.eval_on_start": False,
    } | (changes or {})  # fmt: skip
    home.mkdir(parents=True, exist_ok=True)
    file = home / "config.json"
    file.write_text(RunConfig().replace(settings).model_dump_json(), encoding="utf-8")
    module = ["bench.without", without] if without else ["core"]
    command = [sys.executable, "-m", *module, "train", str(file), "--json"]
    done = child.finish(command, os.environ | {"STARBOARD_HOME": str(home)})
    run = json.loads(done.output)
    stored = Store(Home(home))
    began_training = next(
        event.seconds for event in stored.events(run["run"]) if event.values.get("phase") == "training"
    )
    return Timed(run["seconds"] - began_training, done.seconds, done.peak_bytes, run["eval"]["accuracy"])
