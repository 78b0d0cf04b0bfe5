"""One live chart: a component that is fed only the points that are new and keeps zoom, hover and legend.

`st.plotly_chart` ships the whole figure at every change and rebuilds it, which loses what the user zoomed
into. This component (static/live_chart.js) keeps the points in the browser, appends, and calls `Plotly.react`
on the same node. Points come with the component itself, or with what `feed` makes for another component of the page
(ui.updates): several charts of one stream then share ids and x.

How a page feeds it, inside a timed fragment:

    base = live_chart.sent(key, stream)              # 0 at first, later a little behind the last tick
    points = store.events(run, after=base)           # only what is new
    live_chart.live_chart(ChartSpec(stream=stream, base=base, last=points.last, series=..., ...), key=key)

Guarantees: a tick that was lost, or a page that was reopened, is noticed by the browser (its own last id is
below `base`), which asks once; `sent` then answers 0 and the same rerun sends everything. A new `stream`
starts empty. It does not know what a run is: a stream is any text, an id any integer that grows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from ui import assets
from ui.component import component
from ui.format import percent_sign
from ui.words import _

# How many ticks may be lost in a row before the browser has to ask.
OVERLAP = 3

# Digits that a chart of a thousand pixels can show; more would only be sent.
X_DIGITS, Y_DIGITS = 6, 4

_CHART = component("live_chart", html="<div class='sb-live-chart'></div>")


@dataclass(frozen=True)
class Series:
    """New points of one curve; the three lists are equally long.

    Attributes:
        ids: the event each point came from, growing; a point the browser has already is dropped by its id.
        x: usually epochs.
        y: values; None, nan and infinity leave a gap.
    """

    ids: Sequence[int]
    x: Sequence[float]
    y: Sequence[float | None]


@dataclass(frozen=True)
class Role:
    """How one curve is drawn.

    Attributes:
        role: the key in `ChartSpec.series`; "train" and "eval" have colours of their own (`ui.tokens.ROLES`).
        name: its name in the legend.
        kind: a line, or dots joined by a line.
        smooth: draw the values faint and an exponentially smoothed line over them.
    """

    role: str
    name: str
    kind: Literal["line", "dots"] = "line"
    smooth: bool = False


@dataclass(frozen=True)
class ChartSpec:
    """Everything a tick sends.

    Attributes:
        stream: which curve this is, e.g. "<run id>:<generation>"; a new one empties the chart and resets
        the zoom. base: the last id sent before this tick; 0 replaces everything. last: the last id
        contained in this tick; `base` when nothing is new. series: the new points by role. roles: the
        curves in legend order. alt: the chart in one sentence, for screen readers. title: drawn at the left
        of the legend's line; empty leaves it to the card. x_max: right end of the x axis, e.g. the number
        of epochs; None follows the data. now: where a dashed vertical line says "here"; None once the run
        has ended. x_title: stands before the first tick label of the x axis. y_title: beside the y axis;
        usually empty, since the title says it. y_format: a d3 number format; one that ends in "%" reads
        fractions as percent. y_zero: whether the y axis starts at zero. column: which column of a feed's
        tables belongs to it; empty when it has no feed.
    """

    stream: str
    base: int
    last: int
    series: Mapping[str, Series]
    roles: Sequence[Role]
    alt: str
    title: str = ""
    x_max: float | None = None
    now: float | None = None
    x_title: str = field(default_factory=lambda: _("epoch"))
    y_title: str = ""
    y_format: str = ""
    y_zero: bool = False
    column: str = ""


@dataclass(frozen=True)
class Table:
    """New points of several curves that share ids and x; all lists are equally long, None and nan leave a point out."""

    ids: Sequence[int]
    x: Sequence[float]
    columns: Mapping[str, Sequence[float | None]]


def sent(key: str, stream: str, *, after: int = OVERLAP) -> int:
    """The id to send from: what this browser tab surely has of `stream`; 0 when it needs everything.

    It lags up to OVERLAP ticks behind what was sent: Streamlit may draw only the newer of two ticks that come
    close together. Points sent twice are dropped by their ids.

    Args:
        after: how many messages must have been sent before the first of them counts.
    """
    stored, ids = st.session_state.get(_mark(key), ("", ()))
    return int(ids[0]) if stored == stream and len(ids) >= after else 0


def live_chart(spec: ChartSpec, *, key: str, height: int = 260) -> bool:
    """Draw the chart, or bring it up to date.

    Args:
        spec: what to draw, with the points that are new since `spec.base`.
        key: unique on the page, the same at every tick.
        height: of the plot in pixels, without the legend's line.

    Returns:
        True in the one rerun in which the browser asked for everything. Callers that take `spec.base` from
        `sent` need not look at it.
    """
    asked = bool(st.session_state.pop(_asked(key), False))
    _CHART(
        key=key,
        data=payload(spec, key=key, height=height),
        on_resync_change=lambda: _forget(key),
    )
    _remember(key, spec.stream, max(spec.last, spec.base))
    return asked


def feed(
    keys: Sequence[str], stream: str, *, base: int, last: int, now: float | None, tables: Mapping[str, Table]
) -> dict[str, object]:
    """One tick for all charts of a stream, to be handed to `__starboardFeed` in the browser.

    Args:
        keys: of the charts.
        stream: as in their `ChartSpec`, like `base`, `last` and `now`.
        base: the smallest of what `sent` says for them.
        tables: the new points by role.
    """
    for key in keys:
        _remember(key, stream, max(last, base))
    found = {
        role: {"id": list(table.ids), "x": _short(table.x, X_DIGITS)}
        | {name: _short(values, Y_DIGITS) for name, values in table.columns.items()}
        for role, table in tables.items()
        if table.ids
    }
    return {"stream": stream, "base": base, "last": last, "now": _rounded(now, X_DIGITS), "tables": found}


def payload(spec: ChartSpec, *, key: str, height: int) -> dict[str, object]:
    """The tick as the JSON that live_chart.js reads."""
    return {
        "src": assets.plotly_url(),
        "key": key,
        "height": height,
        "stream": spec.stream,
        "base": spec.base,
        "last": spec.last,
        "series": {role: _points(series) for role, series in spec.series.items() if series.ids},
        "roles": [{"role": r.role, "name": r.name, "kind": r.kind, "smooth": r.smooth} for r in spec.roles],
        "title": spec.title,
        "x_max": spec.x_max,
        "now": _rounded(spec.now, X_DIGITS),
        "x_title": spec.x_title,
        "y_title": spec.y_title,
        "y_format": spec.y_format,
        "y_zero": spec.y_zero,
        "column": spec.column,
        "alt": spec.alt,
        "words": {
            "percent": percent_sign(),
            "whole": _("Show everything"),
            "loading": _("Loading the chart"),
            "failed": _("The chart could not be loaded. Reload the page; the run is not affected."),
        },
    }


def _points(series: Series) -> dict[str, Sequence[float | None]]:
    """One curve's points; what JSON cannot carry becomes a gap."""
    return {"id": list(series.ids), "x": _short(series.x, X_DIGITS), "y": _short(series.y, Y_DIGITS)}


def _short(values: Sequence[float | None], digits: int) -> list[float | None]:
    return [_rounded(value, digits) for value in values]


def _rounded(value: float | None, digits: int) -> float | None:
    """To so many significant digits; None for what JSON cannot carry."""
    return float(f"{value:.{digits}g}") if value is not None and math.isfinite(value) else None


def _remember(key: str, stream: str, last: int) -> None:
    """Keep the last ids of the newest OVERLAP ticks of one stream, oldest first."""
    stored, ids = st.session_state.get(_mark(key), ("", ()))
    before = tuple(ids) if stored == stream else ()
    st.session_state[_mark(key)] = (stream, (*before, last)[-OVERLAP:])


def _forget(key: str) -> None:
    """The browser asked for everything: runs before the page, so that `sent` says 0 in the same rerun."""
    st.session_state.pop(_mark(key), None)
    st.session_state[_asked(key)] = True


def _mark(key: str) -> str:
    return f"live-chart:{key}:sent"


def _asked(key: str) -> str:
    return f"live-chart:{key}:asked"
