"""Predict: a run and reviews to stars."""

from __future__ import annotations

import streamlit as st

from core.export import script
from core.metrics import ACCURACY
from core.runs.run import Run
from core.work.preload import preload
from ui import classes, code, frame, predict_views, results_views, state
from ui import format as fmt
from ui.page import page
from ui.pieces import card, card_title, empty_state, sentence
from ui.predict_views import Rated
from ui.words import _


def usable() -> list[Run]:
    """Runs with a model, finished ones first, newest first."""
    return sorted(
        (run for run in state.store().runs() if run.usable),
        key=lambda run: (run.status != "finished", -run.created),
    )


def choose(runs: list[Run]) -> Run:
    """The run of the URL, else the first; choosing another puts it into the URL."""
    known = {run.id: run for run in runs}
    looked_at = state.looked_at()
    now = looked_at.id if looked_at and looked_at.id in known else runs[0].id
    st.session_state["predict-run"] = now
    st.selectbox(
        _("Model"),
        list(known),
        key="predict-run",
        format_func=lambda run_id: results_views.title(known[run_id]),
        on_change=lambda: state.look_at(st.session_state["predict-run"]),
    )
    sentence(about(known[now]))
    return known[now]


def about(run: Run) -> str:
    """How good the chosen model is, where that was measured."""
    score = classes.task_of(run).best
    if score.name not in run.eval:
        return ""
    value, n = classes.figure(score, run.eval[score.name], 0), fmt.count(run.facts.eval_rows)
    if score == ACCURACY:
        return _("{accuracy} accurate on {n} reviews it had never seen").format(accuracy=value, n=n)
    return _("{score} of {value} on {n} reviews it had never seen").format(score=_(score.title), value=value, n=n)


def body() -> None:
    runs = usable()
    if not runs:
        empty_state(
            "star",
            _("No model yet"),
            _("Train one first: the quick look takes a minute or two."),
            frame.PAGES["train"],
            _("Train a model"),
        )
        return
    left, right = st.columns([0.6, 0.4])
    with left, card("review"):
        run = choose(runs)
        texts = predict_views.ask(run)
        code.switch()
        code.peek([script.predict_step(state.home().run(run.id) / "model")])
    with right, card("stars"):
        rated = rate(run, texts)
    if rated and len(rated.predictions) > 1:
        with card("many"):
            predict_views.many(rated)
    # Once all is drawn, so that the first click need not wait for it.
    preload(state.home(), run)


def rate(run: Run, texts: list[str]) -> Rated | None:
    """Rate the reviews and draw the first, or what to do where there is none."""
    if not texts:
        card_title(_("Stars appear here"))
        sentence(_("Write a review or click an example. Put several reviews on lines of their own."))
        return None
    with st.skeleton(height=220):
        rated = predict_views.predict(run, texts)
    predict_views.one(rated)
    return rated


with page(_("Predict"), _("A review in, stars out."), current="predict"):
    body()
