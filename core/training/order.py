"""The order of training reviews, with reviews of like length in one batch.

Transformers' own length-grouped order shuffles with an unseeded generator, which can be neither repeated nor
resumed. This one depends on (seed, epoch) alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from torch.utils.data import Sampler

MEGABATCH = 50


class LengthGroupedSampler(Sampler[int]):
    """Indices of one epoch: shuffled, sorted by length within groups of 50 batches, batches shuffled again.

    Args:
        lengths: N token counts.
        batch_size: reviews a batch.
        seed: with the epoch, decides the order.
    """

    def __init__(self, lengths: Sequence[int] | np.ndarray, *, batch_size: int, seed: int) -> None:
        self._lengths = np.asarray(lengths)
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order comes next; the Trainer calls it before each."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        return iter(self.order().tolist())

    def order(self) -> np.ndarray:
        """The N indices of the present epoch."""
        rng = np.random.default_rng((self._seed, self._epoch))
        shuffled = rng.permutation(len(self._lengths))
        size = self._batch_size * MEGABATCH
        groups = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
        by_length = np.concatenate([group[np.argsort(self._lengths[group], kind="stable")] for group in groups])
        whole = len(by_length) // self._batch_size * self._batch_size
        batches = by_length[:whole].reshape(-1, self._batch_size)
        # The rest stays last, so that every batch but the last is full.
        return np.concatenate([rng.permutation(batches).ravel(), by_length[whole:]])
