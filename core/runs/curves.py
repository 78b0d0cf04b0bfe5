"""The curves of a run, as a chart needs them: ids, epochs and values of each series.

Reads the store; knows nothing of charts. A long run is thinned to `POINTS` points a series, by the algorithm that keeps
peaks and shape (MinMax-LTTB), and so is what a fast run adds between two looks.

Source: https://arxiv.org/abs/2305.00332
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.runs.run import EventKind
from core.runs.store import Store

POINTS = 2000
# The weight of the past; the charts smooth with the same in the browser.
SMOOTHING = 0.92
COLUMNS: dict[EventKind, tuple[str, ...]] = {
    "train": ("loss", "accuracy", "learning_rate"),
    "eval": ("loss", "accuracy"),
}
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


@dataclass(frozen=True)
class Table:
    """N events of a kind: ids, epochs, and their values by name, nan where one has none."""

    ids: list[int]
    epochs: list[float]
    columns: dict[str, list[float]]


@dataclass(frozen=True)
class News:
    """What was added by events with ids above `base` up to `last`, by kind; whether that is not all of it."""

    base: int
    last: int
    tables: dict[EventKind, Table]
    thinned: bool


def read(store: Store, run_id: str, since: int = 0) -> Curves:
    """The curves of a run, or what was added to them after the event `since`."""
    found = {kind: _events(store, run_id, kind, since) for kind in COLUMNS}
    series = {name: _curve(found[kind], COLUMNS[kind].index(key)) for name, (kind, key) in SERIES.items()}
    return Curves(since, _last(found.values(), since), series)


def news(store: Store, run_id: str, since: int, most: int) -> News:
    """What was added after the event `since`, of each kind at most `most` events: those where the loss peaks."""
    found = {kind: _events(store, run_id, kind, since) for kind in COLUMNS}
    tables = {}
    for kind, events in found.items():
        kept = events[_shape(events[:, 1], np.nan_to_num(events[:, 2]), most)]
        columns = {name: kept[:, 2 + place].tolist() for place, name in enumerate(COLUMNS[kind])}
        tables[kind] = Table(kept[:, 0].astype(int).tolist(), kept[:, 1].tolist(), columns)
    return News(since, _last(found.values(), since), tables, any(len(events) > most for events in found.values()))


def recent(store: Store, run_id: str, name: str, events: int) -> list[float]:
    """A value of about the last so many steps, oldest first."""
    last = store.last_event(run_id, "train")
    # While a run trains, few other events come between.
    rows = store.series(run_id, "train", (name,), since=last.id - events) if last else []
    return [float(row[2]) for row in rows if row[2] is not None]


def smoothed(values: Sequence[float]) -> list[float]:
    """The exponential moving average of N values, debiased: the first are not pulled towards zero."""
    mean, weight, found = 0.0, 0.0, []
    for value in values:
        mean = SMOOTHING * mean + (1 - SMOOTHING) * value
        weight = SMOOTHING * weight + (1 - SMOOTHING)
        found.append(mean / weight)
    return found


def _events(store: Store, run_id: str, kind: EventKind, since: int) -> np.ndarray:
    """Id, epoch and values of N events as an array of floats (N, 2 + columns), nan where a value is missing."""
    rows = store.series(run_id, kind, COLUMNS[kind], since)
    return np.array(rows, dtype=float).reshape(len(rows), 2 + len(COLUMNS[kind]))


def _last(found: Iterable[np.ndarray], since: int) -> int:
    return max([since, *(int(events[-1, 0]) for events in found if len(events))])


def _curve(events: np.ndarray, column: int) -> Curve:
    ids, epochs, values = events[np.isfinite(events[:, 2 + column])][:, (0, 1, 2 + column)].T
    keep = _shape(epochs, values, POINTS)
    return Curve(ids[keep].astype(int).tolist(), epochs[keep].tolist(), values[keep].tolist())


def _shape(epochs: np.ndarray, values: np.ndarray, most: int) -> np.ndarray:
    """The rows of at most so many points that show the same curve."""
    if len(values) <= most:
        return np.arange(len(values))
    from tsdownsample import MinMaxLTTBDownsampler

    downsampler: Any = MinMaxLTTBDownsampler
    # The algorithm refuses arrays that are a column of a wider one.
    x, y = np.ascontiguousarray(epochs), np.ascontiguousarray(values)
    keep: np.ndarray = downsampler().downsample(x, y, n_out=most).astype(int)
    return keep
