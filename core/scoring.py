"""Token lists to logits, many at a time.

Knows a loaded classifier; knows nothing of texts, labels or runs. Guarantees: few rows are computed in float32; of many
rows, where the processor multiplies bf16 natively, each whose label rounding could change is computed in float32 as
well, so that labels are those of float32 while logits may differ in the third digit. Rows are batched with others of
like length, so a long one does not pad the short ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

# From here on rounding is worth its checks.
MANY = 128
# Rows of each bulk computed both ways first, which tell how much rounding moves a logit: the closest calls, since these
# have to be computed again anyhow.
SAMPLED = 24
# How much more than was seen rounding is trusted to move a logit.
SAFETY = 4.0


class Scorer:
    """A classifier that scores. Safe to use from several threads."""

    def __init__(self, model: Any, pad: Callable[[list[list[int]], int], Any]) -> None:
        from core.training import attention, speed

        self._model = model
        self._pad = pad
        self._rounds = speed.use_bf16("auto") and model.device.type == "cpu"
        if self._rounds:
            attention.use(model)

    def __call__(
        self, ids: Sequence[list[int]], progress: Callable[[float], object] = lambda _share: None
    ) -> np.ndarray:
        """Logits (N, K) of N token lists.

        Args:
            ids: N token lists, N >= 1, none longer than the model reads.
            progress: told after each batch which share of the tokens is done, 0..1.
        """
        import torch

        from core.training import speed

        # Pages are drawn by ever new threads, and how many a product uses is a setting of the thread.
        speed.prepare_thread()
        with torch.inference_mode():
            if len(ids) < MANY or not self._rounds:
                return self._logits(ids, range(len(ids)), progress)
            with torch.autocast("cpu", torch.bfloat16):
                rounded = self._logits(ids, range(len(ids)), progress, speed.length_multiple(bf16=True))
            return self._settled(ids, rounded)

    def _settled(self, ids: Sequence[list[int]], logits: np.ndarray) -> np.ndarray:
        """The logits (N, K), those in float32 whose label hangs on rounding."""
        rows = np.argsort(_lead(logits), kind="stable")[:SAMPLED]
        exact = np.zeros(len(ids), bool)
        moved = 0.0
        while len(rows):
            settled = self._logits(ids, rows.tolist())
            moved = max(moved, _moved(logits[rows], settled))
            logits[rows], exact[rows] = settled, True
            rows = np.flatnonzero((_lead(logits) < SAFETY * moved) & ~exact)
        return logits

    def _logits(
        self,
        ids: Sequence[list[int]],
        rows: Sequence[int],
        progress: Callable[[float], object] = lambda _share: None,
        multiple: int = 1,
    ) -> np.ndarray:
        """Logits (M, K) of M rows, in whatever precision is set, their lengths rounded up to multiples."""
        place = {row: index for index, row in enumerate(rows)}
        result = np.empty((len(rows), self._model.config.num_labels))
        tokens, done = sum(len(ids[row]) for row in rows), 0
        for batch in _batches(ids, rows):
            found = self._model(**self._pad([ids[row] for row in batch], multiple)).logits  # (B, K)
            result[[place[row] for row in batch]] = found.double().numpy()
            done += sum(len(ids[row]) for row in batch)
            progress(done / tokens)
        return result


def _moved(rounded: np.ndarray, exact: np.ndarray) -> float:
    """How far rounding moved any logit of a row against another of that row, at most; both (M, K)."""
    off = rounded - exact
    return float((off.max(axis=1) - off.min(axis=1)).max())


def _lead(logits: np.ndarray) -> np.ndarray:
    """How far the first class leads the second, (N,)."""
    best = np.partition(logits, -2, axis=1)
    lead: np.ndarray = best[:, -1] - best[:, -2]
    return lead


def _batches(ids: Sequence[list[int]], rows: Sequence[int]) -> Iterator[list[int]]:
    """Row numbers in batches of like length, each of as many padded tokens as a processor reads at once."""
    from core.training.order import token_batches
    from core.training.speed import PROCESSOR_TOKENS

    lengths = [len(ids[row]) for row in rows]
    for batch in token_batches(lengths, most_tokens=PROCESSOR_TOKENS, most_rows=len(rows)):
        yield [rows[index] for index in batch]
