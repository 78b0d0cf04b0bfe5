"""How many stars the prediction is off, on average.

Source: https://scikit-learn.org/stable/modules/generated/sklearn.metrics.mean_absolute_error.html
"""

from __future__ import annotations

from collections.abc import Sequence

from sklearn.metrics import mean_absolute_error

from core.metrics.base import Metric


class StarsMae(Metric):
    """The mean absolute error in stars."""

    figure_name = "stars_mae"
    cell = "float64"

    def figure(self, predictions: Sequence[float], references: Sequence[float]) -> float:
        """Stars between N ratings and the true ones, 0 is best."""
        return float(mean_absolute_error(references, predictions))


METRIC = StarsMae
