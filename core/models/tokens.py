"""Texts to token ids, unpadded: padding happens per batch, so a short review does not pay for a long one.

Tokenised texts are kept in the home's cache and found again by their content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.errors import DataError, ModelError
from core.messages import Message
from core.models import failures, token_cache

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerBase

# The characters of a token at most, generously: what lies beyond can't be among the first `max_length` tokens of
# ordinary text, and a text of 50,000 words should not be tokenised whole to be cut to 256 tokens.
CHARACTERS_PER_TOKEN = 40
# So many blanks in a row are as they are written; a longer run says no more than one.
FEW_BLANKS = 3
_BLANKS = re.compile(rf"\s{{{FEW_BLANKS + 1},}}")
BATCH = 1000
CUT = b"cut"


@dataclass(frozen=True)
class Encoded:
    """Tokenised reviews.

    `dataset` has input_ids and label, N rows; `lengths` are N token counts after cutting; `cut` is how many reviews
    lost their end.
    """

    dataset: Dataset
    lengths: np.ndarray
    cut: int

    def longest_first(self) -> Encoded:
        """The same reviews by their length; those of one length stay in order."""
        order = np.argsort(-self.lengths, kind="stable")
        return Encoded(self.dataset.select(order), self.lengths[order], self.cut)


def tokenise(
    dataset: Dataset,
    tokenizer: PreTrainedTokenizerBase,
    *,
    max_length: int,
    cache: Path,
    before_batch: Callable[[], object] = lambda: None,
) -> Encoded:
    """Tokenise the `text` column.

    Args:
        dataset: N rows with `text` and `label`, N >= 1.
        max_length: most tokens kept per text, special tokens included.
        cache: a folder in which token lists are kept between runs.
        before_batch: called before each 1,000 texts; what it raises ends the work.

    Raises:
        DataError: N == 0.
        ModelError: the tokenizer fails at a text.

    Source: https://huggingface.co/docs/transformers/pad_truncation
    """
    if len(dataset) == 0:
        raise DataError(Message("There are no reviews to tokenise."), Message("Choose a larger subset."))

    from datasets import Dataset, DatasetInfo, Features, List, Value
    from datasets.fingerprint import generate_random_fingerprint

    table = dataset.with_format("arrow")[:]
    texts, labels = table.column("text"), table.column("label")
    before_batch()
    made = token_cache.cached(
        cache,
        token_cache.name_of(texts, tokenizer, max_length),
        lambda: _tokens(texts, tokenizer, max_length, before_batch),
    )
    ids = made.column("input_ids")
    features = Features({"input_ids": List(Value("int32")), "label": dataset.features["label"]})
    encoded = Dataset(
        pa.table({"input_ids": ids, "label": labels}, schema=features.arrow_schema).replace_schema_metadata(None),
        info=DatasetInfo(features=features),
        # One of the content would need a hash of it all, for a cache that is not used.
        fingerprint=generate_random_fingerprint(),
    )
    lengths = pc.list_value_length(ids).to_numpy().astype(np.int64)
    return Encoded(encoded, lengths, cut=int(made.schema.metadata[CUT]))


def _tokens(
    texts: pa.ChunkedArray, tokenizer: PreTrainedTokenizerBase, max_length: int, before_batch: Callable[[], object]
) -> pa.Table:
    """N lists of token ids, and in the table's metadata how many texts were cut."""
    rows, cut = [], 0
    for start in range(0, len(texts), BATCH):
        before_batch()
        batch = texts.slice(start, BATCH).to_pylist()
        ids = encode_texts(batch, tokenizer, max_length=max_length)["input_ids"]
        rows.append(pa.array(ids, pa.list_(pa.int32())))
        cut += count_cut(batch, ids, tokenizer, max_length)
    return pa.table({"input_ids": pa.chunked_array(rows)}).replace_schema_metadata({CUT: str(cut)})


def encode_texts(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, *, max_length: int
) -> dict[str, list[list[int]]]:
    """Token ids of N texts, each 1..max_length long, without padding.

    Raises:
        ModelError: the tokenizer fails at one, or makes nothing of it.
    """
    whole = [without_blanks(text) for text in texts]
    limit = max_length * CHARACTERS_PER_TOKEN
    found = _read([text[:limit] for text in whole], tokenizer, max_length)
    # A text whose words are longer than any token is read on until it has as many tokens as there may be, or ends.
    while short := [
        row
        for row, (text, ids) in enumerate(zip(whole, found["input_ids"], strict=True))
        if len(text) > limit and len(ids) < max_length
    ]:
        limit *= CHARACTERS_PER_TOKEN
        again = _read([whole[row][:limit] for row in short], tokenizer, max_length)
        for name, rows in again.items():
            for row, values in zip(short, rows, strict=True):
                found[name][row] = values
    return found


def without_blanks(text: str) -> str:
    """A text whose long runs of white space are one blank, or one line break; one without such runs is as it is."""
    if not _BLANKS.search(text):
        return text
    return _BLANKS.sub(lambda run: "\n" if "\n" in run[0] else " ", text).strip()


def _read(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, max_length: int) -> dict[str, list[list[int]]]:
    try:
        found = {
            name: list(rows)
            for name, rows in tokenizer(list(texts), truncation=True, max_length=max_length, padding=False).items()
        }
    except BaseException as error:
        if not failures.is_about_files(error):
            raise
        raise _fails(Message.verbatim(failures.first_line(error))) from error
    if not all(found["input_ids"]):
        raise _fails(Message("it makes no tokens of it"))
    return found


def _fails(why: Message) -> ModelError:
    return ModelError(
        Message("The model's tokenizer cannot read a text: {why}.", why=why), Message("Choose another model.")
    )


def count_cut(texts: Sequence[str], ids: Sequence[Sequence[int]], tokenizer: Any, max_length: int) -> int:
    """How many texts are longer than `max_length` tokens: of those that fill it, the ones that go on."""
    full = [text for text, row in zip(texts, ids, strict=True) if len(row) >= max_length]
    if not full:
        return 0
    return sum(len(row) > max_length for row in encode_texts(full, tokenizer, max_length=max_length + 1)["input_ids"])
