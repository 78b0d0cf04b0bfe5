"""How a table of reviews looks: class counts, token lengths, rows."""

from __future__ import annotations

import json

import numpy as np
import streamlit as st

from core.data.profile import Profile
from core.data.table import Table
from core.lengths import share_cut
from ui import format as fmt
from ui.pieces import distribution_bars, sentence
from ui.tokens import rating_colours
from ui.words import _

SHOWN_ROWS = 200
BINS = (16, 32, 64, 128, 192, 256, 384, 512)
TUTORIAL_ROW = 100


def class_label(name: str) -> str | int:
    """A class as it is drawn: a whole number of stars where it is one."""
    number, _space, word = name.partition(" ")
    return int(number) if word in {"star", "stars"} and number.isdigit() else name


def class_name(name: str) -> str:
    """A class in words: stars in the visitor's language, anything else as the table has it."""
    label = class_label(name)
    return fmt.stars(label) if isinstance(label, int) else name


def classes(report: Profile) -> None:
    """One bar a class; ratings from the best down, in the colours they have everywhere."""
    names = list(report.counts)
    labels = [class_label(name) for name in names]
    stars = all(isinstance(label, int) for label in labels)
    colours = rating_colours(len(names))
    rows = [(label, report.counts[name], colour) for label, name, colour in zip(labels, names, colours, strict=True)]
    distribution_bars(rows[::-1] if stars else rows)
    commonest = max(report.counts, key=report.counts.__getitem__)
    sentence(
        _("Always answering {name} would be right {share} of the time.").format(
            name=class_name(commonest), share=fmt.percent(report.commonest_share, 1)
        )
    )


def token_lengths(counted: np.ndarray, max_length: int) -> None:
    """How many reviews fall into each range of lengths, and what a limit cuts."""
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
        _("At {limit} tokens {share} of reviews lose their end. Counted as MiniLM counts.").format(
            limit=fmt.count(max_length), share=fmt.percent(share_cut(counted, max_length), 1)
        )
    )


def rows(table: Table, source: str) -> None:
    """The first rows, and the tutorial's `dataset["train"][100]`."""
    train = table.train
    st.dataframe(train.slice(0, SHOWN_ROWS).to_pandas(), height=280, hide_index=False, key="rows")
    shown = min(SHOWN_ROWS, train.num_rows)
    sentence(_("{n} of {rows} rows.").format(n=fmt.count(shown), rows=fmt.count(train.num_rows)))
    row = min(TUTORIAL_ROW, train.num_rows - 1)
    if st.toggle(f'`dataset["train"][{row}]`', key=f"tutorial-row:{source}"):
        values = {name: column[0] for name, column in train.slice(row, 1).to_pydict().items()}
        st.code(json.dumps(values, indent=2, ensure_ascii=False, default=str), language="json", wrap_lines=True)
