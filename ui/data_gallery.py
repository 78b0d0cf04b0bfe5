"""Datasets of the Hugging Face Hub: the known ones as a gallery, any other by its name."""

from __future__ import annotations

from functools import cache

import streamlit as st
from babel import Locale

from core.config.source import Source
from core.data import hub_part
from core.data.known import KNOWN, Known
from ui import format as fmt
from ui import state, table_reports
from ui.markup import element, text
from ui.messages import translate
from ui.pieces import sentence, slug
from ui.words import _, language, ngettext, pgettext

ID = "hub-id"
_ASKED = "hub-asked"


def choose() -> Source | None:
    """The dataset that was asked for, or that is here already; None before that."""
    now = state.draft().data.parsed_source
    st.session_state.setdefault(ID, now.value if now.is_hub else "")
    with st.container(horizontal=True, gap="small", key="sb-tiles"):
        for known in KNOWN:
            _tile(known)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="hub-other"):
        st.text_input(_("Any other dataset"), key=ID, placeholder=_("OWNER/NAME"), width=380)
        st.button(pgettext("button", "Load"), key="hub-load", on_click=_ask)
    words = _("It is downloaded once and kept; of one larger than {size}, a part that is enough for most runs.")
    sentence(words.format(size=fmt.size(hub_part.LARGE_BYTES)))
    source = Source("hub", st.session_state[ID].strip())
    # Asked for once: where it cannot be had, another drawing of the page does not try again.
    asked = st.session_state.pop(_ASKED, "")
    if source.value and (asked == source.value or table_reports.is_loaded(source)):
        return source
    return None


def _tile(known: Known) -> None:
    facts = [
        ngettext("{n} row", "{n} rows", known.rows).format(n=fmt.count(known.rows)),
        ngettext("{n} class", "{n} classes", known.classes).format(n=fmt.count(known.classes)),
        _language(language(), known.language),
        _("about {size}").format(size=fmt.size(known.bytes)),
    ]
    with st.container(border=True, key=f"sb-tile-{slug(known.id)}", gap="xsmall"):
        owner, _slash, name = known.id.partition("/")
        lines = [element("span", text(owner), "sb-aside"), element("strong", text(name))]
        said = " · ".join(element("span", text(fact), "sb-fact") for fact in facts)
        lines += [element("span", text(translate(known.what))), element("span", said, "sb-aside")]
        st.html(element("div", "".join(lines), "sb-tile"))
        chosen = st.session_state[ID] == known.id
        st.button(
            _("Chosen") if chosen else pgettext("button", "Load"),
            key=f"hub-use-{slug(known.id)}",
            type="secondary",
            disabled=chosen and table_reports.is_loaded(Source("hub", known.id)),
            on_click=_ask,
            args=(known.id,),
        )


def _ask(dataset: str | None = None) -> None:
    if dataset is not None:
        st.session_state[ID] = dataset
    st.session_state[_ASKED] = st.session_state[ID].strip()


@cache
def _language(reader: str, code: str) -> str:
    """What a language is called in the reader's."""
    return str(Locale.parse(reader).languages.get(code, code))
