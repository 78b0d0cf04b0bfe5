"""What happened to the home while nobody looked: said above every page until somebody has read it."""

from __future__ import annotations

import streamlit as st

from core.home import notices
from ui import format as fmt
from ui import state
from ui.messages import translate
from ui.pieces import card, card_title, sentence
from ui.words import _


def draw() -> None:
    """Draw the notices that were not dismissed."""
    pending = notices.pending(state.home())
    if not pending:
        return
    with card("notices"):
        card_title(_("What happened to your runs"), fmt.moment(pending[-1].time))
        for notice in pending:
            sentence(" ".join(translate(each) for each in notice.sentences))
        st.button(_("I have read it"), key="dismiss", on_click=state.dismiss_notices)
