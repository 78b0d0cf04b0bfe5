"""One live chart: a component that is fed only the points that are new and keeps zoom, hover and legend.

`st.plotly_chart` ships the whole figure at every change and rebuilds it, which loses what the user zoomed
into. This component (static/live_chart.js) keeps the points in the browser, appends, and calls `Plotly.react`
on the same node. What it is fed has one form, a `Feed`: a whole page is the feed from 0. It comes with the component
itself, or through another component of the page (ui.updates) for all charts of a stream at once.

How a page feeds it, inside a timed fragment:

    base = live_chart.sent(key, stream)              # 0 at first, later a little behind the last tick
    feed = Feed(stream, curves.read(store, run, since=base))
    live_chart.live_chart(ChartSpec("loss", ...), feed, key=key)

Guarantees: a tick that was lost, or a page that was reopened, is noticed by the browser (its own last id is
below the feed's base), which asks once; `sent` then answers 0 and the same rerun sends everything. A new stream
starts empty. It does not know what a run is: a stream is any text, an id any integer that grows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from core.runs.curves import SMOOTHING, Curves
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
class Feed:
    """What the charts of a stream get: everything, or what is new since `curves.base`.

    Attributes:
        stream: whose curves these are, e.g. "<run id>:<generation>"; a new one empties the charts and resets the zoom.
        curves: the points; those that the browser has are dropped by their ids. A base of 0 replaces everything.
        now: where a dashed vertical line says "here"; None once the run has ended.
    """

    stream: str
    curves: Curves
    now: float | None = None

    def payload(self, columns: Sequence[str] = ()) -> dict[str, object]:
        """The JSON that live_chart.js reads; only those columns of values where some are named."""
        points = {
            role: {"id": list(each.ids), "x": _short(each.epochs, X_DIGITS)}
            | {name: _short(each.values[name], Y_DIGITS) for name in columns or each.values if name in each.values}
            for role, each in self.curves.points.items()
            if each.ids
        }
        return {
            "stream": self.stream,
            "base": self.curves.base,
            "last": self.curves.last,
            "now": _rounded(self.now, X_DIGITS),
            "points": points,
        }


@dataclass(frozen=True)
class Role:
    """How one curve is drawn.

    Attributes:
        role: the kind of its points; "train" and "eval" have colours of their own (`ui.tokens.ROLES`).
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
    """How a chart looks.

    Attributes:
        column: which values of the points it shows.
        roles: the curves in legend order.
        alt: the chart in one sentence, for screen readers.
        title: drawn at the left of the legend's line; empty leaves it to the card.
        x_max: right end of the x axis, e.g. the number of epochs; None follows the data.
        x_title: stands before the first tick label of the x axis.
        y_title: beside the y axis; usually empty, since the title says it.
        y_format: a d3 number format; one that ends in "%" reads fractions as percent.
        y_zero: whether the y axis starts at zero.
    """

    column: str
    roles: Sequence[Role]
    alt: str
    title: str = ""
    x_max: float | None = None
    x_title: str = field(default_factory=lambda: _("epoch"))
    y_title: str = ""
    y_format: str = ""
    y_zero: bool = False


def sent(key: str, stream: str, *, after: int = OVERLAP) -> int:
    """The id to send from: what this browser tab surely has of `stream`; 0 when it needs everything.

    It lags up to OVERLAP ticks behind what was sent: Streamlit may draw only the newer of two ticks that come
    close together. Points sent twice are dropped by their ids.

    Args:
        after: how many messages must have been sent before the first of them counts.
    """
    stored, ids = st.session_state.get(_mark(key), ("", ()))
    return int(ids[0]) if stored == stream and len(ids) >= after else 0


def live_chart(spec: ChartSpec, feed: Feed, *, key: str, height: int = 260) -> bool:
    """Draw the chart, or bring it up to date.

    Args:
        spec: what to draw.
        feed: the points that are new since its base.
        key: unique on the page, the same at every tick.
        height: of the plot in pixels, without the legend's line.

    Returns:
        True in the one rerun in which the browser asked for everything. Callers that take the base from
        `sent` need not look at it.
    """
    asked = bool(st.session_state.pop(_asked(key), False))
    _CHART(
        key=key,
        data=payload(spec, feed, key=key, height=height),
        on_resync_change=lambda: _forget(key),
    )
    _remember(key, feed)
    return asked


def tick(keys: Sequence[str], feed: Feed) -> dict[str, object]:
    """What brings several charts of a stream up to date, to be handed to `__starboardFeed` in the browser.

    Args:
        keys: of the charts.
        feed: what is new since the smallest of what `sent` says for them.
    """
    for key in keys:
        _remember(key, feed)
    return feed.payload()


def payload(spec: ChartSpec, feed: Feed, *, key: str, height: int) -> dict[str, object]:
    """The chart and its first points as the JSON that live_chart.js reads."""
    return {
        "src": assets.plotly_url(),
        "key": key,
        "height": height,
        "smoothing": SMOOTHING,
        "feed": feed.payload([spec.column]),
        "column": spec.column,
        "roles": [{"role": r.role, "name": r.name, "kind": r.kind, "smooth": r.smooth} for r in spec.roles],
        "title": spec.title,
        "x_max": spec.x_max,
        "x_title": spec.x_title,
        "y_title": spec.y_title,
        "y_format": spec.y_format,
        "y_zero": spec.y_zero,
        "alt": spec.alt,
        "words": {
            "percent": percent_sign(),
            "whole": _("Show everything"),
            "loading": _("Loading the chart"),
            "failed": _("The chart could not be loaded. Reload the page; the run is not affected."),
        },
    }


def _short(values: Sequence[float | None], digits: int) -> list[float | None]:
    return [_rounded(value, digits) for value in values]


def _rounded(value: float | None, digits: int) -> float | None:
    """To so many significant digits; None for what JSON cannot carry."""
    return float(f"{value:.{digits}g}") if value is not None and math.isfinite(value) else None


def _remember(key: str, feed: Feed) -> None:
    """Keep the last ids of the newest OVERLAP ticks of one stream, oldest first."""
    stored, ids = st.session_state.get(_mark(key), ("", ()))
    before = tuple(ids) if stored == feed.stream else ()
    st.session_state[_mark(key)] = (feed.stream, (*before, feed.curves.last)[-OVERLAP:])


def _forget(key: str) -> None:
    """The browser asked for everything: runs before the page, so that `sent` says 0 in the same rerun."""
    st.session_state.pop(_mark(key), None)
    st.session_state[_asked(key)] = True


def _mark(key: str) -> str:
    return f"live-chart:{key}:sent"


def _asked(key: str) -> str:
    return f"live-chart:{key}:asked"
