"""The share of reviews whose class was predicted exactly.

Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.accuracy_score.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.metrics import accuracy_score

from core.metrics.base import Metric


class Accuracy(Metric):
    """The share of reviews whose class was predicted exactly."""

    figure_name = "accuracy"

    def figure(self, predictions: Sequence[int], references: Sequence[int]) -> float:
        """Share in 0..1 of N class indices that are the true ones, higher is better."""
        return float(accuracy_score(references, predictions))


METRIC = Accuracy
