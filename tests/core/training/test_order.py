"""The length-grouped order: complete, repeatable, and worth its name."""

from __future__ import annotations

import numpy as np
import pytest

from core.training.order import LengthGroupedSampler, RankBatches


def lengths(rows: int) -> np.ndarray:
    return np.random.default_rng(7).integers(5, 256, rows)


@pytest.mark.parametrize("rows", [1, 7, 8, 401, 1000])
def test_every_review_comes_once(rows: int) -> None:
    sampler = LengthGroupedSampler(lengths(rows), batch_size=8, seed=1)
    assert sorted(sampler) == list(range(rows))
    assert len(sampler) == rows


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    one, two = (LengthGroupedSampler(lengths(300), batch_size=8, seed=3) for _ in range(2))
    assert list(one) == list(two)
    first = list(one)
    one.set_epoch(1)
    assert list(one) != first
    two.set_epoch(1)
    assert list(one) == list(two)
    one.set_epoch(0)
    assert list(one) == first
    assert list(LengthGroupedSampler(lengths(300), batch_size=8, seed=4)) != first


def test_batches_need_far_less_padding_than_random_ones() -> None:
    sizes = lengths(800)

    def padded(order: np.ndarray) -> int:
        return int(sum(8 * sizes[batch].max() for batch in order.reshape(-1, 8)))

    grouped = padded(LengthGroupedSampler(sizes, batch_size=8, seed=0).order())
    shuffled = padded(np.random.default_rng(0).permutation(800))
    assert grouped < 1.05 * sizes.sum() < shuffled


def test_long_and_short_batches_are_mixed() -> None:
    order = LengthGroupedSampler(np.arange(400), batch_size=8, seed=0).order()
    means = order.reshape(-1, 8).mean(axis=1)
    assert abs(np.corrcoef(means, np.arange(len(means)))[0, 1]) < 0.5


@pytest.mark.parametrize(("rows", "size"), [(40, 2), (43, 2), (41, 4), (40, 3), (2, 4)])
def test_processes_share_each_batch_that_one_would_take(rows: int, size: int) -> None:
    sampler = LengthGroupedSampler(lengths(rows), batch_size=8, seed=1)
    alone = list(RankBatches(sampler, batch_size=8, rank=0, size=1))
    shares = [list(RankBatches(sampler, batch_size=8, rank=rank, size=size)) for rank in range(size)]
    for batch, *parts in zip(alone, *shares, strict=True):
        assert all(parts), "no process may stand idle while the others wait for it"
        expected = batch * size if len(batch) < size else batch
        assert sorted(row for part in parts for row in part) == sorted(expected)
    assert sorted(row for batch in alone for row in batch) == list(range(rows))
    assert len(RankBatches(sampler, batch_size=8, rank=0, size=size)) == len(alone)
