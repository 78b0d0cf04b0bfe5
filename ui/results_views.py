"""How finished runs look: the table of all, the scores of one beside what they must beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.metrics import STARS_MAE, Score
from core.runs.run import Run, Status
from ui import classes, sentences
from ui import format as fmt
from ui.markup import plain
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
    learned = [classes.task_of(run) for run in runs]
    best = dict.fromkeys(task.best for task in learned)
    stars = [STARS_MAE] if any(STARS_MAE in task.scores for task in learned) else []
    frame = pd.DataFrame(
        {
            _("Run"): [run.name for run in runs],
            **tagged,
            _("State"): [states[run.status] for run in runs],
            **{_(score.title): [_cell(score, run.eval) for run in runs] for score in best},
            _("Commonest class"): [
                _cell(task.best, run.facts.baseline) for run, task in zip(runs, learned, strict=True)
            ],
            **{_("Stars off"): [_cell(score, run.eval) for run in runs] for score in stars},
            _("Steps"): [run.step for run in runs],
            _("Time"): [fmt.duration(run.seconds) for run in runs],
            _("Started"): [pd.Timestamp(run.created, unit="s", tz="UTC") for run in runs],
        }
    )
    share = "%.1f" + fmt.percent_sign().replace("%", "%%")
    shares = [_("Commonest class"), *(_(score.title) for score in best if score.unit == "%")]
    st.dataframe(
        frame,
        hide_index=True,
        height=min(38 + 35 * len(runs), 280),
        column_config={
            **{title: st.column_config.NumberColumn(format=share) for title in shares},
            _("Stars off"): st.column_config.NumberColumn(format="%.2f"),
            _("Started"): st.column_config.DatetimeColumn(format=fmt.moment_column()),
        },
    )


def _cell(score: Score, scores: Mapping[str, float] | None) -> float | None:
    """One score as a number of the table: percent where it is a share."""
    value = (scores or {}).get(score.name)
    return 100 * value if value is not None and score.unit == "%" else value


def scores(run: Run) -> None:
    """The scores of the saved model beside both baselines."""
    if not run.eval:
        sentence(_("Not evaluated yet."))
        return
    task = classes.task_of(run)
    sides = (run.eval, run.facts.baseline or {}, run.facts.tfidf or {})
    rows = [
        [_(score.title), *(classes.figure(score, side.get(score.name)) for side in sides)]
        for score in task.scores
        if score.name in run.eval
    ]
    commonest = run.facts.commonest or ""
    heads = [
        _("Score"),
        _("This model"),
        _("Always “{name}”").format(name=plain(classes.words(task).get(commonest, commonest))),
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
