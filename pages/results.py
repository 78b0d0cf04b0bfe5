"""Results: every run, and one of them closely."""

from __future__ import annotations

import streamlit as st

from core.export import script
from core.runs.run import Run
from ui import frame, live, manage, results_views, state
from ui.page import page
from ui.pieces import card, card_title, empty_state, sentence
from ui.words import _


def choose(runs: list[Run]) -> Run:
    """The run that is looked at: the one of the URL, else the newest."""
    ids = [run.id for run in runs]
    now = state.looked_at() or runs[0]
    if now.id not in ids:
        ids.append(now.id)
    names = results_views.titles([*runs, now])
    st.session_state["result"] = now.id
    st.selectbox(
        _("Run"),
        ids,
        key="result",
        format_func=names.__getitem__,
        on_change=lambda: state.look_at(st.session_state["result"]),
    )
    return now


def body() -> None:
    runs = state.store().runs()
    if not runs:
        empty_state(
            "monitoring",
            _("No runs yet"),
            _("Train a model and it appears here, with its curves and scores."),
            frame.PAGES["train"],
            _("Train a model"),
        )
        return
    with card("runs"):
        results_views.table(runs)
        run = choose(runs)
    live.draw_run(run, key="results")
    left, right = st.columns(2)
    with left, card("scores", height="stretch"):
        card_title(_("Scores"), _("on {n} unseen reviews").format(n=run.facts.eval_rows or 0))
        results_views.scores(run)
    with right, card("repeat", height="stretch"):
        card_title(_("Repeat it"))
        sentence(_("From the project's folder; the configuration is saved with the run."))
        st.code(script.command(state.home().run(run.id) / "config.json"), language="bash", wrap_lines=True)
        with st.expander(_("Configuration")):
            st.code(run.config.model_dump_json(indent=2), language="json")
        with st.expander(_("As a plain script")):
            lines = script.script(run.config, run.facts)
            st.download_button(
                _("Save the script"),
                lines,
                script.FILE_NAME,
                mime="text/x-python",
                key="save-script",
                on_click="ignore",
            )
            st.code(lines, language="python")
        with st.expander(_("On several processes or machines")):
            manage.several(state.home().run(run.id) / "config.json", run.config.training.processes)
    with card("manage"):
        card_title(_("Yours"))
        left, right = st.columns([0.6, 0.4])
        with left:
            manage.describe(run, sorted({tag for each in runs for tag in each.tags}))
        with right:
            manage.actions(run)


with page(_("Results"), _("Every run is kept, with its curves and its exact settings."), current="results"):
    body()
