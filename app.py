"""Starboard's entry: `streamlit run app.py`.

Streamlit runs it twice over: the server imports it once, and finds itself guarded; each visit runs it as a script,
which says which pages there are and runs the one that is asked for.
"""

from __future__ import annotations

import streamlit as st

if __name__ != "__main__":
    from ui import server

    app = st.App(__file__, **server.options())
else:
    from ui import frame
    from ui.words import _

    names = frame.step_names()
    # Training is the landing page: a dataset and a model are chosen already, so one click gives a result.
    pages = [
        st.Page(path, title=names[step], url_path=step, default=step == "train") for step, path in frame.PAGES.items()
    ]
    pages.append(st.Page(frame.SETTINGS, title=_("Settings"), url_path="settings"))
    st.navigation(pages, position="hidden").run()
