"""How many tokens reviews have, quickly enough for a page: with the bundled vocabulary and no torch.

Other models cut words a little differently; their own counts are in a run's facts once it has tokenised.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from core.models import bundled

# Counting more reviews than this changes the shares by less than a percent and makes a page wait.
COUNTED = 2000
# Of longer texts nothing more is counted: they fill whatever any model reads.
MOST_CHARACTERS = 400_000


def token_lengths(texts: Sequence[str]) -> np.ndarray:
    """Token counts, special tokens included, of at most `COUNTED` texts spread evenly over the N given.

    Returns:
        min(N, COUNTED) counts; none where the bundled model is not installed.
    """
    tokenizer = _tokenizer()
    if tokenizer is None or not len(texts):
        return np.empty(0, dtype=np.int64)
    rows = np.unique(np.linspace(0, len(texts) - 1, min(COUNTED, len(texts))).astype(int))
    encoded = tokenizer.encode_batch([texts[row] for row in rows])
    return np.asarray([len(each.ids) for each in encoded], dtype=np.int64)


def spread(column: pa.ChunkedArray) -> list[str]:
    """At most about `COUNTED` texts of a column, spread evenly over it; empty ones are empty texts."""
    step = max(1, len(column) // COUNTED)
    # One by one: taking many rows at once copies the whole column first.
    return [str(column[row].as_py() or "")[:MOST_CHARACTERS] for row in range(0, len(column), step)]


def share_cut(lengths: np.ndarray, max_length: int) -> float:
    """The share of reviews, 0..1, that are longer than `max_length` tokens."""
    return float((lengths > max_length).mean()) if len(lengths) else 0.0


@functools.cache
def _tokenizer() -> Any:
    from tokenizers import implementations

    folder = bundled.folder()
    tokenizer: Any = implementations.BertWordPieceTokenizer  # type: ignore[attr-defined]  # not in its stubs
    return tokenizer(str(folder / "vocab.txt"), lowercase=True) if folder else None
