"""Data: choose a table of reviews and look at it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.config import find
from core.config.source import Source
from core.data import formats, uploads
from core.export import script
from core.home import access
from core.inspection.profile import Profile
from core.inspection.reports import Outline
from ui import code, data_views, explore, form, frame, state, table_reports
from ui import format as fmt
from ui.messages import translate
from ui.page import page
from ui.pieces import Metric, card, card_title, metric_row, notes, sentence
from ui.words import _, pgettext

HUB_DATASETS = (
    "Yelp/yelp_review_full",
    "fancyzhx/amazon_polarity",
    "stanfordnlp/imdb",
    "cornell-movie-review-data/rotten_tomatoes",
    "stanfordnlp/sst2",
    "fancyzhx/ag_news",
    "dair-ai/emotion",
)
KINDS = ("sample", "file", "hub")


def choose_source() -> Source | None:
    """The source chosen here, None before there is one; the draft changes only once it could be read."""
    words = {"sample": _("Bundled sample"), "file": _("Your file"), "hub": _("Hugging Face Hub")}
    st.session_state.setdefault("source-kind", state.draft().data.parsed_source.kind or "sample")
    kind = st.segmented_control(_("Source"), KINDS, format_func=words.__getitem__, key="source-kind")
    if kind == "file":
        return choose_file()
    if kind == "hub":
        return choose_hub()
    sentence(_("4,000 + 1,000 synthetic reviews, made by a seeded generator: always there, no network needed."))
    return Source("sample", "reviews")


def choose_file() -> Source | None:
    *others, last = (each.title for each in formats.FORMATS)
    words = _("{formats} or {last}").format(formats=", ".join(others), last=last)
    suffixes = [suffix.removeprefix(".") for suffix in formats.SUFFIXES]
    uploaded = st.file_uploader(words, type=suffixes, key="upload")
    if uploaded is not None:
        return Source("file", stored(uploaded))
    now = state.draft().data.parsed_source
    if not state.may().names_files:
        words = _("Larger tables, and those of this computer, are read from the folders that {variable} names.")
        sentence(words.format(variable=access.FOLDERS))
        return now if now.is_file else None
    st.session_state.setdefault("file-path", now.value if now.is_file else "")
    path = st.text_input(_("or the path of a file on this computer"), key="file-path").strip()
    if not path:
        return None
    state.may().check(path)
    return Source("file", path)


def stored(uploaded: UploadedFile) -> str:
    """Where an upload lies; a large one is not hashed anew each time that the page is drawn."""
    last: tuple[str, str] = st.session_state.get("stored-upload", ("", ""))
    if last[0] != uploaded.file_id:
        last = (uploaded.file_id, str(uploads.store(state.home().uploads, uploaded.name, uploaded.getbuffer())))
        st.session_state["stored-upload"] = last
    return last[1]


def choose_hub() -> Source | None:
    now = state.draft().data.parsed_source
    known = [now.value, *HUB_DATASETS] if now.is_hub and now.value not in HUB_DATASETS else [*HUB_DATASETS]
    st.session_state.setdefault("hub-id", now.value if now.value in known else known[0])
    chosen = st.selectbox(_("Dataset"), known, accept_new_options=True, key="hub-id")
    source = Source("hub", (chosen or "").strip())
    sentence(_("Any dataset id of the form OWNER/NAME works. It is downloaded once and kept."))
    if table_reports.is_loaded(source) or st.button(pgettext("button", "Load"), key="hub-load", type="primary"):
        return source
    return None


def choose_columns(source: Source) -> Outline:
    chosen = state.draft().data
    same = chosen.parsed_source == source
    # A column of another table, or one that the file no longer has, is guessed anew.
    given = (chosen.text_column, chosen.label_column) if same else (None, None)
    table = table_reports.outline(source, *given)
    names = table.columns
    text, label = table.guess(*given)
    if text is None or label is None:
        # Says which column is missed and what the table has.
        table_reports.report(source, text, label)
    task = find("data.task")
    left, middle, right = st.columns(3)
    text = left.selectbox(_("Text column"), names, index=_place(names, text), key=f"text:{source}")
    label = middle.selectbox(_("Label column"), names, index=_place(names, label), key=f"label:{source}")
    learned = right.selectbox(
        _(task.title),
        task.choices,
        index=_place(task.choices, chosen.task if same else task.default),
        format_func=form.choice(task),
        help=form.why(task),
        key=f"task:{source}",
    )
    chosen_now = {"data.text_column": text, "data.label_column": label, "data.task": learned}
    state.replace_draft(state.draft().replace({"data.source": str(source), **chosen_now}))
    return table


def _place(names: Sequence[str], name: str | None) -> int:
    return names.index(name) if name in names else 0


def figures(report: Profile) -> None:
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


def look(source: Source, table: Outline) -> Profile:
    """Draw what the table holds, and return the report on it."""
    data = state.draft().data
    with st.skeleton(height=320):
        found = table_reports.report(source, data.text_column, data.label_column)
    report = found.profile.as_task(data.task)
    figures(report)
    left, right = st.columns(2)
    with left, card("classes", height="stretch"):
        card_title(_("How many of each"), form.choice_words(find("data.task"))[report.task])
        data_views.how_many(report)
    with right, card("lengths", height="stretch"):
        card_title(_("How long they are"), _("tokens"))
        data_views.token_lengths(np.asarray(found.token_lengths), data.max_length)
    notes([translate(note) for note in report.notes])
    explore.draw(source, table, report)
    return report


def body() -> None:
    with card("source"):
        source = choose_source()
        if source is not None:
            with st.skeleton(height=72):
                table = choose_columns(source)
    if source is not None:
        report = look(source, table)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(frame.PAGES["train"], label=_("Train on these reviews"), icon=":material/arrow_forward:")
            code.switch()
        steps = script.steps(state.draft(), layout=report.layout)
        code.peek(steps[:2], total=len(steps))


with page(_("Data"), _("One table, one column of reviews, one of ratings."), current="data"):
    body()
