"""Predict: a run and reviews to stars."""

from __future__ import annotations

import streamlit as st

from core.runs.run import Run
from ui import format as fmt
from ui import frame, predict_views, state
from ui.page import page
from ui.pieces import card, card_title, empty_state
from ui.words import _


def usable() -> list[Run]:
    """Runs with a model, finished ones first, newest first."""
    return sorted(
        (run for run in state.store().runs() if run.usable),
        key=lambda run: (run.status != "finished", -run.created),
    )


def choose(runs: list[Run]) -> Run:
    ids = [run.id for run in runs]
    looked_at = state.looked_at()
    names = {run.id: run.name for run in runs}
    index = ids.index(looked_at.id) if looked_at and looked_at.id in ids else 0
    chosen = st.selectbox(_("Model"), ids, index=index, format_func=names.__getitem__, key="predict-run")
    return next(run for run in runs if run.id == chosen)


def subtitle() -> str:
    runs = usable()
    if not runs or "accuracy" not in runs[0].eval:
        return ""
    best = runs[0]
    return _("{name} · {accuracy} accurate on {n} reviews it had never seen").format(
        name=best.name, accuracy=fmt.percent(best.eval["accuracy"]), n=fmt.count(best.facts.get("eval_rows"))
    )


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
    with right, card("stars"):
        if not texts:
            card_title(_("Stars appear here"))
            st.caption(_("Write a review or click an example. Put several reviews on lines of their own."))
            return
        with st.spinner(_("Reading")):
            predictions, seconds = predict_views.predict(run, texts)
        predict_views.one(predictions[0], seconds)
    if len(predictions) > 1:
        with card("many"):
            predict_views.many(predictions, seconds)


with page(_("Predict"), subtitle, current="predict"):
    body()
