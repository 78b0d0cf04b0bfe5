"""The tables that were uploaded before: choose one again, or delete it.

Knows the folder of uploads and which runs name a file of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.config import RunConfig
from core.config.source import Source
from core.data import uploads
from core.data.uploads import Upload
from ui import format as fmt
from ui import state
from ui.markup import element, text
from ui.pieces import notes, sentence
from ui.words import _, ngettext

FEW = 4
MOST_NAMED = 10


def is_one(path: str) -> bool:
    """Whether a path is that of an upload."""
    return bool(path) and Path(path).parent.parent == state.home().uploads


def draw(chosen: str, choose: Callable[[str], None]) -> None:
    """List the uploads, the latest first; nothing where there is none.

    Args:
        chosen: the path of the one that is looked at, if any.
        choose: told the path of the one that was clicked.
    """
    found = uploads.listed(state.home().uploads)
    if not found:
        return
    st.html(element("h3", text(_("Uploaded before")), "sb-small-title"))
    used = Counter(run.config.data.source for run in state.store().runs())
    shown = found if st.session_state.get("uploads-all") else found[:FEW]
    with st.container(key="sb-rows-uploads", gap=None):
        for each in shown:
            _row(each, used[str(_source(each))], str(each.path) == chosen, choose)
    if len(found) > FEW:
        st.toggle(_("Show all {n}").format(n=fmt.count(len(found))), key="uploads-all")


def _row(each: Upload, runs: int, is_chosen: bool, choose: Callable[[str], None]) -> None:
    key = each.path.parent.name + each.path.name
    facts = [fmt.size(each.bytes), fmt.moment(each.when)]
    if runs:
        facts.append(ngettext("used by {n} run", "used by {n} runs", runs).format(n=fmt.count(runs)))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"sb-row-upload-{key}"):
        name = element("span", text(each.path.name), "sb-row-name")
        st.html(element("div", name + element("span", text(" · ".join(facts)), "sb-aside"), "sb-row-words"))
        st.button(
            _("Chosen") if is_chosen else _("Use"),
            key=f"upload-use-{key}",
            type="tertiary",
            disabled=is_chosen,
            on_click=choose,
            args=(str(each.path),),
        )
        st.button(
            _("Delete"),
            key=f"upload-delete-{key}",
            icon=":material/delete:",
            type="tertiary",
            on_click=lambda: _confirm(each),
        )


def _confirm(each: Upload) -> None:
    @st.dialog(_("Delete this table?"))
    def ask() -> None:
        st.text(each.path.name)
        runs = [run.name for run in state.store().runs() if run.config.data.source == str(_source(each))]
        if runs:
            sentence(_("These runs were trained on it. They stay and still predict, but cannot go on without it:"))
            more = len(runs) - MOST_NAMED
            notes([*runs[:MOST_NAMED], *([_("and {n} more").format(n=fmt.count(more))] if more > 0 else [])])
        else:
            sentence(_("No run was trained on it."))
        sentence(_("It is removed from this computer for good; the file that you uploaded it from stays as it is."))
        if st.button(_("Delete"), key="upload-delete-surely", type="primary", on_click=delete, args=(each,)):
            st.rerun()

    ask()


@state.guarded
def delete(each: Upload) -> None:
    """Remove an upload; where the draft has it, the draft goes back to the bundled sample."""
    uploads.delete(state.home().uploads, each.path)
    if state.draft().data.source == str(_source(each)):
        state.replace_draft(state.of_another_table(state.draft(), RunConfig().data.source))


def _source(each: Upload) -> Source:
    return Source("file", str(each.path))
