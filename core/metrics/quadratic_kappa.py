"""Agreement beyond chance, with larger errors punished by the square of their distance.

Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.cohen_kappa_score.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.metrics import cohen_kappa_score

from core.metrics.base import Metric


class QuadraticKappa(Metric):
    """Cohen's kappa with quadratic weights."""

    figure_name = "quadratic_kappa"
    needs_num_classes = True

    def figure(self, predictions: Sequence[int], references: Sequence[int], num_classes: int = 2) -> float:
        """1 is full agreement, 0 is chance, and 0 where only one class occurs.

        Args:
            predictions: N class indices in the order of the ratings.
            references: N true class indices in that order.
            num_classes: how many classes there are, K >= 2.
        """
        # With a single class on both sides chance agreement is perfect and kappa is 0 / 0.
        if len(set(predictions) | set(references)) == 1:
            return 0.0
        return float(cohen_kappa_score(references, predictions, weights="quadratic", labels=list(range(num_classes))))


METRIC = QuadraticKappa
