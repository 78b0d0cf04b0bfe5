"""A run as it happens: the strip, and a timer that brings the page up to date.

A page is drawn whole when what it is made of changes: a run begins or ends, a stop is asked for, the charts can be
drawn. Between these one timed fragment sends what changed (ui.updates). It reads the store anew at every tick,
and keeps nothing but what the page was drawn for.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.errors import RunError, StorageError
from core.export import script
from core.runs import curves
from core.runs.run import Run, Status
from ui import code, frame, illustrations, run_views, sentences, state, strip, updates, watchers
from ui import format as fmt
from ui.markup import plain
from ui.updates import Ended, Spark, Tick
from ui.words import _

# What a tick costs the browser, training on the same processor loses. A point is on the screen within 1.5 seconds.
TICK_SECONDS = 1.4
IDLE_SECONDS = 5.0
SPARK_STEPS = 160
SPARK_POINTS = 40
# A run that ended sooner was watched.
LONG_SECONDS = 30.0
_SHOWN = "shown"


@dataclass(frozen=True)
class Shown:
    """The run that the page shows: its id, the page's key for charts, what it was drawn for."""

    id: str
    key: str
    drawn_for: Hashable


def draw_strip() -> None:
    """The running training, for the header of every page, and the timer of the page."""
    try:
        run = state.store().live()
    except StorageError:
        # The body of the page says what is wrong with the store.
        return
    st.session_state[_SHOWN] = None
    updates.begin()
    pace = watchers.pace()
    # With none, it still looks now and then: another tab or the command line may start one.
    seconds = TICK_SECONDS * pace if run else IDLE_SECONDS
    if run is not None:
        _strip(run)
    st.fragment(_tick, run_every=seconds)(_strip_drawn_for(run), pace)


def draw_run(run: Run, *, key: str) -> None:
    """Status, figures and charts of a run; live while it goes on."""
    run_views.draw(run, key=key)
    st.session_state[_SHOWN] = Shown(run.id, key, _drawn_for(run))


def draw_code(run: Run | None, steps: Sequence[script.Step]) -> None:
    """The whole script, where the reader asked for it, with a mark at the step that the run is at."""
    code.peek(steps, running=_running(run) if run else None)


def _tick(drawn_for: Hashable, pace: int) -> None:
    live, shown = state.store().live(), st.session_state.get(_SHOWN)
    run = _found(shown)
    changed = shown is not None and (run is None or _drawn_for(run) != shown.drawn_for)
    if changed or _strip_drawn_for(live) != drawn_for or state.has_problem() or watchers.pace() != pace:
        st.rerun()
    going = live if live is not None and live.active else None
    pieces = strip.strip_pieces("", *_said(live)) if live else {}
    feed = None
    if run is not None and run.going:
        pieces |= run_views.pieces(run, state.store().events(run.id, kinds=("eval",)))
        feed = run_views.tick(run, key=shown.key) if shown and run.total_steps else None
    updates.send(
        Tick(
            progress=fmt.percent(going.fraction) if going else "",
            ended=_ended(going.id if going else None),
            pieces=pieces,
            spark=_spark(going) if going else None,
            feed=feed,
        )
    )


def _found(shown: Shown | None) -> Run | None:
    """The run that the page shows, None when it is gone."""
    try:
        return state.store().get(shown.id) if shown else None
    except RunError:
        return None


def _strip_drawn_for(run: Run | None) -> Hashable:
    """What the strip cannot change without the page around it."""
    return (run.id, run.name, run.active, run.stop_requested) if run else None


def _drawn_for(run: Run) -> Hashable:
    """What cannot change on a page that shows a run unless it is drawn anew."""
    said = state.store().last_event(run.id, "message")
    return (
        run.generation,
        "" if run.active else run.status,
        bool(run.total_steps),
        run.stop_requested,
        run.usable,
        said.id if said else 0,
        _running(run) if code.shown() else None,
    )


def _strip(run: Run) -> None:
    on_stop = None if run.stop_requested else lambda: state.stop(run.id)
    spark = _spark(run)
    picture = illustrations.sparkline(spark.values, spark.label) if spark else ""
    strip.strip(lambda: _link_to(run), *_said(run), on_stop, picture=picture)


def _said(run: Run) -> tuple[str, float | None, str]:
    """Phase, progress and time left, as the strip takes them."""
    left = _("{time} left").format(time=fmt.duration(run.seconds_left)) if run.seconds_left is not None else ""
    return sentences.phase(run), run.fraction if run.active else None, left


def _link_to(run: Run) -> None:
    st.page_link(frame.PAGES["train"], label=plain(run.name), query_params={"run": run.id}, width="content")


def _spark(run: Run) -> Spark | None:
    """The training accuracy of the last steps, smoothed; None before there is a line."""
    smooth = curves.smoothed(curves.recent(state.store(), run.id, "accuracy", SPARK_STEPS))
    if len(smooth) < 2:
        return None
    label = _("Training accuracy of the last steps: {value}").format(value=fmt.percent(smooth[-1]))
    return Spark(smooth[:: -(-len(smooth) // SPARK_POINTS)], label)


def _ended(live: str | None) -> Ended | None:
    """What to tell about the run that this tab saw going before, once it goes no more."""
    watched = st.session_state.get("watched")
    st.session_state["watched"] = live
    if watched and watched != live:
        run = state.store().get(watched)
        if run.seconds >= LONG_SECONDS:
            identity = f"{run.id}:{run.generation}:{run.status}"
            st.session_state["ended"] = Ended(identity, run.name, run_views.ending(run))
    found: Ended | None = st.session_state.get("ended")
    return found


def _running(run: Run) -> script.StepKey | None:
    """The step of the script that a run is at, None when it is at none."""
    event = state.store().last_event(run.id, "phase") if run.status is Status.PREPARING else None
    return script.step_of(run.status, event.values.get("stage") if event else None)
