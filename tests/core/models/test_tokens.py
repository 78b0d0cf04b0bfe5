"""Tokenising: unpadded, cut at the limit, counted, and quick on absurdly long texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from datasets import ClassLabel, Dataset, Features, Value

from core.errors import DataError
from core.home.places import Home
from core.models import loading
from core.models.tokens import encode_texts, tokenise

FEATURES = Features({"text": Value("string"), "label": ClassLabel(names=["no", "yes"])})
# With [CLS] and [SEP]: 4, 6, 7 and very many tokens.
TEXTS = ["very good", "one two three four", "one two three four five", "word " * 50_000]


def dataset(texts: list[str]) -> Dataset:
    return Dataset.from_dict({"text": texts, "label": [0] * len(texts)}, features=FEATURES)


def test_texts_are_cut_not_padded_and_the_cut_ones_counted(home: Path) -> None:
    encoded = tokenise(
        dataset(TEXTS), loading.load_tokenizer("minilm"), max_length=6, cache=Home.present().cache / "tokens"
    )
    assert encoded.lengths.tolist() == [4, 6, 6, 6]
    assert encoded.cut == 2, "a text that fits exactly is not cut"
    assert [len(ids) for ids in encoded.dataset["input_ids"]] == [4, 6, 6, 6]
    assert encoded.dataset.features["label"].names == ["no", "yes"]


def test_clipping_long_texts_first_changes_no_token() -> None:
    tokenizer = loading.load_tokenizer("minilm")
    whole = tokenizer(TEXTS, truncation=True, max_length=64)["input_ids"]
    assert encode_texts(TEXTS, tokenizer, max_length=64)["input_ids"] == whole


def test_no_reviews_is_an_error() -> None:
    with pytest.raises(DataError, match="no reviews to tokenise"):
        tokenise(dataset([]), loading.load_tokenizer("minilm"), max_length=6, cache=Home.present().cache / "tokens")
