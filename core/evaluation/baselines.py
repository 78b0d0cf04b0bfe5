"""What must be beaten: always the commonest class, and TF-IDF with logistic regression, on the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.data.unspaced import share
from core.metrics import Evaluator
from core.runs.facts import Facts

if TYPE_CHECKING:
    from core.data.rows import Prepared
    from core.tasks import Task

# Logistic regression on more rows takes longer than a newcomer waits; beyond this it is trained on the first ones.
TFIDF_ROWS = 5000
# With so many letters of scripts without spaces, what stands between spaces is no word: characters are counted instead.
MOST_UNSPACED = 0.3
# So many reviews say which scripts a table is in.
_LOOKED_AT = 500


def baselines(prepared: Prepared[Task], evaluate: Evaluator) -> Facts:
    """Scores of both baselines on the evaluation part, each learnt from the training part.

    Returns:
        commonest: the class guessed always; baseline: its scores; tfidf: the scores of the linear model, or None
        where the training part has one class only. Nothing else is set.
    """
    train, truth = np.asarray(prepared.train["label"]), np.asarray(prepared.eval["label"])  # (N,), (M,)
    commonest = prepared.task.commonest(train)
    return Facts(
        commonest=prepared.task.names[commonest],
        baseline=evaluate(np.full_like(truth, commonest), truth),
        tfidf=_tfidf(prepared, train[:TFIDF_ROWS], truth, evaluate),
    )


def _tfidf(
    prepared: Prepared[Task], train: np.ndarray, truth: np.ndarray, evaluate: Evaluator
) -> dict[str, float] | None:
    """Scores of the linear model on all M rows of the evaluation part, learnt from the first of the training part."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    if len(np.unique(train)) < 2:
        return None
    texts = list(prepared.train["text"][: len(train)])
    terms = {"analyzer": "char"} if share(texts[:_LOOKED_AT]) > MOST_UNSPACED else {}
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2 if len(train) > 100 else 1, sublinear_tf=True, **terms),
        LogisticRegression(C=4.0, max_iter=300),
    )
    try:
        # Its products are so small that threads only wait for each other: half a second became ten.
        with threadpool_limits(1, user_api="blas"):
            model.fit(texts, train)
        return evaluate(model.predict(list(prepared.eval["text"])), truth)
    except ValueError:
        # Texts without a single word leave an empty vocabulary: there is no such baseline then.
        return None
