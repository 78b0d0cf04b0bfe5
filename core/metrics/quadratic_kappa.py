"""Agreement beyond chance, with larger errors punished by the square of their distance.

A local `evaluate` module: loads without the hub through `evaluate.load("core/metrics/quadratic_kappa.py")`.

Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.cohen_kappa_score.html
"""

from __future__ import annotations

from collections.abc import Sequence

import datasets
import evaluate
from sklearn.metrics import cohen_kappa_score

DESCRIPTION = "Cohen's kappa with quadratic weights."
INPUTS = """
Args:
    predictions: N class indices in the order of the ratings.
    references: N true class indices in the order of the ratings.
    num_classes: how many classes there are, K >= 2.
Returns:
    quadratic_kappa: 1 is full agreement, 0 is chance; 0 when only one class occurs.
"""


class QuadraticKappa(evaluate.Metric):
    """Cohen's kappa with quadratic weights."""

    def _info(self) -> evaluate.MetricInfo:
        cell = datasets.Value("int64")
        return evaluate.MetricInfo(
            description=DESCRIPTION,
            citation="",
            inputs_description=INPUTS,
            features=datasets.Features({"predictions": cell, "references": cell}),
        )

    def _compute(self, predictions: Sequence[int], references: Sequence[int], num_classes: int) -> dict[str, float]:
        return {"quadratic_kappa": _kappa(predictions, references, num_classes)}


def _kappa(predictions: Sequence[int], references: Sequence[int], num_classes: int) -> float:
    # With a single class on both sides chance agreement is perfect and kappa is 0 / 0.
    if len(set(predictions) | set(references)) == 1:
        return 0.0
    return float(cohen_kappa_score(references, predictions, weights="quadratic", labels=list(range(num_classes))))
