"""The F1 score of each class, averaged with equal weight, so that rare classes count as much as common ones.

A local `evaluate` module: loads without the hub through `evaluate.load("core/metrics/macro_f1.py")`.

Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html
"""

from __future__ import annotations

from collections.abc import Sequence

import datasets
import evaluate
from sklearn.metrics import f1_score

DESCRIPTION = "The unweighted mean of the F1 score of each class."
INPUTS = """
Args:
    predictions: N class indices.
    references: N true class indices.
Returns:
    macro_f1: score in 0..1, higher is better; a class never predicted counts 0.
"""


class MacroF1(evaluate.Metric):
    """The unweighted mean of the F1 score of each class."""

    def _info(self) -> evaluate.MetricInfo:
        cell = datasets.Value("int64")
        return evaluate.MetricInfo(
            description=DESCRIPTION,
            citation="",
            inputs_description=INPUTS,
            features=datasets.Features({"predictions": cell, "references": cell}),
        )

    def _compute(self, predictions: Sequence[int], references: Sequence[int]) -> dict[str, float]:
        return {"macro_f1": float(f1_score(references, predictions, average="macro", zero_division=0))}
