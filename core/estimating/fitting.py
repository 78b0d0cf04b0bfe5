"""What was measured of a few shapes of batches, to costs that are true of any shape: least squares from 0 up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.estimating.cost import Cost
from core.estimating.shapes import Measured


def step_costs(found: Sequence[Measured]) -> tuple[Cost, float]:
    """Seconds a batch, and what a step adds to those of its batches."""
    rows = []
    for each in found:
        tokens = each.shape.batches * each.shape.batch * each.length
        rows.append((each.shape.batches, tokens, tokens * each.length, 1))
    fixed, per_token, per_square, update = _solve(rows, [each.step for each in found])
    return Cost(fixed, per_token, per_square), update


def evaluation_cost(found: Sequence[Measured]) -> Cost:
    """Seconds of an evaluation, all its reviews together."""
    return _together([each.evaluated for each in found], found, [each.evaluation for each in found])


def memory_cost(found: Sequence[Measured]) -> Cost:
    """Bytes in use while a batch is trained on."""
    return _together([each.shape.batch for each in found], found, [each.peak for each in found])


def setup_cost(found: Sequence[Measured], *, head_only: bool) -> Cost:
    """Seconds between data and training; only a model that reads the reviews there once makes these count."""
    seconds = [each.setup for each in found]
    if not head_only:
        return Cost(min(seconds), 0.0, 0.0)
    return _together([each.reviews + each.evaluated for each in found], found, seconds)


def _together(counts: Sequence[int], found: Sequence[Measured], values: Sequence[float]) -> Cost:
    """What so many reviews of each shape cost together."""
    rows = [(1, count * each.length, count * each.length**2) for count, each in zip(counts, found, strict=True)]
    return Cost(*_solve(rows, values))


def _solve(rows: Sequence[tuple[float, ...]], values: Sequence[float]) -> list[float]:
    """Factors from 0 up that fit best, a tenth off being as bad for a small value as for a large one."""
    from scipy.optimize import nnls  # type: ignore[import-untyped]

    weights = 1 / np.maximum(np.asarray(values, dtype=float), 1e-9)  # (M,)
    table = np.asarray(rows, dtype=float)  # (M, F)
    scale = table.max(axis=0)  # (F,)
    factors, _rest = nnls(table / scale * weights[:, None], np.ones(len(values)))
    return [float(each) for each in factors / scale]
