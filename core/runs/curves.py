"""The curves of a run, as charts need them: ids, epochs and values of its training steps and its evaluations.

Reads the store; knows nothing of charts. The whole of a run and what is new of it come in the same form: everything is
what is new since 0. Where that is more than is asked for, it is thinned by the algorithm that keeps peaks and shape
(MinMax-LTTB).

Source: https://arxiv.org/abs/2305.00332
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.runs.run import EventKind
from core.runs.store import Store

MOST_POINTS = 2000
# The weight of the past in a smoothed curve, here and in the browser.
SMOOTHING = 0.92


@dataclass(frozen=True)
class Points:
    """N events of a kind: ids, epochs, and their values by name, nan where one has none."""

    ids: Sequence[int]
    epochs: Sequence[float]
    values: dict[str, Sequence[float]]


@dataclass(frozen=True)
class Curves:
    """The points of events with ids above `base` up to `last`, by kind; `thinned` when they are not all."""

    base: int
    last: int
    points: dict[EventKind, Points]
    thinned: bool = False


def read(store: Store, run_id: str, since: int = 0, *, score: str = "accuracy", most: int = MOST_POINTS) -> Curves:
    """The curves of a run, or what was added to them after the event `since`.

    Args:
        store: where the run is.
        run_id: which run.
        since: the id of the last event that is known already.
        score: what is drawn beside the loss.
        most: points of each kind at most, >= 6.
    """
    names: dict[EventKind, tuple[str, ...]] = {"train": ("loss", score, "learning_rate"), "eval": ("loss", score)}
    points: dict[EventKind, Points] = {}
    last, thinned = since, False
    for kind, columns in names.items():
        rows = store.series(run_id, kind, columns, since)
        events = np.array(rows, dtype=float).reshape(len(rows), 2 + len(columns))
        if len(events) > most:
            events, thinned = events[_shape(events[:, 1], events[:, 2:4], most)], True
        values = {name: events[:, 2 + place].tolist() for place, name in enumerate(columns)}
        points[kind] = Points(events[:, 0].astype(int).tolist(), events[:, 1].tolist(), values)
        last = max([last, *points[kind].ids[-1:]])
    return Curves(since, last, points, thinned)


def recent(store: Store, run_id: str, name: str, events: int) -> list[float]:
    """A value of about the last so many steps, oldest first."""
    last = store.last_event(run_id, "train")
    # While a run trains, few other events come between.
    rows = store.series(run_id, "train", (name,), since=last.id - events) if last else []
    return [float(row[2]) for row in rows if row[2] is not None and np.isfinite(row[2])]


def smoothed(values: Sequence[float]) -> list[float]:
    """The exponential moving average of N values, debiased: the first are not pulled towards zero."""
    mean, weight, found = 0.0, 0.0, []
    for value in values:
        mean = SMOOTHING * mean + (1 - SMOOTHING) * value
        weight = SMOOTHING * weight + (1 - SMOOTHING)
        found.append(mean / weight)
    return found


def _shape(epochs: np.ndarray, curves: np.ndarray, most: int) -> np.ndarray:
    """The rows of at most so many events that show the shape of each curve.

    Args:
        epochs: of N events, (N,).
        curves: their values, (N, C).
        most: events to keep, each curve having an equal share in the choice.
    """
    from tsdownsample import MinMaxLTTBDownsampler

    downsampler: Any = MinMaxLTTBDownsampler
    # The algorithm refuses arrays that are a column of a wider one.
    x = np.ascontiguousarray(epochs)
    chosen = [
        downsampler().downsample(x, np.ascontiguousarray(np.nan_to_num(values)), n_out=most // curves.shape[1])
        for values in curves.T
    ]
    return np.unique(np.concatenate(chosen)).astype(int)
