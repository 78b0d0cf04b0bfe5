"""What a browser tab remembers: the configuration that is being put together, and which run is looked at.

Runs themselves are never kept here: each rerun reads the store. The draft outlives page switches, because it is not
tied to widgets; the run that is looked at stands in the URL, so that a refresh or a shared link shows the same.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec

import streamlit as st

from core.config import RunConfig, paths, presets, settings
from core.errors import AccessError, ConfigError, RunError, StarboardError
from core.home import access
from core.home.access import Access
from core.home.places import Home
from core.runs.run import Run
from core.runs.store import Move, Store
from core.work import worker
from core.work.actions import Actions
from ui import format as fmt
from ui import messages, tour
from ui.markup import plain
from ui.words import _

P = ParamSpec("P")
DOUBLE_CLICK_SECONDS = 2.0
_DRAFT, _SUBMITTED, _PROBLEM = "draft", "submitted", "problem"
# What a person wrote or switched on a page, by widget key: Streamlit forgets it when another page is drawn.
KEPT = ("review", "each-line", "show-code", "source-kind", "file-path", "pasted-text", "hub-id")


def home() -> Home:
    """The home that this dashboard shows."""
    return Home.present()


def store() -> Store:
    """The store of the home."""
    return actions().store


def actions() -> Actions:
    """What can be done in the home."""
    return _actions(home())


@functools.cache
def _actions(home: Home) -> Actions:
    return Actions(home)


def may() -> Access:
    """What whoever is at the browser may name."""
    return _access(home())


# What is allowed is settled when the dashboard starts.
_access = functools.cache(access.present)


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
        replace_draft(draft().replace({path: value}))
    except (ConfigError, AccessError) as error:
        return messages.of(error)[0]
    return ""


def replace_draft(config: RunConfig) -> None:
    """Put another configuration in the place of the draft.

    Raises:
        AccessError: it names a file that the dashboard does not read for a browser. All that pages do with files
            they do with the draft, so that none gets past this.
    """
    for path in paths.named(config):
        may().check(path)
    st.session_state[_DRAFT] = config


def of_another_table(config: RunConfig, source: str) -> RunConfig:
    """A configuration for another source: what was said of the columns, classes and parts of the last one is gone."""
    told = [each for each in settings() if each.belongs_to == "table" and each.path.startswith("data.")]
    return config.replace({each.path: each.default for each in told} | {"data.source": source})


def keep_inputs() -> None:
    """Let what was written on one page outlive a visit to another; called before any widget is drawn."""
    for key in KEPT:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def guarded(action: Callable[P, None]) -> Callable[P, None]:
    """An action of a click: what it can't do is said in a card above the page."""

    @functools.wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            action(*args, **kwargs)
        except StarboardError as error:
            st.session_state[_PROBLEM] = messages.of(error)

    return run


def has_problem() -> bool:
    """Whether a click failed and the page has not yet said so."""
    return _PROBLEM in st.session_state


def take_problem() -> tuple[str, str]:
    """What went wrong with the last click and what to do; both empty when nothing did."""
    found: tuple[str, str] = st.session_state.pop(_PROBLEM, ("", ""))
    return found


@guarded
def submit() -> None:
    """Queue the draft and look at it. A second click on the same configuration within two seconds is a slip."""
    config, now = draft(), time.monotonic()
    last_config, last_time = st.session_state.get(_SUBMITTED, (None, 0.0))
    if config == last_config and now - last_time < DOUBLE_CLICK_SECONDS:
        return
    worker.start(home())
    run = actions().submit(config)
    st.session_state[_SUBMITTED] = (config, now)
    tour.end()
    look_at(run.id)


@guarded
def use_settings(run: Run) -> None:
    """Begin anew from the settings of a run."""
    replace_draft(run.config.replace({"name": ""}))


@guarded
def resume(run_id: str) -> None:
    """Let an ended run go on from its last checkpoint."""
    # Another tab, or the first of two clicks, may have been faster: then it goes on already.
    worker.start(home())
    if not store().get(run_id).going:
        actions().resume(run_id)
    look_at(run_id)


@guarded
def extend(run_id: str, epochs: float) -> None:
    """Let an ended run go on for more epochs, in total."""
    worker.start(home())
    if not store().get(run_id).going:
        actions().extend(run_id, epochs)
    look_at(run_id)


@guarded
def stop(run_id: str) -> None:
    actions().stop(run_id)


@guarded
def cancel(run_id: str) -> None:
    """Take a run out of the queue."""
    actions().cancel(run_id)


@guarded
def move(run_id: str, to: Move) -> None:
    """Let a waiting run go up or down."""
    actions().move(run_id, to)


@guarded
def describe(run_id: str, **parts: Any) -> None:
    """Change a run's name, tags or notes."""
    actions().describe(run_id, **parts)


@guarded
def delete(run_id: str) -> None:
    """Move a run to the trash, and look at no run in its place."""
    actions().delete([run_id])
    st.query_params.pop("run", None)


@guarded
def restore(run_id: str) -> None:
    actions().restore(run_id)


@guarded
def adopt(path: str) -> None:
    """Bring in a run folder from elsewhere, and look at it."""
    may().check(path)
    run = actions().adopt(Path(path))
    st.toast(_("{name} is here now: see Results.").format(name=plain(run.name)))
    look_at(run.id)


@guarded
def empty_trash() -> None:
    actions().empty_trash()


def clean_up() -> None:
    freed = actions().clean_up()
    st.toast(_("{size} freed").format(size=fmt.size(freed)))


def dismiss_notices() -> None:
    actions().dismiss_notices()


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
