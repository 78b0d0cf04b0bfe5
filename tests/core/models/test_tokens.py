"""Tokenising: unpadded, cut at the limit, counted, and quick on absurdly long texts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from datasets import ClassLabel, Dataset, Features, Value

from core.errors import DataError
from core.home.places import Home
from core.models import loading
from core.models.tokens import count_cut, encode_texts, tokenise, without_blanks

TABLES = Path(__file__).parents[2] / "tables" / "training"
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


def test_leading_blanks_push_no_review_out_of_sight(home: Path) -> None:
    with (TABLES / "leading_space.csv").open(encoding="utf-8", newline="") as stream:
        texts = [row["text"] for row in csv.DictReader(stream)]
    assert all(len(text) - len(text.lstrip()) > 3000 for text in texts)
    tokenizer = loading.load_tokenizer("minilm")
    encoded = tokenise(dataset(texts), tokenizer, max_length=32, cache=Home.present().cache / "tokens")
    whole = tokenizer([text.strip() for text in texts], truncation=True, max_length=32)["input_ids"]
    assert [list(ids) for ids in encoded.dataset["input_ids"]] == whole
    assert encoded.cut == sum(len(tokenizer(text)["input_ids"]) > 32 for text in texts)


def test_runs_of_blanks_within_a_text_are_one_and_a_few_stay() -> None:
    assert without_blanks("a" + " " * 5000 + "b \n\n\n\n c\u3000\u3000\u3000\u3000") == "a b\nc"
    for text in ("a  b", " a", "a\n\nb", ""):
        assert without_blanks(text) == text


def test_what_was_clipped_is_read_on_or_counted_as_cut() -> None:
    """A word of thousands of letters is one unknown token: what follows it is read, not lost with 0 cut."""
    tokenizer = loading.load_tokenizer("minilm")
    texts = ["x" * 5000 + " very good", "good", "x" * 5000 + " good" * 50]
    ids = encode_texts(texts, tokenizer, max_length=16)["input_ids"]
    assert ids == tokenizer(texts, truncation=True, max_length=16)["input_ids"]
    assert count_cut(texts, ids, tokenizer, 16) == 1


def test_no_reviews_is_an_error() -> None:
    with pytest.raises(DataError, match="no reviews to tokenise"):
        tokenise(dataset([]), loading.load_tokenizer("minilm"), max_length=6, cache=Home.present().cache / "tokens")
