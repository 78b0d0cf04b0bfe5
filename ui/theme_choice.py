"""Light, dark or as the browser: a choice of this browser, kept by Streamlit's own key in its storage.

Streamlit has no setting for it on the server, and keeps the choice of its menu apart for each address a visit began at.
The component writes the same choice for all pages and loads the page anew.
"""

from __future__ import annotations

from ui.component import component
from ui.words import _

_THEME = component("theme_choice", html="<fieldset class='sb-theme'></fieldset>")


def theme_choice(paths: list[str]) -> None:
    """Draw the choice; `paths` are those of all pages, below the server's base path, the first page's empty."""
    choices = {"System": _("As the browser"), "Light": _("Light"), "Dark": _("Dark")}
    _THEME(key="theme", data={"legend": _("Theme"), "choices": choices, "paths": paths})
