"""A home to break: the run that is trained in it, and what can be seen in it from outside.

Reads the database with SQLite alone, so that a look mends nothing. Knows what an uninterrupted run ends with.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.faulting.life import Life
from core.runs import checkpoints

# What of an event must come again in the same way; speeds and times do not.
REPEATABLE = ("loss", "accuracy", "learning_rate", "grad_norm", "macro_f1", "stars_mae", "quadratic_kappa")
Point = tuple[str, int, tuple[tuple[str, float], ...]]


@dataclass(frozen=True)
class Ending:
    """What a run ends with: weights as a SHA-256, and its curve."""

    weights: str
    curve: list[Point]


@dataclass(frozen=True)
class Bench:
    """Where the harness works: a folder, and a tiny model in it."""

    folder: Path
    model: Path
    epochs: int = 8

    def configuration(self, seed: int) -> Path:
        """A file that says what to train: seconds, with a checkpoint about every 0.3 s."""
        file = self.folder / f"run-{seed}.json"
        training = {"num_train_epochs": self.epochs, "precision": "fp32", "save_minutes": 0.005, "seed": seed}
        data = {"train_size": 320, "eval_size": 32, "max_length": 32, "seed": seed}
        file.write_text(json.dumps({"data": data, "model": {"name": str(self.model)}, "training": training}))
        return file

    def home(self, name: str) -> Path:
        """A new, empty home."""
        found = self.folder / name / "home"
        found.mkdir(parents=True)
        return found

    def reference(self, seed: int) -> Ending:
        """What the run ends with when nothing happens to it."""
        home = self.home(f"reference-{seed}")
        code = Life(home, "train", str(self.configuration(seed))).end()
        if code:
            raise RuntimeError(f"the uninterrupted run failed; see {home.with_name('life.log')}")
        return ending(home, only_run(home))


def make_model(folder: Path) -> Path:
    """A BERT of 2 layers with random weights and MiniLM's vocabulary, saved as `save_pretrained` does."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    from core.models import loading

    torch.manual_seed(0)
    tokenizer = loading.load_tokenizer("minilm")
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(tokenizer), max_position_embeddings=128, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def query(home: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What the database of a home answers; nothing where there is no table yet."""
    file = home / "starboard.db"
    if not file.exists():
        return []
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        try:
            return connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise


def runs(home: Path) -> list[str]:
    """The ids of all runs, oldest first."""
    return [run for (run,) in query(home, "SELECT id FROM runs ORDER BY created, id")]


def only_run(home: Path) -> str:
    """The id of the only run, empty when there is none yet."""
    found = runs(home)
    if len(found) > 1:
        raise RuntimeError(f"{home} has {len(found)} runs where one was started")
    return found[0] if found else ""


def column(home: Path, run: str, name: str) -> Any:
    """One value of a run's row."""
    return query(home, f"SELECT {name} FROM runs WHERE id = ?", run)[0][0]


def integrity(home: Path) -> str:
    """What SQLite says of the whole file; `ok` also where there is none yet."""
    try:
        found = query(home, "PRAGMA integrity_check")
    except sqlite3.DatabaseError as error:
        return str(error)
    return "; ".join(line for (line,) in found) or "ok"


def events(home: Path, run: str) -> dict[int, tuple[str, int, dict[str, Any]]]:
    """Kind, step and values of a run's events by id."""
    found = query(home, 'SELECT id, kind, step, "values" FROM events WHERE run = ? ORDER BY id', run)
    return {number: (kind, step, json.loads(values)) for number, kind, step, values in found}


def curve(home: Path, run: str) -> list[Point]:
    """The points of a run's curve in the order in which they were written, without speeds."""
    return [
        (kind, step, tuple((name, values[name]) for name in REPEATABLE if name in values))
        for kind, step, values in events(home, run).values()
        if kind in {"train", "eval"}
    ]


def ending(home: Path, run: str) -> Ending:
    return Ending(weights(home / "runs" / run / "model" / "model.safetensors"), curve(home, run))


def weights(file: Path) -> str:
    """SHA-256 of all tensors of a safetensors file, by name."""
    from safetensors import safe_open

    digest = hashlib.sha256()
    with safe_open(file, "numpy") as tensors:
        for name in sorted(tensors.keys()):
            tensor = tensors.get_tensor(name)
            digest.update(f"{name} {tensor.dtype} {tensor.shape}".encode())
            digest.update(tensor.tobytes())
    return digest.hexdigest()


def counted(home: Path, run: str) -> list[Path]:
    """The checkpoints that count, and the model: what a run can go on from or predict with."""
    folder = home / "runs" / run
    found = [each for each in (folder / "checkpoints").glob("checkpoint-*") if checkpoints.NAME.fullmatch(each.name)]
    return [each for each in [*filter(checkpoints.is_whole, found), folder / "model"] if each.is_dir()]


def last_checkpoint(home: Path, run: str) -> Path | None:
    """The last whole checkpoint of a run."""
    return checkpoints.last(home / "runs" / run) if run else None


def last_step(home: Path, run: str) -> int:
    """The step of the last whole checkpoint, 0 when there is none."""
    found = last_checkpoint(home, run)
    return checkpoints.step_of(found) if found else 0


def leftovers(home: Path) -> list[str]:
    """What should be gone once a run has ended."""
    patterns = ("checkpoints/tmp-*", "checkpoints/*.old", "model.old", "model.new")
    found = [each for pattern in patterns for each in home.glob(f"runs/*/{pattern}")]
    return [str(each.relative_to(home)) for each in [*found, *home.rglob(".*.partial")]]
