"""The same as code: one switch for all pages, and the lines of Python that a page stands for at this moment."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.export.script import Step, StepKey
from ui.pieces import code_peek
from ui.words import _

SWITCH = "show-code"


def switch() -> None:
    """Show or hide the code, on this page and every other."""
    st.toggle(_("Show the code"), key=SWITCH)


def shown() -> bool:
    return bool(st.session_state.get(SWITCH))


def peek(steps: Sequence[Step], *, first: int = 1, total: int | None = None, running: StepKey | None = None) -> None:
    """Draw steps of the script, where the reader asked for them.

    Args:
        steps: those that this page stands for.
        first: the number of the first of them in the whole script.
        total: how many steps the whole script has; these are all when left out.
        running: the step that a run is at now, None for none of them.
    """
    if not shown():
        return
    for number, step in enumerate(steps, start=first):
        aside = _("step {n} of {total}").format(n=number, total=total or len(steps))
        if step.key is running:
            aside = " · ".join([_("running now"), aside])
        code_peek(_(step.title), step.code, aside=aside)
