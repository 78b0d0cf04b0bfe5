"""The findings about a table, worked out in the background while the page stays as quick as it is.

The first drawing asks what is known already. What is not is begun, and a timed fragment looks how far it is; when it is
done the page is drawn once more.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

import streamlit as st

from core.config import RunConfig
from core.doctor.finding import Finding
from core.errors import StarboardError
from ui import data_findings, messages, state
from ui import format as fmt
from ui.pieces import card, card_title, sentence
from ui.words import _

LOOK_SECONDS = 0.05
TICK_SECONDS = 1.0


@cache
def _doctor() -> Any:
    """What examines tables; None in a version that has no such part."""
    try:
        return importlib.import_module("core.inspection.findings")
    except ImportError:
        return None


def known(config: RunConfig) -> list[Finding] | None:
    """What was found about the table of a configuration, None where nobody has looked yet."""
    if _doctor() is None:
        return None
    try:
        found: list[Finding] | None = _doctor().find(
            state.home(), config.data.parsed_source, config.data, config.model.name
        )
    except StarboardError:
        # What is wrong with the table is said where it is chosen.
        return None
    return found


def draw(config: RunConfig) -> None:
    """The card with the findings, or how far they are."""
    if _doctor() is None:
        return
    found, problem, running = known(config), "", None
    if found is None:
        running = _doctor().start(state.home(), config.data.parsed_source, config.data, config.model.name)
        if running.wait(LOOK_SECONDS):
            try:
                found = running.result()
            except StarboardError as error:
                problem = " ".join(messages.of(error))
    with card("findings"):
        card_title(_("What to mind about this table"), data_findings.tally(found or []))
        if found is not None:
            data_findings.findings(found, config)
        elif problem:
            sentence(problem)
        else:
            st.fragment(_wait, run_every=TICK_SECONDS)(running)


def _wait(running: Any) -> None:
    if running.wait(0):
        st.rerun()
    st.progress(running.share, text=_("{share} looked through").format(share=fmt.percent(running.share, 0)))


def line(config: RunConfig) -> None:
    """What the Train page says of them, in one line; nothing where nothing is known."""
    data_findings.line(known(config) or [], config)
