"""Texts to token ids, unpadded: padding happens per batch, so a short review does not pay for a long one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import DataError

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase

# The characters of a token at most, generously: what lies beyond can't be among the first `max_length` tokens of
# ordinary text, and a text of 50,000 words should not be tokenised whole to be cut to 256 tokens.
CHARACTERS_PER_TOKEN = 40


@dataclass(frozen=True)
class Encoded:
    """Tokenised reviews.

    `dataset` has input_ids, attention_mask, label (and what else the model reads), N rows; `lengths` are N token
    counts after cutting; `cut` is how many reviews lost their end.
    """

    dataset: Dataset
    lengths: np.ndarray
    cut: int


def tokenise(
    dataset: Dataset,
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_length: int,
    before_batch: Callable[[], object] = lambda: None,
) -> Encoded:
    """Tokenise the `text` column.

    Args:
        dataset: N rows with `text` and `label`, N >= 1.
        max_length: most tokens kept per text, special tokens included.
        before_batch: called before each 1,000 texts; what it raises ends the work.

    Raises:
        DataError: N == 0.

    Source: https://huggingface.co/docs/transformers/pad_truncation
    """
    if len(dataset) == 0:
        raise DataError("There are no reviews to tokenise.", "Choose a larger subset.")

    def encode(batch: dict[str, list[str]]) -> dict[str, Any]:
        before_batch()
        rows = encode_texts(batch["text"], tokenizer, max_length=max_length)
        return {**rows, "length": [len(ids) for ids in rows["input_ids"]]}

    from datasets.fingerprint import generate_random_fingerprint

    encoded = dataset.map(
        encode,
        batched=True,
        remove_columns=["text"],
        keep_in_memory=True,
        # One of the content would need a hash of the function with all that it refers to, for a cache that is not used.
        new_fingerprint=generate_random_fingerprint(),
    )
    lengths = np.asarray(encoded["length"], dtype=np.int64)
    encoded = encoded.remove_columns(["length"])
    return Encoded(encoded, lengths, cut=count_cut(dataset, tokenizer, lengths, max_length))


def encode_texts(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, *, max_length: int
) -> dict[str, list[list[int]]]:
    """Token ids of N texts, each 1..max_length long, without padding."""
    clipped = [text[: max_length * CHARACTERS_PER_TOKEN] for text in texts]
    return dict(tokenizer(clipped, truncation=True, max_length=max_length, padding=False))


def count_cut(dataset: Dataset, tokenizer: Any, lengths: np.ndarray, max_length: int) -> int:
    """How many reviews are longer than `max_length` tokens: of those that fill it, the ones that go on."""
    full = np.flatnonzero(lengths >= max_length)
    if not len(full):
        return 0
    texts = [text[: (max_length + 1) * CHARACTERS_PER_TOKEN] for text in dataset.select(full)["text"]]
    whole = tokenizer(texts, truncation=True, max_length=max_length + 1, padding=False)["input_ids"]
    return sum(len(ids) > max_length for ids in whole)
