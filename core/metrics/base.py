"""What the metrics beside this module share: each is a local `evaluate` module of one figure.

They load without the hub, through `evaluate.load("core/metrics/accuracy.py")`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import datasets
import evaluate


class Metric(evaluate.Metric, ABC):
    """One figure of N predictions and N references.

    Attributes:
        figure_name: under which it is returned.
        cell: what a prediction is: a class index (int64), or a rating in stars (float64).
        needs_num_classes: whether `compute` must be told how many classes there are.
    """

    figure_name: ClassVar[str]
    cell: ClassVar[str] = "int64"
    needs_num_classes: ClassVar[bool] = False

    def _info(self) -> evaluate.MetricInfo:
        cell = datasets.Value(self.cell)
        return evaluate.MetricInfo(
            description=type(self).__doc__ or "",
            citation="",
            inputs_description=type(self).figure.__doc__ or "",
            features=datasets.Features({"predictions": cell, "references": cell}),
        )

    def _compute(self, predictions: Sequence[Any], references: Sequence[Any], **options: Any) -> dict[str, float]:
        return {self.figure_name: float(self.figure(predictions, references, **options))}

    @abstractmethod
    def figure(self, predictions: Sequence[Any], references: Sequence[Any]) -> float:
        """The figure of N predictions and N references."""
