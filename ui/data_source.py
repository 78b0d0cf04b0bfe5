"""Where the reviews come from: the sample, a file, pasted rows, what was uploaded before, or the hub.

What is chosen here becomes the draft only once it could be read. Guarantees that no file is read which this browser
may not name, and nothing is downloaded unasked.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.config.source import Source
from core.data import formats, pasted, uploads
from core.home import access
from ui import data_gallery, data_uploads, state
from ui.pieces import sentence
from ui.words import _

KINDS = ("sample", "file", "paste", "hub")
# The file that was last chosen, however; the source that the draft had when this page last drew it.
_CHOSEN, _SEEN = "file-chosen", "source-seen"
_KIND, _PATH, _UPLOAD, _PASTED = "source-kind", "file-path", "upload", "pasted-text"
_PASTED_NAME = "pasted."
_EXAMPLE = "review\tstars\nThe soup was cold.\t2\nWe will be back.\t5"


def choose() -> Source | None:
    """The source chosen here, None before there is one."""
    _follow_the_draft()
    words = {
        "sample": _("Bundled sample"),
        "file": _("Your file"),
        "paste": _("Paste rows"),
        "hub": _("Hugging Face Hub"),
    }
    st.session_state.setdefault(_KIND, state.draft().data.parsed_source.kind or "sample")
    kind = st.segmented_control(_("Source"), KINDS, format_func=words.__getitem__, key=_KIND, required=True)
    if kind == "file":
        return _file()
    if kind == "paste":
        return _pasted()
    if kind == "hub":
        return data_gallery.choose()
    sentence(_("4,000 + 1,000 synthetic reviews, made by a seeded generator: always there, no network needed."))
    return Source("sample", "reviews")


def remember(source: Source) -> None:
    """The draft has this source now, chosen here."""
    st.session_state[_SEEN] = str(source)


def _follow_the_draft() -> None:
    """Where another page has put another source into the draft, what was chosen here before counts no more."""
    now = state.draft().data.source
    if st.session_state.get(_SEEN) != now:
        for key in (_KIND, _PATH, _CHOSEN, data_gallery.ID):
            st.session_state.pop(key, None)
        st.session_state[_SEEN] = now


def _file() -> Source | None:
    *others, last = (each.title for each in formats.FORMATS)
    words = _("{formats} or {last}").format(formats=", ".join(others), last=last)
    suffixes = [suffix.removeprefix(".") for suffix in formats.SUFFIXES]
    st.file_uploader(words, type=suffixes, key=_UPLOAD, on_change=_keep_upload)
    chosen = _chosen()
    if state.may().names_files:
        st.session_state.setdefault(_PATH, "" if data_uploads.is_one(chosen) else chosen)
        st.text_input(_("or the path of a file on this computer"), key=_PATH, on_change=_take_path)
    else:
        words = _("Larger tables, and those of this computer, are read from the folders that {variable} names.")
        sentence(words.format(variable=access.FOLDERS))
    data_uploads.draw(chosen, _take)
    if not chosen:
        return None
    state.may().check(Source("file", chosen).path)
    return Source("file", chosen)


def _chosen() -> str:
    now = state.draft().data.parsed_source
    return str(st.session_state.get(_CHOSEN) or (now.value if now.is_file else ""))


def _take(path: str) -> None:
    st.session_state[_CHOSEN] = path
    st.session_state[_PATH] = "" if data_uploads.is_one(path) else path


def _take_path() -> None:
    st.session_state[_CHOSEN] = st.session_state[_PATH].strip()


@state.guarded
def _keep_upload() -> None:
    uploaded: UploadedFile | None = st.session_state[_UPLOAD]
    if uploaded is not None:
        _take(str(uploads.store(state.home().uploads, uploaded.name, uploaded.getbuffer())))


def _pasted() -> Source | None:
    st.text_area(_("Rows, with their header"), key=_PASTED, height=180, placeholder=_EXAMPLE)
    chosen = _chosen()
    # One that was read is no longer the page's next step.
    read = data_uploads.is_one(chosen) and Path(chosen).name.startswith(_PASTED_NAME)
    st.button(_("Read these rows"), key="paste-read", type="secondary" if read else "primary", on_click=_keep_pasted)
    sentence(_("Cells copied from a spreadsheet, or lines of a CSV or JSON file. They are kept with your uploads."))
    return Source("file", chosen) if read else None


@state.guarded
def _keep_pasted() -> None:
    text: str = st.session_state[_PASTED]
    _take(str(uploads.store(state.home().uploads, pasted.name_of(text), text.encode())))
