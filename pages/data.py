"""Data: choose a table of reviews, look at it, and make of it what a model can learn."""

from __future__ import annotations

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.config import find
from core.config.source import Source
from core.errors import LabelError
from core.export import script
from core.inspection.profile import Profile
from core.inspection.reports import Outline
from ui import (
    code,
    data_classes,
    data_columns,
    data_parts,
    data_reading,
    data_source,
    data_views,
    explore,
    form,
    frame,
    messages,
    state,
    table_findings,
    table_reports,
)
from ui.messages import translate
from ui.page import page
from ui.pieces import card, card_title, error_card, notes
from ui.words import _


def look(source: Source, table: Outline, place: DeltaGenerator) -> Profile | None:
    """Draw what the table holds, and return the report on it; None where its labels can't be learned as they are.

    Args:
        place: where it is said how the table was read, if in one line.
    """
    data = state.draft().data
    try:
        with st.skeleton(height=320):
            found, by_itself = table_reports.full(data)
    except LabelError as error:
        error_card(_("This cannot be shown"), *messages.of(error))
        data_classes.offer_ranges(table, data.label_column)
        return None
    try:
        report = table_reports.as_configured(data)
    except LabelError as error:
        # Classes that the table does not have: what is wrong, above what they can be changed with.
        error_card(_("This cannot be shown"), *messages.of(error))
        data_classes.editor(by_itself, table, always=True)
        return None
    with place:
        data_reading.line(report)
    data_reading.draw(report)
    data_views.figures(report)
    table_findings.draw(state.draft())
    left, right = st.columns(2)
    with left, card("classes", height="stretch"):
        card_title(_("How many of each"), form.choice_words(find("data.task"))[report.task])
        data_views.how_many(report)
        data_classes.no_answer(report, by_itself)
        data_classes.suggestions(by_itself)
    with right, card("lengths", height="stretch"):
        card_title(_("How long they are"), _("tokens"))
        data_views.token_lengths(
            np.asarray(found.token_lengths), data.max_length, table_reports.called(found.counted_by)
        )
    data_classes.editor(by_itself, table)
    rules = {each.rule for each in table_findings.known(state.draft()) or []}
    notes([translate(note) for note in report.notes_beside(rules)])
    data_parts.draw(report, table)
    explore.draw(source, table, report)
    return report


def go_on(report: Profile) -> None:
    """The page's main action, always in sight."""
    with st.container(key="sb-go-on", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="sb-action-train", width="content"):
            st.page_link(frame.PAGES["train"], label=_("Train on these reviews"), icon=":material/arrow_forward:")
        code.switch()
    steps = script.steps(state.draft(), layout=report.layout)
    code.peek(steps[:2], total=len(steps))


def body() -> None:
    with card("source"):
        source = data_source.choose()
        if source is not None:
            with st.skeleton(height=72):
                table = data_columns.choose(source)
            place = st.container()
    if source is not None:
        report = look(source, table, place)
        if report is not None:
            go_on(report)


with page(_("Data"), _("One table, one column of reviews, one of ratings."), current="data"):
    body()
