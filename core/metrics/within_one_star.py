"""The share of reviews whose rating was predicted to within one star.

Source: https://numpy.org/doc/stable/reference/generated/numpy.mean.html
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.metrics.base import Metric


class WithinOneStar(Metric):
    """The share of predictions at most one star off."""

    figure_name = "within_one_star"
    cell = "float64"

    def figure(self, predictions: Sequence[float], references: Sequence[float]) -> float:
        """Share in 0..1 of N ratings that are at most one star from the true ones, higher is better."""
        return float(np.mean(np.abs(np.asarray(predictions) - np.asarray(references)) <= 1))


METRIC = WithinOneStar
