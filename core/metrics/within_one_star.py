"""The share of reviews whose rating was predicted to within one star.

A local `evaluate` module: loads without the hub through `evaluate.load("core/metrics/within_one_star.py")`.

Source: https://numpy.org/doc/stable/reference/generated/numpy.mean.html
"""

from __future__ import annotations

from collections.abc import Sequence

import datasets
import evaluate
import numpy as np

DESCRIPTION = "The share of predictions at most one star off."
INPUTS = """
Args:
    predictions: N ratings in stars.
    references: N true ratings in stars.
Returns:
    within_one_star: share in 0..1, higher is better.
"""


class WithinOneStar(evaluate.Metric):
    """The share of predictions at most one star off."""

    def _info(self) -> evaluate.MetricInfo:
        cell = datasets.Value("float64")
        return evaluate.MetricInfo(
            description=DESCRIPTION,
            citation="",
            inputs_description=INPUTS,
            features=datasets.Features({"predictions": cell, "references": cell}),
        )

    def _compute(self, predictions: Sequence[float], references: Sequence[float]) -> dict[str, float]:
        return {"within_one_star": float(np.mean(np.abs(np.asarray(predictions) - np.asarray(references)) <= 1))}
