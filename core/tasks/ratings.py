"""Ratings: classes in an order, each worth a number, so that one star beside the truth is better than four."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np

from core.errors import LabelError
from core.messages import Message
from core.metrics import ACCURACY, LOSS, MACRO_F1, QUADRATIC_KAPPA, STARS_MAE, WITHIN_ONE_STAR, Score
from core.tasks.classes import Classes
from core.tasks.found import named_ratings
from core.tasks.labels import Labels


class Ratings(Classes):
    """K ratings, K >= 2, ascending wherever the table and not the hub decides the order."""

    name: ClassVar[str] = "ratings"
    scores: ClassVar[tuple[Score, ...]] = (ACCURACY, MACRO_F1, STARS_MAE, WITHIN_ONE_STAR, QUADRATIC_KAPPA, LOSS)

    def __init__(self, found: Labels) -> None:
        super().__init__(found)
        if found.ratings is None:
            raise ValueError("ratings need a number for each class")
        self.ratings = np.asarray(found.ratings, dtype=np.float64)

    @classmethod
    def of_labels(cls, found: Labels, column: str, *, named: bool) -> Self:
        if found.ratings is None and found.places is not None:
            return cls(replace(found, ratings=found.places))
        if found.ratings is None:
            raise LabelError(
                Message(
                    "The label column {column} holds classes that are no numbers ({names}), expected ratings.",
                    column=repr(column),
                    names=", ".join(found.names[:5]),
                ),
                Message("Set data.task to classes, or choose a column of ratings."),
            )
        return cls(found)

    @property
    def worth(self) -> np.ndarray:
        return self.ratings

    def model_settings(self) -> dict[str, Any]:
        return super().model_settings() | {"star_ratings": self.ratings.tolist()}

    @property
    def in_stars(self) -> bool:
        """Whether the ratings are the usual stars, 1 to 5, rather than points, shares or names that somebody chose."""
        worth = tuple(self.ratings.tolist())
        return len(worth) >= 3 and set(worth) <= {1.0, 2.0, 3.0, 4.0, 5.0} and named_ratings(self.names) == worth
