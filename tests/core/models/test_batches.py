"""Padding: to the longest review, rounded up, never beyond what the model reads."""

from __future__ import annotations

import numpy as np
import pytest

from core.models import loading
from core.models.batches import Padding

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
