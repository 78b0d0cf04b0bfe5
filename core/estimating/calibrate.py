"""What training costs on this computer, measured in a process of its own:
`python -m core.estimating.calibrate < CONFIG`.

Trains the configured model on a few made-up reviews, through the very function that trains runs, once for each of a
few shapes of batches, and leaves each after some steps. Weights that are not on this computer are replaced by random
ones of the same shape: only speed is measured. Prints one JSON object, `calibration` or `error`. Knows no store; writes
only to a folder that it removes.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import psutil
import torch

from core import tasks
from core.config import RunConfig, parse
from core.data import hub
from core.data.rows import prepare
from core.errors import EstimateError, StarboardError
from core.estimating.cost import Calibration, Cost
from core.evaluation.baselines import baselines
from core.home.files import ensure
from core.home.places import Home
from core.models import bundled, loading
from core.models.tokens import tokenise
from core.runs.run import EventKind, Status
from core.training.sink import Halt
from core.training.train import train

STEPS, FEWEST_STEPS = 7, 3
SHAPE_SECONDS = 2.0
WRITTEN_BYTES = 1 << 26
VOCABULARY = 8000
SAMPLE_ROWS = 1000
PARENT = os.getppid()
# A GPU is idle most of the time in batches that keep a processor busy.
CUDA_TIMES = 16


@dataclass(frozen=True)
class Shape:
    """A step: reviews a batch, tokens a review, batches a step."""

    batch: int
    length: int
    batches: int = 1


# Memory only ever grows, so what takes little comes first.
SHAPES = (Shape(8, 32), Shape(8, 32, 4), Shape(2, 384), Shape(8, 128), Shape(24, 64))


class _Enough(Exception):  # noqa: N818 - not an error: there are as many steps as are needed
    pass


@dataclass
class Clock:
    """A Sink that notes when things happen, and ends the training after enough steps."""

    began: float = field(default_factory=time.perf_counter)
    marks: dict[str, float] = field(default_factory=dict)
    steps: list[float] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

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
        self.facts |= values.get("facts") or {}
        self._mark("facts" if "facts" in values else "ready")

    def halt(self) -> Halt | None:
        return None

    def _mark(self, name: str) -> None:
        self.marks.setdefault(name, time.perf_counter())


@dataclass(frozen=True)
class Measured:
    """One shape: its seconds by part, the tokens behind them, the peak of memory so far."""

    shape: Shape
    length: int
    reviews: int
    evaluated: int
    step: float
    evaluation: float
    preparing: float
    setup: float
    peak: int


def calibrate(config: RunConfig, folder: Path, home: Home) -> Calibration:
    """Measure what the model and the way of training of a configuration cost.

    Args:
        folder: an empty one for what the measuring writes, on the disk of the home.
        home: has the preferences.

    Raises:
        HubUnreachable, HubNotFound, ModelError: not even the model's shape can be had.
    """
    starting = time.time() - psutil.Process().create_time()
    config = _with_local_model(config, folder)
    tokenizer = loading.load_tokenizer(config.model.name)
    words = _words(tokenizer)
    found = [_measure(config, shape, words, folder, home) for shape in _shapes()]
    # The first one paid for imports that come late.
    starting += max(found[0].preparing - min(each.preparing for each in found[1:]), 0.0)
    tokenising, baseline = _preparation(tokenizer, home)
    parameters, learning, longest, layers = _size(config, tokenizer)
    head_only = config.model.freeze_encoder
    return Calibration(
        **_batch_costs(found),
        evaluation=_fit(
            [(1, each.evaluated * each.length, each.evaluated * each.length**2) for each in found],
            [each.evaluation for each in found],
        ),
        setup=_setup(found, head_only),
        memory=_fit(
            [(1, each.shape.batch * each.length, each.shape.batch * each.length**2) for each in found],
            [each.peak for each in found],
        ),
        starting_seconds=starting,
        loading_seconds=min(each.preparing for each in found),
        tokenising_seconds=tokenising,
        baseline_seconds=baseline,
        bytes_per_second=_write_speed(folder),
        parameters=parameters,
        learning=learning,
        max_tokens=longest,
        layers=layers,
        device="cuda" if torch.cuda.is_available() else "cpu",
        device_bytes=torch.cuda.get_device_properties(0).total_memory if torch.cuda.is_available() else 0,
    )


def _shapes() -> list[Shape]:
    times = CUDA_TIMES if torch.cuda.is_available() else 1
    return [Shape(each.batch * times, each.length, each.batches) for each in SHAPES]


def _with_local_model(config: RunConfig, folder: Path) -> RunConfig:
    """The configuration with a model that loads from this computer: where weights are missing, random ones."""
    name = config.model.name
    from huggingface_hub import try_to_load_from_cache

    here = name == bundled.NAME or Path(name).expanduser().is_dir()
    if here or isinstance(try_to_load_from_cache(name, "model.safetensors"), str):
        return config
    from transformers import AutoConfig, AutoModelForSequenceClassification

    tokenizer = loading.load_tokenizer(name)
    try:
        shape = AutoConfig.from_pretrained(name, trust_remote_code=False, local_files_only=not hub.reachable())
        model = AutoModelForSequenceClassification.from_config(shape, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise EstimateError(
            f"The shape of the model {name} cannot be read.", "Train without an estimate, or choose another model."
        ) from error
    target = folder / "model"
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
    return config.replace({"model.name": str(target)})


def _words(tokenizer: Any) -> list[str]:
    """Words that the model has a token of its own for, so that made-up reviews use as many rows as real ones."""
    known = sorted({each.strip("Ġ▁") for each in tokenizer.get_vocab()})
    plain = [each for each in known if each.isascii() and each.isalpha() and each.islower() and len(each) > 2]
    chosen = np.random.default_rng(0).permutation(plain or ["good", "bad"])[:VOCABULARY]
    return [str(each) for each in chosen]


def _measure(config: RunConfig, shape: Shape, words: Sequence[str], folder: Path, home: Home) -> Measured:
    """Train a few steps of one shape."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    reviews = max(shape.batch * shape.batches * (STEPS + 1), 8)
    evaluated = max(2048 // shape.length, 8) * (CUDA_TIMES if torch.cuda.is_available() else 1)
    table = folder / "reviews.csv"
    _write(table, words, reviews + evaluated, shape.length)
    clock = Clock()
    with contextlib.suppress(_Enough):
        train(_short(config, shape, table, reviews, evaluated), folder / "run", clock, home=home, compare=baselines)
    marks = clock.marks
    return Measured(
        shape=shape,
        length=round(clock.facts["train_tokens"] / clock.facts["train_rows"]),
        reviews=reviews,
        evaluated=evaluated,
        step=float(np.median(np.diff(clock.steps)[1:])),
        evaluation=marks["eval"] - marks["ready"],
        preparing=marks["facts"] - clock.began,
        setup=marks["ready"] - marks["facts"],
        peak=_peak(),
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


def _write(table: Path, words: Sequence[str], count: int, length: int) -> None:
    """Reviews that are all cut to the same length."""
    rng = np.random.default_rng(0)
    lines = (f"{row % 5 + 1},{' '.join(rng.choice(words, length))}\n" for row in range(count))
    table.write_text("stars,text\n" + "".join(lines), encoding="utf-8")


def _batch_costs(found: Sequence[Measured]) -> dict[str, Any]:
    """Seconds a batch, and what a step adds to those of its batches."""
    rows = []
    for each in found:
        tokens = each.shape.batches * each.shape.batch * each.length
        rows.append((each.shape.batches, tokens, tokens * each.length, 1))
    fixed, per_token, per_square, update = _solve(rows, [each.step for each in found])
    return {"batch": Cost(fixed, per_token, per_square), "update_seconds": update}


def _setup(found: Sequence[Measured], head_only: bool) -> Cost:
    """Seconds between data and training; only a model that reads the reviews there once makes these count."""
    seconds = [each.setup for each in found]
    if not head_only:
        return Cost(min(seconds), 0.0, 0.0)
    every = [each.reviews + each.evaluated for each in found]
    rows = [(1, n * each.length, n * each.length**2) for n, each in zip(every, found, strict=True)]
    return _fit(rows, seconds)


def _fit(rows: Sequence[tuple[float, ...]], values: Sequence[float]) -> Cost:
    return Cost(*_solve(rows, values))


def _solve(rows: Sequence[tuple[float, ...]], values: Sequence[float]) -> list[float]:
    """Factors from 0 up that fit best, a tenth off being as bad for a small value as for a large one."""
    from scipy.optimize import nnls  # type: ignore[import-untyped]

    weights = 1 / np.maximum(np.asarray(values, dtype=float), 1e-9)
    table = np.asarray(rows, dtype=float)
    scale = table.max(axis=0)
    factors, _rest = nnls(table / scale * weights[:, None], np.ones(len(values)))
    return [float(each) for each in factors / scale]


def _preparation(tokenizer: Any, home: Home) -> tuple[float, float]:
    """Seconds a token to tokenise reviews, and to train the linear model on them."""
    prepared = prepare(
        "sample:reviews", None, None, fit=tasks.fit, train_size=SAMPLE_ROWS, eval_size=SAMPLE_ROWS, seed=0
    )
    began = time.perf_counter()
    encoded = [
        tokenise(part, tokenizer, max_length=512, cache=home.cache / "tokens")
        for part in (prepared.train, prepared.eval)
    ]
    tokenised = time.perf_counter()
    baselines(prepared, prepared.task.evaluator(home.cache / "metrics"))
    learnt = time.perf_counter()
    train_tokens, eval_tokens = (int(each.lengths.sum()) for each in encoded)
    return (tokenised - began) / (train_tokens + eval_tokens), (learnt - tokenised) / train_tokens


def _size(config: RunConfig, tokenizer: Any) -> tuple[int, int, int, int]:
    """Weights, those of them that learn, the longest input in tokens, layers."""
    task = tasks.of_model([f"{n} stars" for n in range(1, 6)], [1.0, 2.0, 3.0, 4.0, 5.0])
    model: Any = loading.load_classifier(config.model, task, seed=0)
    every = list(model.parameters())
    learning = sum(each.numel() for each in every if each.requires_grad)
    longest = loading.max_tokens(tokenizer, SimpleNamespace(config=model.config))
    layers = int(getattr(model.config, "num_hidden_layers", None) or 1)
    return sum(each.numel() for each in every), learning, min(longest, 1_000_000), layers


def _write_speed(folder: Path) -> float:
    """Bytes a second that reach the disk."""
    content = np.random.default_rng(0).bytes(WRITTEN_BYTES)
    began = time.perf_counter()
    with (folder / "block").open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return WRITTEN_BYTES / (time.perf_counter() - began)


def _peak() -> int:
    """The most bytes that this process, or its GPU memory, has held."""
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    try:
        # getrusage would count the process that started this one, before it became another.
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return next(1024 * int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return _peak_elsewhere()


def _peak_elsewhere() -> int:
    """The same where there is no /proc: macOS and Windows."""
    info = psutil.Process().memory_info()
    if (on_windows := getattr(info, "peak_wset", None)) is not None:
        return int(on_windows)
    import resource

    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def main() -> int:
    """Read a configuration as JSON from standard input and print what was measured."""
    # What was written goes when this process is asked to end, too.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(1))
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        config, home = parse(json.load(sys.stdin)), Home.present()
        with tempfile.TemporaryDirectory(prefix="calibrate-", dir=ensure(home.cache)) as folder:
            answer: dict[str, Any] = {"calibration": calibrate(config, Path(folder), home).to_dict()}
    except StarboardError as error:
        answer = {"error": [error.message, error.advice]}
    print(json.dumps(answer), file=out, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
