"""The findings about a table, worked out in the background while the page stays as quick as it is.

The first drawing asks what is known already. What is not is begun, and a timed fragment looks how far it is; when it is
done the page is drawn once more.
"""

from __future__ import annotations

import streamlit as st

from core.config import RunConfig
from core.doctor.finding import Finding
from core.errors import StarboardError
from core.inspection import findings
from core.inspection.findings import Examining
from ui import data_findings, messages, state
from ui import format as fmt
from ui.pieces import card, card_title, sentence
from ui.words import _

LOOK_SECONDS = 0.05
TICK_SECONDS = 1.0


def known(config: RunConfig) -> list[Finding] | None:
    """What was found about the table of a configuration, None where nobody has looked yet."""
    try:
        return findings.find(state.home(), config.data.parsed_source, config.data, config.model.name)
    except StarboardError:
        # What is wrong with the table is said where it is chosen.
        return None


def draw(config: RunConfig) -> None:
    """The card with the findings, or how far they are."""
    found, problem = known(config), ""
    running = None
    if found is None:
        running = findings.start(state.home(), config.data.parsed_source, config.data, config.model.name)
        if running.wait(LOOK_SECONDS):
            try:
                found = running.result()
            except StarboardError as error:
                problem = " ".join(messages.of(error))
    with card("findings"):
        card_title(_("What to mind about this table"), data_findings.tally(found or []))
        if found is not None:
            data_findings.findings(found, config)
        elif problem or running is None:
            sentence(problem)
        else:
            st.fragment(_wait, run_every=TICK_SECONDS)(running)


def _wait(running: Examining) -> None:
    if running.wait(0):
        st.rerun()
    st.progress(running.share, text=_("{share} looked through").format(share=fmt.percent(running.share, 0)))


def line(config: RunConfig) -> None:
    """What the Train page says of them, in one line; nothing where nothing is known."""
    data_findings.line(known(config) or [], config)
