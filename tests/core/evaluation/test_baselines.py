"""What must be beaten, computed on the rows of the run itself."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from core import tasks
from core.data.rows import Prepared, prepare
from core.data.table import Table
from core.evaluation.baselines import baselines

pa = pytest.importorskip("pyarrow")


def prepared(texts: list[str], stars: list[int]) -> Prepared[tasks.Task]:
    table = Table({"train": pa.table({"text": texts, "stars": stars})})
    return prepare(
        table, "text", "stars", fit=tasks.fit, train_size=len(texts) * 3 // 4, eval_size=len(texts) // 4, seed=1
    )


def test_a_word_that_decides_is_found_and_the_commonest_class_is_counted(home: Path) -> None:
    rng = np.random.default_rng(0)
    stars = rng.choice([1, 3, 5], 200, p=[0.2, 0.3, 0.5]).tolist()
    words = {1: "awful", 3: "average", 5: "lovely"}
    texts = [f"{words[each]} place {rng.integers(1000)}" for each in stars]
    rows = prepared(texts, stars)
    found = baselines(rows, rows.task.evaluator(home / "metrics"))
    share = np.mean(np.array(rows.eval["label"]) == 2)
    assert found.commonest == "5 stars"
    assert found.baseline is not None
    assert found.tfidf is not None
    assert found.baseline["accuracy"] == pytest.approx(share)
    assert found.tfidf["accuracy"] == 1.0
    assert found.to_dict().keys() == {"commonest", "baseline", "tfidf"}, "the rest is for others to find out"


def test_texts_without_spaces_are_learned_by_their_characters(home: Path) -> None:
    rng = np.random.default_rng(0)
    signs = list("一二三四五六七八九十百千万上下左右中")
    stars = rng.choice([1, 5], 200).tolist()
    # One sign decides, and no sentence comes twice.
    texts = [
        "".join([*rng.permutation(signs)[:9], "好" if each == 5 else "差", *rng.permutation(signs)]) for each in stars
    ]
    rows = prepared(texts, stars)
    found = baselines(rows, rows.task.evaluator(home / "metrics"))
    assert found.tfidf is not None
    assert found.tfidf["accuracy"] > 0.95


def test_one_training_class_and_texts_without_words_have_no_linear_baseline(home: Path) -> None:
    rows = prepared(["!" for _ in range(40)], [1, 2, 3, 4] * 10)
    found = baselines(rows, rows.task.evaluator(home / "metrics"))
    assert found.tfidf is None
    assert found.baseline is not None
    assert math.isfinite(found.baseline["accuracy"])
