"""What a run will take: a configuration, the lengths of its reviews and what was measured here, to seconds and bytes.

Pure arithmetic: it draws the batches that the training will make and adds up what each costs. Knows nothing of files,
models or processes, and imports no torch, so that a page can ask at every change of a setting. An estimate is of the
whole run: with early stopping it is the most that the run takes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from core.config import RunConfig
from core.training.arguments import MEGABATCH, total_steps

# Reviews drawn to stand for all of an epoch: with these the mean of a batch is known to about a percent.
DRAWN = 20_000
# The linear model that must be beaten learns from no more than this.
BASELINE_ROWS = 5000
WEIGHT_BYTES, MOMENT_BYTES = 4, 8
# A review's token in memory: its id, type and mask as Arrow keeps them.
TOKEN_BYTES = 6
# What an evaluation holds of a batch, as a multiple of what training keeps of it for one layer.
EVALUATION_LAYERS = 1.5
# Padded tokens that a processor trains on or scores at once; larger batches are trained in parts.
PROCESSOR_TOKENS = 2048


@dataclass(frozen=True)
class Cost:
    """Seconds or bytes of a batch: fixed + per token + per token and token of its length (attention)."""

    fixed: float
    per_token: float
    per_square: float

    def of(self, tokens: ArrayLike, length: ArrayLike) -> np.ndarray:
        """The cost of batches with so many tokens, padding included, in rows of such a length."""
        tokens, length = np.asarray(tokens, dtype=float), np.asarray(length, dtype=float)
        return np.asarray(self.fixed + self.per_token * tokens + self.per_square * tokens * length)

    def of_all(self, lengths: np.ndarray, count: int) -> float:
        """The cost of so many reviews together, sorted by length, so that there is next to no padding.

        Args:
            lengths: token counts of a sample, (N,).
        """
        tokens = count * float(lengths.mean())
        squares = count * float((lengths.astype(float) ** 2).mean())
        return self.fixed + self.per_token * tokens + self.per_square * squares


@dataclass(frozen=True)
class Calibration:
    """What one model with one way of training costs on this computer.

    Attributes:
        batch: seconds forward and backward, a batch.
        update_seconds: what moving the weights adds to the batches of a step.
        evaluation: seconds, all of an evaluation together; `fixed` is paid once.
        setup: seconds from the loaded data to the first step, all reviews together.
        memory: bytes in use while a batch is trained on; `fixed` is process, model, gradients and optimizer.
        starting_seconds: what a fresh process spends on imports.
        loading_seconds: reading a small table and loading the model.
        tokenising_seconds: per token.
        baseline_seconds: per token, for the linear model that must be beaten.
        bytes_per_second: written to the disk of the home.
        parameters: weights of the model; `learning` those of them that training moves.
        max_tokens: the longest input that the model reads.
        layers: of the encoder.
        device: "cpu" or "cuda"; `memory` is of this device.
        device_bytes: all the memory of the GPU, 0 on a processor.
    """

    batch: Cost
    update_seconds: float
    evaluation: Cost
    setup: Cost
    memory: Cost
    starting_seconds: float
    loading_seconds: float
    tokenising_seconds: float
    baseline_seconds: float
    bytes_per_second: float
    parameters: int
    learning: int
    max_tokens: int
    layers: int
    device: str
    device_bytes: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Calibration:
        """Read what `to_dict` wrote.

        Raises:
            TypeError, ValueError: it was written by something else.
        """
        costs = {name: Cost(**raw[name]) for name in ("batch", "evaluation", "setup", "memory") if name in raw}
        found = cls(**{**raw, **costs})
        numbers = [value for name, value in vars(found).items() if name not in {*costs, "device"}]
        numbers += [value for cost in costs.values() for value in vars(cost).values()]
        if not all(isinstance(each, int | float) and math.isfinite(each) and each >= 0 for each in numbers):
            raise ValueError("a calibration holds numbers from 0 up")
        return found

    def saving_seconds(self, config: RunConfig, training_seconds: float) -> float:
        """To write the checkpoints and the model of a run whose steps take so long."""
        training = config.training
        epochs = math.ceil(training.num_train_epochs)
        within = int(training_seconds / (60 * training.save_minutes)) if training.save_minutes else 0
        # Of added matrices only these are written.
        saved = self.learning if config.model.lora_rank else self.parameters
        checkpoint = WEIGHT_BYTES * saved + MOMENT_BYTES * self.learning
        written = max(epochs, within) * checkpoint + WEIGHT_BYTES * self.parameters
        return written / max(self.bytes_per_second, 1.0)


@dataclass(frozen=True)
class Reviews:
    """The reviews of a run: how many it trains on and evaluates with, and the token counts of a sample, uncut.

    `table_bytes` is what the whole table takes in memory.
    """

    train_rows: int
    eval_rows: int
    lengths: Sequence[int] | np.ndarray
    table_bytes: int = 0


@dataclass(frozen=True)
class Estimate:
    """Seconds by what they are spent on, bytes at the highest point, and what one step and one evaluation take.

    `activation_bytes` are those of `memory_bytes` that the size of a batch decides.
    """

    starting: float
    preparing: float
    training: float
    evaluating: float
    saving: float
    memory_bytes: int
    activation_bytes: int
    step_seconds: float
    evaluation_seconds: float

    @property
    def seconds(self) -> float:
        """The whole run in a process that has its libraries already, as the dashboard has."""
        return self.preparing + self.training + self.evaluating + self.saving


def to_dict(found: Estimate) -> dict[str, Any]:
    """An estimate as the command line prints it."""
    return {"seconds": found.seconds, **asdict(found)}


def rows_at_once(config: RunConfig, calibration: Calibration) -> int:
    """How many of the longest reviews are trained on at once."""
    return int(_at_once(config, calibration, min(config.data.max_length, calibration.max_tokens)))


def estimate(config: RunConfig, reviews: Reviews, calibration: Calibration) -> Estimate:
    """What a run of this configuration takes.

    Args:
        reviews: what it learns from.
        calibration: of the same model and way of training.
    """
    training, every = config.training, reviews.train_rows + reviews.eval_rows
    # Where nobody can count tokens every review is taken for a long one.
    counted = np.asarray(reviews.lengths) if len(reviews.lengths) else np.asarray([config.data.max_length])
    lengths = np.minimum(counted, min(config.data.max_length, calibration.max_tokens))
    tokens = float(lengths.mean()) * every
    batches = _Batches.drawn(config, lengths, reviews.train_rows, calibration)
    # The last batch of an epoch may be smaller: it counts by its share.
    count = reviews.train_rows / min(training.per_device_train_batch_size, reviews.train_rows)
    epoch = count * batches.mean_seconds(calibration.batch)
    steps = total_steps(training, reviews.train_rows)
    seconds = training.num_train_epochs * epoch + steps * calibration.update_seconds
    # The Trainer's own evaluation pads every review to the longest of a large batch.
    padded = np.full_like(lengths, lengths.max()) if training.plain else lengths
    evaluation = calibration.evaluation.of_all(padded, reviews.eval_rows)
    evaluations = math.ceil(training.num_train_epochs) + training.eval_on_start
    # The linear model reads whole reviews, and rates the evaluation part with less work than it learns.
    baseline_tokens = float(counted.mean()) * min(reviews.train_rows, BASELINE_ROWS)
    data = reviews.table_bytes + TOKEN_BYTES * tokens
    memory = batches.peak_bytes(config, lengths, reviews.eval_rows, calibration)
    return Estimate(
        starting=calibration.starting_seconds,
        preparing=calibration.loading_seconds
        + calibration.tokenising_seconds * tokens
        + calibration.baseline_seconds * baseline_tokens
        + calibration.setup.of_all(lengths, every),
        training=seconds,
        evaluating=evaluations * evaluation,
        saving=calibration.saving_seconds(config, seconds),
        memory_bytes=int(memory + (data if calibration.device == "cpu" else 0)),
        activation_bytes=max(int(memory - calibration.memory.fixed), 0),
        step_seconds=seconds / max(steps, 1),
        evaluation_seconds=evaluation,
    )


@dataclass(frozen=True)
class _Batches:
    """M batches that stand for those of an epoch: the longest review of each, and its parts as they are trained."""

    longest: np.ndarray
    parts: np.ndarray
    part_tokens: np.ndarray

    @classmethod
    def drawn(cls, config: RunConfig, lengths: np.ndarray, train_rows: int, calibration: Calibration) -> _Batches:
        """Batches as the training will make them, from reviews of such lengths."""
        training = config.training
        size = min(training.per_device_train_batch_size, train_rows)
        count = max(min(train_rows, DRAWN) // size, 1)
        drawn = np.random.default_rng(0).choice(lengths, count * size)
        if training.train_sampling_strategy == "group_by_length":
            group = size * MEGABATCH
            drawn = np.concatenate([np.sort(drawn[start : start + group]) for start in range(0, len(drawn), group)])
        longest = drawn.reshape(count, size).max(axis=1)  # (M,)
        parts = np.ceil(size / _at_once(config, calibration, longest))  # (M,)
        return cls(longest, parts, longest * size / parts)

    def mean_seconds(self, cost: Cost) -> float:
        return float((self.parts * cost.of(self.part_tokens, self.longest)).mean())

    def peak_bytes(self, config: RunConfig, lengths: np.ndarray, eval_rows: int, calibration: Calibration) -> float:
        """Bytes at the highest point, the reviews themselves left out."""
        training = float(calibration.memory.of(self.part_tokens, self.longest).max())
        longest = int(lengths.max())
        rows = min(config.training.per_device_eval_batch_size, eval_rows)
        if not config.training.plain:
            rows = min(rows, max(PROCESSOR_TOKENS // longest, 1))
        tokens = rows * longest
        evaluating = EVALUATION_LAYERS * calibration.memory.per_token / max(calibration.layers, 1) * tokens
        if calibration.device == "cuda":
            return max(training, calibration.memory.fixed + evaluating)
        # A heap does not fit the small pieces of one into the holes that the other has left.
        return training + evaluating


def _at_once(config: RunConfig, calibration: Calibration, length: ArrayLike) -> np.ndarray:
    """How many reviews of such lengths are trained on at once: a processor takes large batches in parts."""
    length = np.asarray(length)
    batch = np.full(length.shape, config.training.per_device_train_batch_size)
    if calibration.device != "cpu" or config.model.freeze_encoder or config.training.plain:
        return batch
    return np.asarray(np.minimum(batch, np.maximum(PROCESSOR_TOKENS // length, 1)))
