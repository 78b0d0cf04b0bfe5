"""What a browser tab remembers: the configuration that is being put together, and which run is looked at.

Runs themselves are never kept here: each rerun reads the store. The draft outlives page switches, because it is not
tied to widgets; the run that is looked at stands in the URL, so that a refresh or a shared link shows the same.
"""

from __future__ import annotations

import contextlib
import functools
import time
from pathlib import Path
from typing import Any

import streamlit as st

from core import jobs, presets, settings
from core.config import RunConfig
from core.errors import ConfigError, RunError
from core.runs.run import Run
from core.runs.store import Store
from ui import messages, tour

DOUBLE_CLICK_SECONDS = 2.0
_DRAFT, _SUBMITTED = "draft", "submitted"
# What a person wrote or switched on a page, by widget key: Streamlit forgets it when another page is drawn.
KEPT = ("review", "each-line", "show-code", "source-kind", "file-path", "hub-id")


def store() -> Store:
    """The store of the present home."""
    return _store(settings.database())


@functools.cache
def _store(path: Path) -> Store:
    return Store(path)


def draft() -> RunConfig:
    """The configuration that the next click on Train would run."""
    if _DRAFT not in st.session_state:
        st.session_state[_DRAFT] = presets.QUICK_LOOK.apply(RunConfig())
    kept: RunConfig = st.session_state[_DRAFT]
    return kept


def change(path: str, value: Any) -> str:
    """Change one setting of the draft; a value it can't take leaves the draft as it was.

    Returns:
        What is wrong with the value, empty when nothing is.
    """
    try:
        st.session_state[_DRAFT] = draft().replace({path: value})
    except ConfigError as error:
        return messages.of(error)[0]
    return ""


def replace_draft(config: RunConfig) -> None:
    st.session_state[_DRAFT] = config


def keep_inputs() -> None:
    """Let what was written on one page outlive a visit to another; called before any widget is drawn."""
    for key in KEPT:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def submit() -> None:
    """Queue the draft and look at it. A second click on the same configuration within two seconds is a slip."""
    config, now = draft(), time.monotonic()
    last_config, last_time = st.session_state.get(_SUBMITTED, (None, 0.0))
    if config == last_config and now - last_time < DOUBLE_CLICK_SECONDS:
        return
    jobs.start()
    run = jobs.submit(store(), config)
    st.session_state[_SUBMITTED] = (config, now)
    tour.end()
    look_at(run.id)


def resume(run_id: str) -> None:
    """Let an ended run go on from its last checkpoint."""
    # Another tab, or the first of two clicks, may have been faster: then it goes on already.
    with contextlib.suppress(RunError):
        store().requeue(run_id)
    jobs.start()
    jobs.wake()
    look_at(run_id)


def look_at(run_id: str) -> None:
    st.query_params["run"] = run_id


def looked_at() -> Run | None:
    """The run named in the URL, None when it names none or one that is not there."""
    run_id = st.query_params.get("run")
    if not run_id:
        return None
    try:
        return store().get(run_id)
    except RunError:
        return None
