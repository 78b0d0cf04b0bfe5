"""Puts the one stylesheet of Starboard on a page.

`style.css` beside this file holds every custom rule, `fonts.css` the fonts; the colours come from `ui.tokens`. Only
`<style>` tags are sent, which Streamlit places outside the page's flow, so the sheet takes no room.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from ui import tokens

SHEET = Path(__file__).with_name("style.css")
FONTS = Path(__file__).with_name("fonts.css")


@cache
def sheet() -> str:
    """The complete stylesheet in its tag, read once a process."""
    files = "".join(file.read_text(encoding="utf-8") for file in (FONTS, SHEET))
    return f"<style>\n{tokens.css_variables()}{files}</style>"


def inject() -> None:
    """Add the stylesheet to this page; call it once a page, before anything is drawn."""
    st.html(sheet())
