"""The F1 score of each class, averaged with equal weight, so that rare classes count as much as common ones.

Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.metrics import f1_score

from core.metrics.base import Metric


class MacroF1(Metric):
    """The unweighted mean of the F1 score of each class."""

    figure_name = "macro_f1"

    def figure(self, predictions: Sequence[int], references: Sequence[int]) -> float:
        """Score in 0..1 of N class indices, higher is better; a class never predicted counts 0."""
        return float(f1_score(references, predictions, average="macro", zero_division=0))


METRIC = MacroF1
