"""Tables and their profiles, read once for all tabs and kept while the page is used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from core import lengths
from core.data import columns, sources
from core.data import profile as profiles
from core.data.profile import Profile
from core.data.table import Table

KEPT = 4


def is_loaded(source: str) -> bool:
    """Whether a source was read in this process, so that a page may show it without waiting for a download."""
    return source in _loaded()


def table(source: str) -> Table:
    """The rows of a source; a file that has changed is read again."""
    found = _table(source, _stamp(source))
    _loaded().add(source)
    return found


def profile(source: str, text: str | None, label: str | None) -> Profile:
    """The report on a source."""
    found = _profile(source, text, label, _stamp(source))
    _loaded().add(source)
    return found


def token_lengths(source: str, text_column: str) -> np.ndarray:
    """Token counts of the training part, or of a sample of it."""
    return _token_lengths(source, text_column, _stamp(source))


def guessed(source: str, text: str | None, label: str | None) -> columns.Columns:
    """The text and label columns of a source: as given, else guessed."""
    return columns.choose(table(source), text, label)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _table(source: str, version: float) -> Table:
    return sources.read(source)


@st.cache_resource(max_entries=4 * KEPT, show_spinner=False)
def _profile(source: str, text: str | None, label: str | None, version: float) -> Profile:
    return profiles.profile(_table(source, version), text, label)


@st.cache_resource(max_entries=4 * KEPT, show_spinner=False)
def _token_lengths(source: str, text_column: str, version: float) -> np.ndarray:
    return lengths.token_lengths(lengths.spread(_table(source, version).train.column(text_column)))


@st.cache_resource
def _loaded() -> set[str]:
    return set()


def _stamp(source: str) -> float:
    kind, _, value = source.partition(":")
    if kind != "file":
        return 0.0
    try:
        return Path(value).expanduser().stat().st_mtime
    except (OSError, ValueError):
        # What is wrong with the path is said by whoever reads it.
        return 0.0
