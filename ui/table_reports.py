"""Reports on tables for the pages: as stored, or waited for beside a bar that shows how far they are.

The work goes on when a visitor leaves the page, and a second tab waits for the same one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import numpy as np
import streamlit as st

from core.config import DataConfig
from core.config.run_config import ClassConfig
from core.config.source import Source
from core.data.columns import named_text
from core.errors import LabelError, StarboardError
from core.inspection import cache, reports, shelf
from core.inspection.profile import Profile
from core.inspection.reports import Outline, Report
from core.inspection.shelf import Shelved
from core.models import bundled
from ui import format as fmt
from ui import state
from ui.words import _

LOOK_SECONDS = 0.15


def is_loaded(source: Source) -> bool:
    """Whether a source was read in this process, so that a page may show it without waiting for a download."""
    return reports.find_outline(state.home(), source) is not None


def outline(source: Source, text: str | None, label: str | None) -> Outline:
    """The columns and first rows of a source; where it must be read for that, the report is made as well."""
    found = reports.find_outline(state.home(), source)
    if found is None:
        try:
            _awaited(source, text, label)
        except StarboardError:
            # The columns may be what is wrong, and others are to be chosen.
            if (found := reports.find_outline(state.home(), source)) is None:
                raise
    return found or reports.find_outline(state.home(), source) or outline(source, text, label)


def report(source: Source, text: str | None, label: str | None, classes: Sequence[ClassConfig] = ()) -> Report:
    """The report on a source, its tokens counted for the draft's model; a file that has changed is read again."""
    known = reports.find(state.home(), source, text, label, classes, model=_model())
    return known or _awaited(source, text, label, classes)


def profile(source: Source, text: str | None, label: str | None) -> Profile:
    """What the report says of classes, lengths and rows."""
    return report(source, text, label).profile


def as_configured(data: DataConfig) -> Profile:
    """What the report says of the table of a configuration, in the classes that are learned.

    Raises:
        StarboardError: the table can't be read, or can't be learned so.
    """
    return full(data)[0].profile.as_task(data.task, data.classes)


def full(data: DataConfig) -> tuple[Report, Profile | None]:
    """The report on the table of a configuration, and its profile with the classes that the table has by itself.

    The latter is None where it has none, such as a column of many decimals, which only ranges make classes of.

    Raises:
        StarboardError: the table can't be read, or has no classes and none are made of it.
    """
    source, text = data.parsed_source, named_text(data)
    try:
        found = report(source, text, data.label_column)
    except LabelError:
        if not data.classes:
            raise
        return report(source, text, data.label_column, data.classes), None
    return found, found.profile.as_task(data.task)


@contextlib.contextmanager
def shelved(source: Source, text: str | None, label: str | None) -> Iterator[Shelved | None]:
    """Look into the copy of a table; where it has gone the table is read again. None where it can't be kept."""
    key = cache.key_of(source)
    # Once: where there was no room, there will be none when the page is drawn again.
    if key not in _tried() and not shelf.has(state.home(), key):
        _tried().add(key)
        # What is wrong with the source is said by whoever asks for its report.
        with contextlib.suppress(StarboardError):
            _awaited(source, text, label)
    with shelf.opened(state.home(), key) as found:
        if found is not None:
            _tried().discard(key)
        yield found


def _tried() -> set[cache.Key]:
    tried: set[cache.Key] = st.session_state.setdefault("shelf-tried", set())
    return tried


def token_lengths(source: Source, text_column: str) -> np.ndarray:
    """Token counts of the training part, or of a sample of it."""
    return np.asarray(_of(source, text_column).token_lengths, dtype=np.int64)


def counted_by(source: Source, text_column: str) -> str:
    """The model by whose tokenizer these tokens were counted, as a person calls it."""
    return called(_of(source, text_column).counted_by)


def called(model: str) -> str:
    """A model as a person calls it: `MiniLM`, or the last part of its name."""
    return "MiniLM" if model == bundled.NAME else model.rstrip("/").rpartition("/")[2]


def table_bytes(source: Source, text_column: str) -> int:
    """What the table takes in memory."""
    return _of(source, text_column).table_bytes


def _of(source: Source, text_column: str) -> Report:
    return reports.find_in_memory(source, text_column, _model()) or report(source, text_column, None)


def _model() -> str:
    return state.draft().model.name


def _awaited(source: Source, text: str | None, label: str | None, classes: Sequence[ClassConfig] = ()) -> Report:
    report = reports.start(state.home(), source, text, label, classes, model=_model(), shelved=True)
    place, below, shown = st.empty(), st.empty(), False
    while not report.wait(LOOK_SECONDS):
        # Of a download nothing is known, and the skeleton says that something happens.
        if report.share:
            place.progress(report.share, text=_("{share} read and counted").format(share=fmt.percent(report.share, 0)))
        if report.first_rows and not shown:
            below.dataframe(report.first_rows, height=280, hide_index=True)
            shown = True
    below.empty()
    place.empty()
    return report.result()
