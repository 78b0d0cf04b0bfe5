"""Scores of many rows: the labels of float32, in any order, with attention equal to torch's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.models import loading, speed
from core.prediction import scorer

torch = pytest.importorskip("torch")


@pytest.fixture
def tiny(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Tokenizer and model; on any processor bf16 is used, which is then slow but right."""
    monkeypatch.setattr(speed, "use_bf16", lambda _precision: True)
    return loading.saved(tiny_model)


def made(tiny: tuple[Any, Any]) -> scorer.Scorer:
    tokenizer, model = tiny

    def pad(ids: list[list[int]], multiple: int) -> Any:
        return tokenizer.pad({"input_ids": ids}, return_tensors="pt", pad_to_multiple_of=multiple)

    return scorer.Scorer(model, pad)


def token_lists(count: int) -> list[list[int]]:
    """Rows of 3 to 90 tokens."""
    random = np.random.default_rng(0)
    return [[101, *random.integers(1000, 20_000, int(size)).tolist(), 102] for size in random.integers(1, 88, count)]


def test_many_rows_get_the_labels_of_float32(tiny: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    ids = token_lists(300)
    rounded = made(tiny)(ids)
    monkeypatch.setattr(scorer, "MANY", 10**9)
    exact = made(tiny)(ids)
    assert np.array_equal(rounded.argmax(axis=1), exact.argmax(axis=1))
    assert rounded == pytest.approx(exact, abs=0.05)
    assert not np.array_equal(rounded, exact), "bf16 was not used"


def test_rows_whose_label_hangs_on_rounding_are_computed_exactly(tiny: tuple[Any, Any]) -> None:
    ids = token_lists(60)
    model = made(tiny)
    with torch.inference_mode():
        exact = model._logits(ids, range(60))
        # Rounding that would turn every close call over.
        wrong = exact[:, ::-1] * 0.5
        assert np.array_equal(model._settled(ids, wrong.copy()).argmax(axis=1), exact.argmax(axis=1))


def test_one_row_does_not_depend_on_the_others(tiny: tuple[Any, Any]) -> None:
    ids = token_lists(40)
    model = made(tiny)
    assert model(ids)[7] == pytest.approx(model([ids[7]])[0], abs=1e-5)


def test_progress_ends_at_one(tiny: tuple[Any, Any]) -> None:
    shares: list[float] = []
    made(tiny)(token_lists(200), shares.append)
    assert shares == sorted(shares)
    assert len(shares) > 1
    assert shares[-1] == 1
