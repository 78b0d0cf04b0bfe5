"""What a task must know, so that everything around it need not: labels, loss, decoding, scores.

Scorer, Trainer, callback, baselines, prediction, script and pages read a task and never ask which one it is. Another
task is another file beside this one and a line in `core/tasks/__init__.py`. Knows Arrow columns and numpy arrays;
knows no model and no Trainer. Guarantees that a task can be had again from what a run or a saved model keeps of it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from core.messages import Message
from core.metrics import Evaluator, Score
from core.tasks.labels import Labels


@dataclass(frozen=True)
class Answer:
    """What a model thinks of one review.

    `label` is the class it settles on, `scores` maps each class to its probability in the order of the classes, `stars`
    is the expected rating, weighted by the probabilities, None where classes are no ratings.
    """

    label: str
    stars: float | None
    scores: dict[str, float]


class Task(ABC):
    """What is learned from a label column.

    Attributes:
        name: as `data.task` has it.
        problem_type: of the model's configuration, by which transformers chooses the training loss.
        scores: the scores that apply, in the order in which they are shown; the loss comes last.
        best: the score that tells which of two checkpoints is better, and is drawn while a run goes on.
        notes: what was odd about the labels, for the user.
        script: how a plain script decides with numpy, as `decide` does, from `logits` (N, K) and `ratings` (K,).
    """

    name: ClassVar[str]
    problem_type: ClassVar[str]
    scores: ClassVar[tuple[Score, ...]]
    best: ClassVar[Score]
    script: ClassVar[str]
    notes: tuple[Message, ...] = ()

    @classmethod
    @abstractmethod
    def of_labels(cls, found: Labels, column: str, *, named: bool) -> Self:
        """The task of labels that were found in a column.

        Args:
            found: its classes, of all splits, so that what only the evaluation part has is known too.
            column: its name.
            named: whether the names of the classes are the hub's own rather than made here of what the table holds.

        Raises:
            LabelError: the labels do not suit this task.
        """

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """What each output of the model stands for, in their order."""

    @abstractmethod
    def encode(self, column: pa.ChunkedArray) -> np.ndarray:
        """Turn N cells of the label column into what the Trainer takes, (N,); -1 where a cell says nothing."""

    @property
    @abstractmethod
    def chance_loss(self) -> float:
        """The loss of a model that guesses."""

    @abstractmethod
    def loss(self, logits: np.ndarray, labels: np.ndarray, *, smoothing: float = 0.0) -> float:
        """The mean evaluation loss of logits (N, K) and labels (N,), smoothed as in training."""

    @abstractmethod
    def decide(self, logits: np.ndarray) -> np.ndarray:
        """Predictions (N,) from logits (N, K), in the form in which labels are."""

    @abstractmethod
    def hits(self, logits: Any, labels: Any) -> Any:
        """How many of a batch are right: tensors (B, K) and (B,) to a tensor that stays on their device."""

    @abstractmethod
    def commonest(self, labels: np.ndarray) -> int:
        """What somebody who knows only the training labels (N,) would always answer."""

    @property
    @abstractmethod
    def in_stars(self) -> bool:
        """Whether what is learned is the usual stars, 1 to 5, and can be drawn as such."""

    @property
    @abstractmethod
    def worth(self) -> np.ndarray | None:
        """What each class is worth in stars or points, (K,); None where classes are no ratings."""

    @abstractmethod
    def evaluator(self, cache: Path) -> Evaluator:
        """What computes the scores of predictions; `cache` is a folder for what it writes."""

    @abstractmethod
    def answers(self, logits: np.ndarray) -> list[Answer]:
        """What logits (N, K) say of N reviews."""

    @abstractmethod
    def model_settings(self) -> dict[str, Any]:
        """What a model's configuration keeps of the task; `of_model` reads it again."""

    @classmethod
    @abstractmethod
    def of_model(cls, names: Sequence[str], ratings: Sequence[float] | None) -> Self:
        """The task again from the class names and ratings that a run or a model's configuration kept."""
