"""Starboard's entry: `streamlit run app.py`. Says which pages there are and runs the one that is asked for."""

from __future__ import annotations

import streamlit as st

from ui import frame
from ui.words import _

names = frame.step_names()
# Training is the landing page: a dataset and a model are chosen already, so one click gives a result.
pages = [st.Page(path, title=names[step], url_path=step, default=step == "train") for step, path in frame.PAGES.items()]
pages.append(st.Page(frame.SETTINGS, title=_("Settings"), url_path="settings"))
st.navigation(pages, position="hidden").run()
