"""How finished runs look: the table of all, the scores of one beside what they must beat."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.runs.run import Run, Status
from ui import format as fmt
from ui import sentences
from ui.data_views import class_name
from ui.pieces import sentence
from ui.words import _


def title(run: Run) -> str:
    """One run in a list: name, when, how it ended."""
    return titles([run])[run.id]


def titles(runs: Sequence[Run]) -> dict[str, str]:
    """The title of each run in a list, by its id."""
    states = _states(runs)
    return {run.id: f"{run.name} · {fmt.moment(run.created)} · {states[run.status]}" for run in runs}


def _states(runs: Sequence[Run]) -> dict[Status, str]:
    """The words for the states of many runs, looked up once each."""
    return {status: sentences.status(run) for status, run in {run.status: run for run in runs}.items()}


def table(runs: list[Run]) -> None:
    """All runs, newest first, sortable."""
    states = _states(runs)
    tagged = {_("Tags"): [list(run.tags) for run in runs]} if any(run.tags for run in runs) else {}
    frame = pd.DataFrame(
        {
            _("Run"): [run.name for run in runs],
            **tagged,
            _("State"): [states[run.status] for run in runs],
            _("Accuracy"): [_percent(run.eval.get("accuracy")) for run in runs],
            _("Commonest class"): [_percent((run.facts.baseline or {}).get("accuracy")) for run in runs],
            _("Stars off"): [run.eval.get("stars_mae") for run in runs],
            _("Steps"): [run.step for run in runs],
            _("Time"): [fmt.duration(run.seconds) for run in runs],
            _("Started"): [pd.Timestamp(run.created, unit="s", tz="UTC") for run in runs],
        }
    )
    share = "%.1f" + fmt.percent_sign().replace("%", "%%")
    st.dataframe(
        frame,
        hide_index=True,
        height=min(38 + 35 * len(runs), 280),
        column_config={
            _("Accuracy"): st.column_config.NumberColumn(format=share),
            _("Commonest class"): st.column_config.NumberColumn(format=share),
            _("Stars off"): st.column_config.NumberColumn(format="%.2f"),
            _("Started"): st.column_config.DatetimeColumn(format=fmt.moment_column()),
        },
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def score_names() -> dict[str, tuple[str, str]]:
    """Name and unit of each score, in the order in which they are shown."""
    return {
        "accuracy": (_("Accuracy"), "%"),
        "macro_f1": (_("Macro F1"), "%"),
        "stars_mae": (_("Stars off, on average"), ""),
        "within_one_star": (_("Within one star"), "%"),
        "quadratic_kappa": (_("Quadratic kappa"), ""),
        "loss": (_("Loss"), ""),
    }


def scores(run: Run) -> None:
    """The scores of the saved model beside both baselines."""
    if not run.eval:
        sentence(_("Not evaluated yet."))
        return
    sides = (run.eval, run.facts.baseline or {}, run.facts.tfidf or {})
    rows = [
        [words, *(_figure(side.get(name), unit) for side in sides)]
        for name, (words, unit) in score_names().items()
        if name in run.eval
    ]
    heads = [
        _("Score"),
        _("This model"),
        _("Always “{name}”").format(name=class_name(run.facts.commonest or "")),
        _("TF-IDF"),
    ]
    st.table(pd.DataFrame(rows, columns=heads).set_index(_("Score")))
    step = run.facts.eval_step
    if step is not None and run.model_step not in {None, step}:
        sentence(
            _("Measured at step {eval}; the saved model is of step {model}.").format(
                eval=fmt.count(step), model=fmt.count(run.model_step)
            )
        )
    else:
        sentence(_("TF-IDF is a linear model over word counts, trained on the same reviews."))


def _figure(value: float | None, unit: str) -> str:
    return fmt.percent(value, 1) if unit == "%" else fmt.number(value)
