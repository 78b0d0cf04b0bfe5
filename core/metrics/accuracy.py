"""The share of reviews whose class was predicted exactly.

A local `evaluate` module: loads without the hub through `evaluate.load("core/metrics/accuracy.py")`.

Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.accuracy_score.html
"""

from __future__ import annotations

from collections.abc import Sequence

import datasets
import evaluate
from sklearn.metrics import accuracy_score

DESCRIPTION = "The share of reviews whose class was predicted exactly."
INPUTS = """
Args:
    predictions: N class indices.
    references: N true class indices.
Returns:
    accuracy: share in 0..1, higher is better.
"""


class Accuracy(evaluate.Metric):
    """The share of reviews whose class was predicted exactly."""

    def _info(self) -> evaluate.MetricInfo:
        cell = datasets.Value("int64")
        return evaluate.MetricInfo(
            description=DESCRIPTION,
            citation="",
            inputs_description=INPUTS,
            features=datasets.Features({"predictions": cell, "references": cell}),
        )

    def _compute(self, predictions: Sequence[int], references: Sequence[int]) -> dict[str, float]:
        return {"accuracy": float(accuracy_score(references, predictions))}
