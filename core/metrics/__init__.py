"""The scores of a classifier of reviews, through local `evaluate` modules.

Knows class indices and star ratings; knows nothing of models. Accuracy and macro-F1 stand for any classes; error in
stars, within-one-star and quadratic kappa only where classes are ratings. evaluate is imported on first use.
"""

from __future__ import annotations

from typing import Any

import numpy as np


class Scorer:
    """Scores predictions against references, with every metric that fits the classes."""

    def __init__(self, ratings: tuple[float, ...] | None, num_classes: int) -> None:
        from core.home import places
        from core.metrics.accuracy import Accuracy
        from core.metrics.macro_f1 import MacroF1
        from core.metrics.quadratic_kappa import QuadraticKappa
        from core.metrics.stars_mae import StarsMae
        from core.metrics.within_one_star import WithinOneStar

        options: dict[str, Any] = {"keep_in_memory": True, "cache_dir": str(places.cache() / "metrics")}
        self._ratings = None if ratings is None else np.asarray(ratings, dtype=np.float64)
        self._num_classes = num_classes
        self._by_class: list[Any] = [Accuracy(**options), MacroF1(**options)]
        self._by_stars: list[Any] = [StarsMae(**options), WithinOneStar(**options)] if ratings else []
        self._kappa = QuadraticKappa(**options) if ratings else None

    def __call__(self, predictions: np.ndarray, references: np.ndarray) -> dict[str, float]:
        """Every score by name.

        Args:
            predictions: N predicted class indices, N >= 1.
            references: N true class indices.
        """
        scores: dict[str, float] = {}
        for metric in self._by_class:
            scores |= metric.compute(predictions=predictions, references=references)
        if self._ratings is not None and self._kappa is not None:
            stars = {"predictions": self._ratings[predictions], "references": self._ratings[references]}
            for metric in self._by_stars:
                scores |= metric.compute(**stars)
            scores |= self._kappa.compute(predictions=predictions, references=references, num_classes=self._num_classes)
        return scores
