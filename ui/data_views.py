"""How a table of reviews looks: class counts, token lengths, rows."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import streamlit as st

from core import tasks
from core.config.source import Source
from core.inspection.profile import Profile
from core.inspection.reports import Outline
from core.models.lengths import share_cut
from ui import classes
from ui import format as fmt
from ui.pieces import Metric, distribution_bars, metric_row, sentence
from ui.tokens import rating_colours
from ui.words import _

BINS = (16, 32, 64, 128, 192, 256, 384, 512)
TUTORIAL_ROW = 100
# Of more classes the commonest are drawn, until all are asked for.
MOST_BARS = 16


def figures(report: Profile) -> None:
    """The table in five figures."""
    parts = " · ".join(f"{name} {fmt.count(rows)}" for name, rows in report.splits.items())
    metric_row(
        [
            Metric(_("Reviews"), fmt.count(report.rows), parts),
            Metric(_("Classes"), fmt.count(len(report.classes)), report.label_column),
            Metric(_("Commonest class"), fmt.percent(report.commonest_share, 1), _("what guessing scores")),
            Metric(
                _("Words, median"),
                fmt.count(round(report.words.median)),
                _("most {n}").format(n=fmt.count(round(report.words.max))),
            ),
            Metric(
                _("Empty or repeated"),
                fmt.count(report.empty + report.duplicates),
                _("{empty} empty · {same} repeated").format(
                    empty=fmt.count(report.empty), same=fmt.count(report.duplicates)
                ),
            ),
        ]
    )


def how_many(report: Profile) -> None:
    """One bar a class; ratings from the best down, in the colours they have everywhere."""
    task = tasks.of_model(report.classes, report.ratings, report.task)
    labels = classes.labels(task)
    colours = rating_colours(len(labels))
    rows = [(labels[name], report.counts[name], colour) for name, colour in zip(task.names, colours, strict=True)]
    if len(rows) > MOST_BARS and not st.toggle(_("Show all {n}").format(n=fmt.count(len(rows))), key="classes-all"):
        rows = sorted(rows, key=lambda row: -row[1])[:MOST_BARS]
        distribution_bars(rows)
    else:
        distribution_bars(rows[::-1] if classes.best_first(task) else rows)
    commonest = max(report.counts, key=report.counts.__getitem__)
    sentence(
        _("Always answering {name} would be right {share} of the time.").format(
            name=classes.words(task)[commonest], share=fmt.percent(report.commonest_share, 1)
        )
    )


def token_lengths(counted: np.ndarray, max_length: int, by: str) -> None:
    """How many reviews fall into each range of lengths, and what a limit cuts; `by` is the model that counted."""
    if not len(counted):
        sentence(_("Token counts need the bundled model."))
        return
    edges = [0, *BINS, max(int(counted.max()), BINS[-1]) + 1]
    counts, _edges = np.histogram(counted, bins=np.asarray(edges) + 0.5)
    labels = [f"≤ {high}" for high in BINS] + [f"> {BINS[-1]}"]
    colour = "var(--sb-train)"
    rows = [(label, int(count), colour) for label, count in zip(labels, counts, strict=True)]
    distribution_bars(rows)
    sentence(
        _("At {limit} tokens {share} of reviews lose their end. Counted as {model} counts.").format(
            limit=fmt.count(max_length), share=fmt.percent(share_cut(counted, max_length), 1), model=by
        )
    )


def rows(table: Outline, of: int, source: Source) -> None:
    """The first rows of that many, and the tutorial's one."""
    frame = pd.DataFrame(table.rows, columns=table.columns)
    st.dataframe(frame, height=280, hide_index=False, key="rows")
    sentence(_("{n} of {rows} rows.").format(n=fmt.count(len(frame)), rows=fmt.count(of)))
    tutorial_row(table, source)


def tutorial_row(table: Outline, source: Source) -> None:
    """The row that the tutorial looks at, when somebody wants it."""
    row = min(TUTORIAL_ROW, len(table.rows) - 1)
    if st.toggle(f'`dataset["train"][{row}]`', key=f"tutorial-row:{source}"):
        st.code(json.dumps(table.rows[row], indent=2, ensure_ascii=False), language="json", wrap_lines=True)
