"""The curves of a run, as a chart needs them: ids, epochs and values of each series.

Reads the store; knows nothing of charts. A long run is thinned to `POINTS` points a series, by the algorithm that keeps
peaks and shape (MinMax-LTTB); what is new since an id is never thinned.

Source: https://arxiv.org/abs/2305.00332
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.runs.run import EventKind
from core.runs.store import Store

POINTS = 2000
# The weight of the past; the charts smooth with the same in the browser.
SMOOTHING = 0.92
SERIES: dict[str, tuple[EventKind, str]] = {
    "train_loss": ("train", "loss"),
    "eval_loss": ("eval", "loss"),
    "train_accuracy": ("train", "accuracy"),
    "eval_accuracy": ("eval", "accuracy"),
    "learning_rate": ("train", "learning_rate"),
}


@dataclass(frozen=True)
class Curve:
    """N points: event ids, epochs, values."""

    ids: list[int]
    epochs: list[float]
    values: list[float]


@dataclass(frozen=True)
class Curves:
    """Every series by name, from events with ids above `base` up to `last`."""

    base: int
    last: int
    series: dict[str, Curve]


def read(store: Store, run_id: str, since: int = 0) -> Curves:
    """The curves of a run, or what was added to them after the event `since`."""
    events = store.events(run_id, since=since, kinds=("train", "eval"))
    series = {}
    for name, (kind, key) in SERIES.items():
        points = [
            (event.id, event.epoch, event.values[key]) for event in events if event.kind == kind and key in event.values
        ]
        finite = [point for point in points if math.isfinite(point[2])]
        series[name] = _thinned(Curve(*map(list, zip(*finite, strict=True))) if finite else Curve([], [], []))
    return Curves(since, events[-1].id if events else since, series)


def smoothed(values: Sequence[float]) -> list[float]:
    """The exponential moving average of N values, debiased: the first are not pulled towards zero."""
    mean, weight, found = 0.0, 0.0, []
    for value in values:
        mean = SMOOTHING * mean + (1 - SMOOTHING) * value
        weight = SMOOTHING * weight + (1 - SMOOTHING)
        found.append(mean / weight)
    return found


def _thinned(curve: Curve) -> Curve:
    if len(curve.ids) <= POINTS:
        return curve
    from tsdownsample import MinMaxLTTBDownsampler

    downsampler: Any = MinMaxLTTBDownsampler
    keep = downsampler().downsample(np.asarray(curve.epochs), np.asarray(curve.values), n_out=POINTS)
    return Curve(*([column[row] for row in keep] for column in (curve.ids, curve.epochs, curve.values)))
