"""Quick token counts equal the real tokenizer's."""

from __future__ import annotations

import numpy as np
import pytest

from core.models import lengths, loading

TEXTS = ["ok", "Not bad at all!", "糯米排骨 was GREAT 🍜", "word " * 400, ""]


def test_counts_equal_those_of_the_models_own_tokenizer() -> None:
    tokenizer = loading.load_tokenizer("minilm")
    expected = [len(ids) for ids in tokenizer(TEXTS)["input_ids"]]
    assert lengths.token_lengths(TEXTS).tolist() == expected


def test_many_texts_are_sampled_from_first_to_last() -> None:
    counts = lengths.token_lengths(["one"] * 2500 + ["one two"] * 2500)
    assert len(counts) == lengths.COUNTED
    assert counts[0] == 3
    assert counts[-1] == 4
    assert counts.mean() == pytest.approx(3.5, abs=0.01)


def test_the_share_that_is_cut() -> None:
    assert lengths.share_cut(np.array([3, 5, 9, 10]), 9) == 0.25
    assert lengths.share_cut(np.array([]), 9) == 0.0
    assert lengths.token_lengths([]).tolist() == []
