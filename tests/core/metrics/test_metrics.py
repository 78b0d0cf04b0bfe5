"""Every score against scikit-learn, as an independent oracle, on seeded random predictions."""

from __future__ import annotations

from pathlib import Path

import evaluate
import numpy as np
import pytest
from sklearn import metrics as oracle

from core.metrics import ALL, Evaluator
from core.tasks.classes import Classes

RATINGS = (1.0, 2.0, 3.0, 4.0, 5.0)


def scores_of(
    ratings: tuple[float, ...] | None, num_classes: int, guess: np.ndarray, truth: np.ndarray, cache: Path
) -> dict[str, float]:
    which = Classes.scores if ratings is None else ALL
    worth = None if ratings is None else np.asarray(ratings)
    return Evaluator(which, num_classes=num_classes, ratings=worth, cache=cache)(guess, truth)


@pytest.mark.parametrize("seed", range(5))
def test_scores_equal_scikit_learn(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 5, 200)
    guess = np.where(rng.random(200) < 0.5, truth, rng.integers(0, 5, 200))
    scores = scores_of(RATINGS, 5, guess, truth, tmp_path)
    assert scores == pytest.approx(
        {
            "accuracy": oracle.accuracy_score(truth, guess),
            "macro_f1": oracle.f1_score(truth, guess, average="macro"),
            "stars_mae": oracle.mean_absolute_error(truth + 1, guess + 1),
            "within_one_star": (abs(truth - guess) <= 1).mean(),
            "quadratic_kappa": oracle.cohen_kappa_score(truth, guess, weights="quadratic"),
        }
    )


def test_stars_are_counted_in_ratings_not_in_classes(tmp_path: Path) -> None:
    scores = scores_of((1.0, 3.0, 5.0), 3, np.array([0, 1, 2]), np.array([1, 1, 0]), tmp_path)
    assert scores["stars_mae"] == pytest.approx((2 + 0 + 4) / 3)
    assert scores["within_one_star"] == pytest.approx(1 / 3)


def test_classes_that_are_no_ratings_have_no_stars(tmp_path: Path) -> None:
    found = scores_of(None, 2, np.array([0, 1]), np.array([0, 0]), tmp_path)
    assert set(found) == {"accuracy", "macro_f1"}


def test_a_single_class_gives_numbers_not_nan(tmp_path: Path) -> None:
    scores = scores_of(RATINGS, 5, np.array([4, 4]), np.array([4, 4]), tmp_path)
    assert scores["quadratic_kappa"] == 0.0
    assert scores["accuracy"] == 1.0
    assert all(np.isfinite(list(scores.values())))


@pytest.mark.parametrize("name", [score.name for score in ALL if score.metric])
def test_each_is_a_local_evaluate_module_that_needs_no_hub(name: str) -> None:
    metric = evaluate.load(f"core/metrics/{name}.py")
    assert name in metric.compute(predictions=[0, 1], references=[0, 1])
