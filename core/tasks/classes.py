"""Classes without an order: each review belongs to exactly one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa

from core.metrics import ACCURACY, LOSS, MACRO_F1, Evaluator, Score
from core.tasks import labels
from core.tasks.base import Answer, Task
from core.tasks.labels import Labels


class Classes(Task):
    """K classes, K >= 2.

    Args:
        found: their names and how they are written in the table.
    """

    name: ClassVar[str] = "classes"
    problem_type: ClassVar[str] = "single_label_classification"
    scores: ClassVar[tuple[Score, ...]] = (ACCURACY, MACRO_F1, LOSS)
    best: ClassVar[Score] = ACCURACY
    script: ClassVar[str] = "logits.argmax(axis=-1)"

    def __init__(self, found: Labels) -> None:
        self.labels = found
        self.notes = found.notes

    @classmethod
    def of_labels(cls, found: Labels, column: str, *, named: bool) -> Self:
        return cls(labels.without_order(found, named=named))

    @property
    def names(self) -> tuple[str, ...]:
        return self.labels.names

    def encode(self, column: pa.ChunkedArray) -> np.ndarray:
        return labels.encode(column, self.labels)

    @property
    def chance_loss(self) -> float:
        return math.log(len(self.names))

    def loss(self, logits: np.ndarray, labels: np.ndarray, *, smoothing: float = 0.0) -> float:
        shares = _log_softmax(logits)  # (N, K)
        right = shares[np.arange(len(labels)), labels]
        return float(-((1 - smoothing) * right + smoothing * shares.mean(axis=-1)).mean())

    def decide(self, logits: np.ndarray) -> np.ndarray:
        return np.asarray(np.argmax(logits, axis=-1))

    def hits(self, logits: Any, labels: Any) -> Any:
        return (logits.argmax(-1) == labels).sum()

    def commonest(self, labels: np.ndarray) -> int:
        return int(np.bincount(labels).argmax())

    def answers(self, logits: np.ndarray) -> list[Answer]:
        return [
            Answer(
                label=self.names[int(row.argmax())],
                stars=None if self.worth is None else float(row @ self.worth),
                scores={name: float(value) for name, value in zip(self.names, row, strict=True)},
            )
            for row in np.exp(_log_softmax(logits))
        ]

    @property
    def in_stars(self) -> bool:
        """Whether the classes are the usual stars, 1 to 5."""
        return False

    def evaluator(self, cache: Path) -> Evaluator:
        """What computes the scores of N predictions; `cache` is a folder for what it writes."""
        return Evaluator(self.scores, num_classes=len(self.names), ratings=self.worth, cache=cache)

    @property
    def worth(self) -> np.ndarray | None:
        """What each class is worth, (K,); None where classes are no ratings."""
        return None

    def model_settings(self) -> dict[str, Any]:
        return {
            "num_labels": len(self.names),
            "id2label": dict(enumerate(self.names)),
            "label2id": {name: index for index, name in enumerate(self.names)},
            "problem_type": self.problem_type,
            "star_ratings": None,
            "review_task": self.name,
        }

    @classmethod
    def of_model(cls, names: Sequence[str], ratings: Sequence[float] | None) -> Self:
        return cls(Labels(tuple(names), tuple(ratings) if ratings else None))


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    """Logarithms of probabilities, (N, K)."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    logs: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return logs
