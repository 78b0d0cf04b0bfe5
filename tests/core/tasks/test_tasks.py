"""What each task makes of logits and labels, against PyTorch and scikit-learn as independent oracles."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn import metrics as oracle
from torch.nn.functional import cross_entropy
from transformers import BertConfig

from core import tasks
from core.data.table import Table
from core.tasks import Task
from core.tasks.classes import Classes
from core.tasks.labels import Labels
from core.tasks.ratings import Ratings

pa = pytest.importorskip("pyarrow")

TOPICS = ("business", "science", "sports")
STARS = ("1 star", "2 stars", "3 stars", "4 stars", "5 stars")
MADE: dict[str, Task] = {
    "classes": Classes(Labels(TOPICS, None)),
    "ratings": Ratings(Labels(STARS, (1.0, 2.0, 3.0, 4.0, 5.0))),
}
each_task = pytest.mark.parametrize("task", MADE.values(), ids=MADE)


def guessed(task: Task, rows: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Logits (N, K) and labels (N,)."""
    rng = np.random.default_rng(3)
    classes = len(task.names)
    return rng.normal(0, 4, (rows, classes)).astype(np.float32), rng.integers(0, classes, rows)


def test_every_task_can_be_asked_for_by_its_name() -> None:
    assert {"classes": Classes, "ratings": Ratings} == tasks.TASKS


@each_task
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
def test_the_loss_is_the_cross_entropy_of_training(task: Task, smoothing: float) -> None:
    logits, labels = guessed(task)
    expected = cross_entropy(torch.from_numpy(logits), torch.from_numpy(labels), label_smoothing=smoothing)
    assert task.loss(logits, labels, smoothing=smoothing) == pytest.approx(float(expected), rel=1e-5)


@each_task
def test_the_loss_stays_finite_where_exponentials_would_not(task: Task) -> None:
    logits = np.zeros((2, len(task.names)), dtype=np.float32)
    logits[:, 0] = 1e4
    assert task.loss(logits, np.array([0, 0])) == 0
    assert task.loss(logits, np.array([1, 1])) == pytest.approx(1e4)


@each_task
def test_a_model_that_guesses_has_the_loss_of_chance(task: Task) -> None:
    logits, labels = guessed(task)
    assert task.chance_loss == pytest.approx(task.loss(np.zeros_like(logits), labels))
    assert task.chance_loss == math.log(len(task.names))


@each_task
def test_decided_is_the_likeliest_class_and_hits_are_those_that_are_right(task: Task) -> None:
    logits, labels = guessed(task)
    decided = task.decide(logits)
    assert decided.tolist() == torch.from_numpy(logits).softmax(-1).argmax(-1).tolist()
    hits = task.hits(torch.from_numpy(logits), torch.from_numpy(labels))
    assert isinstance(hits, torch.Tensor), "it stays on its device"
    assert int(hits) == (decided == labels).sum() > 0


@each_task
def test_answers_hold_the_probabilities_of_every_class(task: Task) -> None:
    logits, _ = guessed(task)
    probabilities = torch.from_numpy(logits).double().softmax(-1).numpy()
    for answer, row, decided in zip(task.answers(logits), probabilities, task.decide(logits), strict=True):
        assert tuple(answer.scores) == task.names
        assert list(answer.scores.values()) == pytest.approx(row.tolist())
        assert sum(answer.scores.values()) == pytest.approx(1)
        assert answer.label == task.names[decided]


def test_only_ratings_have_expected_stars() -> None:
    logits = np.log(np.array([[0.5, 0.1, 0.1, 0.1, 0.2], [0.2, 0.2, 0.2, 0.2, 0.2]]))
    stars = [answer.stars for answer in MADE["ratings"].answers(logits)]
    assert stars == pytest.approx([0.5 + 0.2 + 0.3 + 0.4 + 1.0, 3.0])
    points = Ratings(Labels(("0", "50", "100"), (0.0, 50.0, 100.0)))
    assert points.answers(np.log(np.array([[0.25, 0.25, 0.5]])))[0].stars == pytest.approx(62.5)
    assert [answer.stars for answer in MADE["classes"].answers(logits[:, :3])] == [None, None]


def test_only_one_to_five_are_stars() -> None:
    assert MADE["ratings"].in_stars
    assert Ratings(Labels(("1", "3", "5"), (1.0, 3.0, 5.0))).in_stars
    assert not Ratings(Labels(("1", "2"), (1.0, 2.0))).in_stars, "too few to tell"
    assert not Ratings(Labels(("0", "5", "10"), (0.0, 5.0, 10.0))).in_stars
    assert not MADE["classes"].in_stars


def test_ratings_need_a_number_for_each_class() -> None:
    with pytest.raises(ValueError, match="a number for each class"):
        Ratings(Labels(TOPICS, None))


@each_task
def test_what_a_models_configuration_keeps_is_the_same_task_again(task: Task, tmp_path: Path) -> None:
    config = BertConfig()
    for name, value in task.model_settings().items():
        setattr(config, name, value)
    config.save_pretrained(tmp_path)
    kept = BertConfig.from_pretrained(tmp_path)
    assert kept.problem_type == task.problem_type == "single_label_classification"
    again = tasks.of_model([kept.id2label[n] for n in range(kept.num_labels)], kept.star_ratings)
    assert type(again) is type(task)
    assert again.names == task.names
    assert again.model_settings() == task.model_settings()
    assert (again.worth is None) == (task.worth is None)
    assert task.worth is None or np.array_equal(task.worth, [1, 2, 3, 4, 5])
    assert kept.label2id == {name: number for number, name in enumerate(task.names)}


@each_task
def test_the_commonest_is_what_most_training_rows_have(task: Task) -> None:
    assert task.commonest(np.array([1, 2, 2, 0, 2, 1])) == 2
    assert task.commonest(np.array([1, 0, 0, 1])) == 0, "the first of two"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("classes", ["accuracy", "macro_f1"]),
        ("ratings", ["accuracy", "macro_f1", "stars_mae", "within_one_star", "quadratic_kappa"]),
    ],
)
def test_a_task_computes_the_scores_that_apply_to_it(name: str, expected: list[str], tmp_path: Path) -> None:
    task = MADE[name]
    logits, truth = guessed(task)
    guess = task.decide(logits)
    found = task.evaluator(tmp_path)(guess, truth)
    assert list(found) == expected
    assert [score.name for score in task.scores] == [*expected, "loss"]
    assert task.best in task.scores
    assert found["accuracy"] == pytest.approx(oracle.accuracy_score(truth, guess))
    assert found["macro_f1"] == pytest.approx(oracle.f1_score(truth, guess, average="macro"))
    if name == "ratings":
        assert found["stars_mae"] == pytest.approx(oracle.mean_absolute_error(truth, guess))
        kappa = oracle.cohen_kappa_score(truth, guess, weights="quadratic")
        assert found["quadratic_kappa"] == pytest.approx(kappa)


@pytest.mark.parametrize("kind", [Classes, Ratings])
def test_a_task_that_is_asked_for_finds_its_classes_in_all_splits(kind: type[Task]) -> None:
    train, test = pa.table({"text": ["a", "b"], "stars": [5, 1]}), pa.table({"text": ["c"], "stars": [3]})
    task = kind.fit(Table({"train": train, "test": test}), "stars")
    assert len(task.names) == 3
    assert task.encode(pa.chunked_array([["5", None, "3"], ["1", "7"]])).tolist() == [2, -1, 1, 0, -1]
