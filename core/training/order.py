"""The order of reviews, with reviews of like length in one batch, and each process's share of it.

Transformers' own length-grouped order shuffles with an unseeded generator, which can be neither repeated nor
resumed. This one depends on (seed, epoch) alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from torch.utils.data import Sampler

from core.config import TrainingConfig
from core.training import distributed
from core.training.arguments import MEGABATCH


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


def of_run(training: TrainingConfig, rows: Any, lengths: np.ndarray) -> Any:
    """The order of a run's reviews, the same for every number of processes; None leaves it to the Trainer.

    Args:
        rows: N reviews.
        lengths: their token counts, (N,).
    """
    together = distributed.size()
    if training.train_sampling_strategy == "group_by_length":
        batch_size = training.per_device_train_batch_size * together
        return LengthGroupedSampler(lengths, batch_size=batch_size, seed=training.seed)
    if together == 1:
        return None
    from accelerate.data_loader import SeedableRandomSampler  # type: ignore[import-untyped]

    # What accelerate makes of the Trainer's random order in one process.
    return SeedableRandomSampler(rows, data_seed=training.seed)


class RankBatches(Sampler[list[int]]):
    """One process's share of each batch that all processes make a step of together.

    The batches are those that one process with the batch size of them all would take, so that the same run on more
    processes learns the same. The last, smaller batch is divided as evenly as it goes; when it has fewer reviews
    than there are processes, each takes all of it, which has the same mean.

    Args:
        order: indices of one epoch, the same in every process; has `set_epoch`.
        batch_size: reviews a batch, of all processes together.
        rank: which process this is, 0..size-1.
        size: how many there are.
    """

    def __init__(self, order: Any, *, batch_size: int, rank: int, size: int) -> None:
        self._order = order
        self._batch_size = batch_size
        self._rank = rank
        self._size = size

    def __len__(self) -> int:
        return -(-len(self._order) // self._batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        order = np.fromiter(self._order, dtype=np.int64)
        for start in range(0, len(order), self._batch_size):
            batch = order[start : start + self._batch_size]
            share = batch if len(batch) < self._size else np.array_split(batch, self._size)[self._rank]
            yield share.tolist()
