"""Which texts hold what somebody looks for. Knows Arrow columns; knows no page and no table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.table import plain


def matching(texts: pa.ChunkedArray, words: str) -> np.ndarray:
    """Which of N texts have every one of these words, whatever their case; a word may be a part of a longer one.

    Returns:
        bool (N,); all True without a word.
    """
    found = np.ones(len(texts), bool)
    for word in words.split():
        hits = pc.match_substring(plain(texts), word, ignore_case=True)
        found &= np.asarray(pc.fill_null(hits, False).to_numpy(), bool)
    return found
