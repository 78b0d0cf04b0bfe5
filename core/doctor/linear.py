"""A small linear model, by which it is measured what a fault does to a score: seconds, where a run takes minutes."""

from __future__ import annotations

import numpy as np

from core.data.remedies import folded
from core.doctor.texts import Reviews, words


def accuracy(reviews: Reviews, learnt: np.ndarray, asked: np.ndarray) -> float:
    """The share of rows that it answers right, 0..1; where there is too little to learn, it says the commonest class.

    Args:
        learnt: rows to learn from.
        asked: rows to answer, at least one.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import RidgeClassifier
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    numbers = reviews.numbers
    if not 2 <= len(np.unique(numbers[learnt])) <= len(learnt) / 2:
        common = np.bincount(numbers[learnt] if len(learnt) else numbers[asked]).argmax()
        return float((numbers[asked] == common).mean())
    made = TfidfVectorizer(analyzer=_tokens, sublinear_tf=True)
    # A second thread would be taken from the pages.
    with threadpool_limits(1):
        # As good as logistic regression here, many times as quick, and it ends without a limit of rounds.
        model = RidgeClassifier(alpha=0.5, solver="sparse_cg")
        model.fit(made.fit_transform(reviews.texts(learnt)), numbers[learnt])
        return float((model.predict(made.transform(reviews.texts(asked))) == numbers[asked]).mean())


def _tokens(text: str) -> list[str]:
    """The words; of a text without one, such as of emoji, all of it."""
    return words(text) or [folded(text)]
