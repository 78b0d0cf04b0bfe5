"""The scores of a model of reviews: what each is, and how all that apply are computed.

`Score` describes one for tables and charts; the arithmetic stands in one module each, a local `evaluate` module that
loads without the hub. Knows class indices and ratings in stars; knows nothing of models. evaluate is imported on first
use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import numpy as np


@dataclass(frozen=True)
class Score:
    """A score as people read it.

    Attributes:
        name: as it is stored; that of its module, too, unless the training computes it itself.
        title: in English; pages translate it.
        unit: "%" for shares of 0..1, "stars", or nothing.
        higher_is_better: which way is up.
        script: how a plain script computes it with numpy, from `labels` and `predictions` (N,), the confusion matrix
            `counts` (K, K) with a row for each true class, what chance would make of it, `expected` (K, K), the squared
            `distances` of classes (K, K), and `ratings` (K,); empty for the loss, which Trainer knows.
    """

    name: str
    title: str
    unit: Literal["%", "stars", ""] = ""
    higher_is_better: bool = True
    script: str = ""

    @property
    def metric(self) -> str | None:
        """The module that computes it; None for the loss, which the training knows."""
        return None if self.name == "loss" else f"core.metrics.{self.name}"


ACCURACY = Score("accuracy", "Accuracy", "%", script="(predictions == labels).mean()")
MACRO_F1 = Score(
    "macro_f1",
    "Macro F1",
    "%",
    # Over the classes that occur, as scikit-learn has it.
    script="np.mean([2 * counts[k, k] / n for k, n in enumerate(counts.sum(0) + counts.sum(1)) if n])",
)
STARS_MAE = Score(
    "stars_mae",
    "Stars off, on average",
    "stars",
    higher_is_better=False,
    script="abs(ratings[predictions] - ratings[labels]).mean()",
)
WITHIN_ONE_STAR = Score(
    "within_one_star",
    "Within one star",
    "%",
    script="(abs(ratings[predictions] - ratings[labels]) <= 1).mean()",
)
QUADRATIC_KAPPA = Score(
    "quadratic_kappa",
    "Quadratic kappa",
    script="1 - (distances * counts).sum() / (distances * expected).sum() if counts.max() < len(labels) else 0",
)
LOSS = Score("loss", "Loss", higher_is_better=False)
ALL = (ACCURACY, MACRO_F1, STARS_MAE, WITHIN_ONE_STAR, QUADRATIC_KAPPA, LOSS)


class Evaluator:
    """Computes several scores of predictions against references.

    Args:
        scores: which; the loss is left out.
        num_classes: how many classes there are, K.
        ratings: what each class is worth in stars, (K,); None where classes are no ratings.
        cache: a folder for what evaluate writes.
    """

    def __init__(self, scores: Sequence[Score], *, num_classes: int, ratings: np.ndarray | None, cache: Path) -> None:
        modules = [import_module(score.metric) for score in scores if score.metric]
        self._metrics = [module.METRIC(keep_in_memory=True, cache_dir=str(cache)) for module in modules]
        self._num_classes = num_classes
        self._ratings = ratings

    def __call__(self, predictions: np.ndarray, references: np.ndarray) -> dict[str, float]:
        """Every score by name.

        Args:
            predictions: N predicted class indices, N >= 1.
            references: N true class indices.
        """
        scores: dict[str, float] = {}
        for metric in self._metrics:
            given: dict[str, Any] = {"predictions": predictions, "references": references}
            if metric.cell == "float64" and self._ratings is not None:
                given = {part: self._ratings[classes] for part, classes in given.items()}
            if metric.needs_num_classes:
                given["num_classes"] = self._num_classes
            scores |= metric.compute(**given)
        return scores
