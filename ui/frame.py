"""The frame around every page: stylesheet, header with the four steps, slot for the running training, language, title.

It does not know what a run is. `current` names a step; the paths are looked up in PAGES, so a page never
spells another page's path. Navigation itself is `st.navigation(..., position="hidden")` in the entry
script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.navigation.page import Page

from core.errors import StarboardError
from core.home import preferences
from core.home.places import Home
from ui import assets, messages, style, words
from ui.markup import element, plain, text
from ui.words import _

PAGES: dict[str, str] = {
    "data": "pages/data.py",
    "train": "pages/train.py",
    "results": "pages/results.py",
    "predict": "pages/predict.py",
}

SETTINGS = "pages/settings.py"

# Screen readers and browsers choose voice, glyphs and line breaks by it, and Streamlit has no setting for it.
_LANGUAGE = "<script>document.documentElement.lang = '{}'</script>"


def step_names() -> dict[str, str]:
    """The visible name of each step, in order."""
    return {"data": _("Data"), "train": _("Train"), "results": _("Results"), "predict": _("Predict")}


def page(
    title: str,
    subtitle: str = "",
    *,
    current: str,
    strip: Callable[[], None] | None = None,
    pages: Mapping[str, str | Page] = PAGES,
) -> None:
    """Draw the frame; call it first on every page.

    Args:
        title: the page's heading, plain text.
        subtitle: one line below it, plain text.
        current: the step shown as current, a key of PAGES; any other value highlights none.
        strip: draws the running training into the header (usually a timed fragment around `ui.strip.strip`).
        pages: where each step leads; only the gallery passes something else.
    """
    st.set_page_config(
        page_title=f"{title} · Starboard",
        page_icon=str(assets.STATIC / "star.svg"),
        layout="wide",
        menu_items={"About": _("**Starboard** fine-tunes review-rating models while you watch.")},
    )
    style.inject()
    _header(current, strip, pages)
    st.html(heading_html(title, subtitle))


def heading_html(title: str, subtitle: str) -> str:
    """The page's title and the line below it."""
    below = element("p", text(subtitle), "sb-subtitle") if subtitle else ""
    return element("div", element("h1", text(title)) + below, "sb-heading")


def _header(current: str, strip: Callable[[], None] | None, pages: Mapping[str, str | Page]) -> None:
    """Logo, steps, and the strip's slot on one line that wraps on a phone."""
    with st.container(key="sb-header", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(logo_html() + _LANGUAGE.format(words.language()), width="content", unsafe_allow_javascript=True)
        with st.container(key="sb-steps", horizontal=True, width="content", gap="xxsmall"):
            for number, (step, name) in enumerate(step_names().items(), start=1):
                key = f"sb-step-current-{step}" if step == current else f"sb-step-{step}"
                with st.container(key=key, width="content"):
                    st.page_link(pages[step], label=f"{number}\u2002{name}")
        with st.container(key="sb-slot", width="stretch"):
            if strip is not None:
                strip()
        with st.container(
            key="sb-tools", horizontal=True, wrap=False, width="content", vertical_alignment="center", gap="xxsmall"
        ):
            _language_switch()
            if pages is PAGES:
                # The gallery runs without the pages beside it.
                st.page_link(SETTINGS, label=":material/settings:", help=_("Settings"))


def _language_switch() -> None:
    """A button for each other language that says its own name, as its readers look for it."""
    now = words.language()
    for other, name in words.languages().items():
        if other != now:
            st.button(name, key=f"language-{other}", type="tertiary", on_click=_choose_language, args=(other,))


def _choose_language(chosen: str) -> None:
    try:
        preferences.save(Home.present(), language=chosen)
    except StarboardError as error:
        st.toast(plain(" ".join(messages.of(error))))


def logo_html() -> str:
    """The star and the name."""
    star = element("span", "", "sb-star", aria_hidden="true")
    return element("div", star + element("span", "Starboard"), "sb-logo")
