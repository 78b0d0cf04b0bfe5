"""Token lists to logits, many at a time.

Knows a loaded classifier; knows nothing of texts, labels or runs. Guarantees: few rows are computed in float32; of many
rows, where the processor multiplies bf16 natively, each whose label rounding could change is computed in float32 as
well, so that labels are those of float32 while logits may differ in the third digit. Rows are batched with others of
like length, so a long one does not pad the short ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core.models.batches import token_batches

# From here on rounding is worth its checks.
MANY = 128
# Rows of each bulk computed both ways first, at least so many and one of so many, which tell how much rounding moves
# what decides: the closest calls, which have to be computed again anyhow.
SAMPLED, ONE_OF = 24, 32
# How much more than was seen rounding is trusted to move what decides.
SAFETY = 2.0
# Padded tokens a batch of few rows, whose lengths differ much.
FEW_TOKENS = 512


class Scorer:
    """A classifier that scores. Safe to use from several threads.

    Args:
        model: loaded, on the processor.
        pad: token lists to a batch whose length is a multiple of a number.
        threads: how many of the processor to use, 0 for one a core; asked at each call.
    """

    def __init__(
        self, model: Any, pad: Callable[[list[list[int]], int], Any], threads: Callable[[], int] = lambda: 0
    ) -> None:
        from core.models import speed
        from core.models.fast import attention, first_token

        first_token.install(model)
        self._model = model
        self._pad = pad
        self._threads = threads
        self._rounds = speed.use_bf16("auto") and model.device.type == "cpu"
        if self._rounds:
            attention.install(model)

    def __call__(
        self, ids: Sequence[list[int]], progress: Callable[[float], object] = lambda _share: None
    ) -> np.ndarray:
        """Logits (N, K) of N token lists.

        Args:
            ids: N token lists, N >= 1, none longer than the model reads.
            progress: told after each batch which share of the tokens is done, 0..1.
        """
        import torch

        from core.models import speed

        # Pages are drawn by ever new threads, and how many a product uses is a setting of the thread.
        speed.prepare_thread(self._threads())
        with torch.inference_mode():
            if len(ids) < MANY or not self._rounds:
                return self._logits(ids, range(len(ids)), progress)
            with torch.autocast("cpu", torch.bfloat16):
                rounded = self._logits(ids, range(len(ids)), progress, speed.length_multiple(bf16=True))
            return self._settled(ids, rounded)

    def _settled(self, ids: Sequence[list[int]], logits: np.ndarray) -> np.ndarray:
        """The logits (N, K), those in float32 whose label hangs on rounding."""
        rows = np.argsort(_lead(logits), kind="stable")[: max(SAMPLED, len(ids) // ONE_OF)]
        exact = np.zeros(len(ids), bool)
        moved = 0.0
        while len(rows):
            settled = self._logits(ids, rows.tolist())  # (M, K)
            # How far rounding moved the first of a row's classes against its second, at most.
            leading = np.argsort(logits[rows], axis=1)[:, -2:]  # (M, 2)
            before, after = (np.take_along_axis(each, leading, axis=1) for each in (settled, logits[rows]))
            moved = max(moved, float(np.abs(np.diff(after) - np.diff(before)).max()))
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
        from core.models import speed

        lengths = [len(ids[row]) for row in rows]
        most_tokens = FEW_TOKENS if len(rows) < MANY else speed.PROCESSOR_TOKENS
        result = np.empty((len(rows), self._model.config.num_labels))  # (M, K)
        tokens, done = sum(lengths), 0
        for batch in token_batches(lengths, most_tokens=most_tokens, most_rows=len(rows)):
            found = self._model(**self._pad([ids[rows[index]] for index in batch], multiple)).logits  # (B, K)
            result[batch] = found.double().numpy()
            done += sum(lengths[index] for index in batch)
            progress(done / tokens)
        return result


def _lead(logits: np.ndarray) -> np.ndarray:
    """How far the first class leads the second, (N,)."""
    best = np.partition(logits, -2, axis=1)
    lead: np.ndarray = best[:, -1] - best[:, -2]
    return lead
