"""Padding to the longest review, rounded up, never beyond what the model reads; batches within a budget of tokens."""

from __future__ import annotations

import numpy as np
import pytest

from core.models import loading
from core.models.batches import Padding, token_batches

ROWS = [{"input_ids": [101, 5, 102], "label": 2}, {"input_ids": [101, *range(200, 216), 102], "label": 0}]


@pytest.mark.parametrize(("multiple", "limit", "width"), [(1, 512, 18), (8, 512, 24), (32, 512, 32), (32, 20, 20)])
def test_rows_are_padded_to_the_rounded_longest(multiple: int, limit: int, width: int) -> None:
    batch = Padding(loading.load_tokenizer("minilm"), multiple=multiple, limit=limit)(ROWS)
    assert batch["input_ids"].shape == batch["attention_mask"].shape == (2, width)
    assert batch["attention_mask"].sum(1).tolist() == [3, 18]
    assert batch["input_ids"][0, :4].tolist() == [101, 5, 102, 0]
    assert batch["labels"].tolist() == [2, 0]


def test_rows_without_labels_make_a_batch_without() -> None:
    padding = Padding(loading.load_tokenizer("minilm"), multiple=1, limit=512)
    assert "labels" not in padding([{"input_ids": [101, 102]}])


def test_lengths_are_those_of_reviews_that_are_batches_of_their_own() -> None:
    padding = Padding(loading.load_tokenizer("minilm"), multiple=32, limit=100)
    assert padding.padded(np.asarray([1, 32, 33, 99, 100])).tolist() == [32, 32, 64, 100, 100]


@pytest.mark.parametrize(("tokens", "rows"), [(1, 256), (512, 256), (4096, 3), (10**9, 10**9)])
def test_scoring_batches_hold_every_review_once_within_the_budget(tokens: int, rows: int) -> None:
    found = np.random.default_rng(7).integers(5, 256, 200)
    batches = token_batches(found, most_tokens=tokens, most_rows=rows)
    assert sorted(row for batch in batches for row in batch) == list(range(200))
    longest = [max(found[batch]) for batch in batches]
    assert longest == sorted(longest, reverse=True)
    assert all(len(batch) <= rows for batch in batches)
    assert all(len(batch) == 1 or len(batch) * top <= tokens for batch, top in zip(batches, longest, strict=True))
    if tokens == 10**9:
        assert len(batches) == 1


def test_a_review_longer_than_the_budget_is_a_batch_of_its_own() -> None:
    assert token_batches([9000], most_tokens=700, most_rows=1) == [[0]]
    assert token_batches([3, 9000, 4], most_tokens=700, most_rows=9) == [[1], [2, 0]]
