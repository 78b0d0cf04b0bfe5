"""How many stars the prediction is off, on average.

A local `evaluate` module: loads without the hub through `evaluate.load("core/metrics/stars_mae.py")`.

Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.mean_absolute_error.html
"""

from __future__ import annotations

from collections.abc import Sequence

import datasets
import evaluate
from sklearn.metrics import mean_absolute_error

DESCRIPTION = "The mean absolute error in stars."
INPUTS = """
Args:
    predictions: N ratings in stars.
    references: N true ratings in stars.
Returns:
    stars_mae: stars, 0 is best.
"""


class StarsMae(evaluate.Metric):
    """The mean absolute error in stars."""

    def _info(self) -> evaluate.MetricInfo:
        cell = datasets.Value("float64")
        return evaluate.MetricInfo(
            description=DESCRIPTION,
            citation="",
            inputs_description=INPUTS,
            features=datasets.Features({"predictions": cell, "references": cell}),
        )

    def _compute(self, predictions: Sequence[float], references: Sequence[float]) -> dict[str, float]:
        return {"stars_mae": float(mean_absolute_error(references, predictions))}
