"""Visible words in the visitor's language.

English stands inline in the code and is the message id, as gettext has it: `_("Train")`. Each other language is one
catalogue, `locale/LANGUAGE/LC_MESSAGES/starboard.mo`, written by `scripts/translate.py`. Put values in after
translating: `_("epoch {n}").format(n=2)`.

The language is the kept preference, or the browser's where that is "auto", or English. It does not know what is
translated, nor which languages there are: a catalogue is all that one needs. Guarantees that a text without a
translation reads as the English one, and that the preference is read from disk only after it was written.
"""

from __future__ import annotations

import functools
import gettext
import os
from pathlib import Path

import streamlit as st
from babel import Locale, negotiate_locale

from core.home import preferences
from core.home.places import Home

DOMAIN = "starboard"


def languages() -> dict[str, str]:
    """What each language that there is calls itself, by its code: `{"en": "English", "ja": "日本語"}`."""
    return {code: _own_name(code) for code in preferences.languages()}


def language() -> str:
    """The visitor's language, a key of `languages`; English outside a Streamlit run."""
    kept = _kept(*_stamp())
    if kept != preferences.AUTO:
        return kept
    locale = st.context.locale if st.runtime.exists() else None
    return _nearest(locale or "", preferences.languages())


def language_of(accept_language: str) -> str:
    """The language for a visitor of whom only the header of that name is known."""
    kept = _kept(*_stamp())
    first = accept_language.partition(",")[0].partition(";")[0].strip()
    return kept if kept != preferences.AUTO else _nearest(first, preferences.languages())


def _(text: str) -> str:
    """The text in the visitor's language; the English text itself where there is no translation."""
    return catalogue(language()).gettext(text) if text else ""


def ngettext(one: str, many: str, n: int) -> str:
    """The singular or plural form that fits `n`, e.g. `ngettext("{n} step", "{n} steps", n).format(n=n)`."""
    return catalogue(language()).ngettext(one, many, n)


def pgettext(context: str, text: str) -> str:
    """Like `_`, for a word that other languages need two words for: `pgettext("button", "Train")`."""
    return catalogue(language()).pgettext(context, text)


def catalogue(name: str) -> gettext.NullTranslations:
    """The catalogue of a language; an empty one for English."""
    return _catalogue(preferences.CATALOGUES, name)


@functools.cache
def _catalogue(folder: Path, name: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, folder, [name], fallback=True)


@functools.cache
def _own_name(code: str) -> str:
    name = Locale.parse(code).get_display_name() or code
    # Many write the names of languages small, but not at the beginning of a button.
    return name[:1].upper() + name[1:]


@functools.lru_cache(maxsize=64)
def _nearest(browser: str, known: tuple[str, ...]) -> str:
    """The language for a browser's locale such as `ja-JP`."""
    codes = {code.replace("_", "-").lower(): code for code in known}
    found = negotiate_locale([browser.lower()], codes, sep="-") or ""
    return codes.get(found.lower(), preferences.ENGLISH)


def _stamp() -> tuple[Path, tuple[int, ...]]:
    """The preference file and what changes with it; looking costs microseconds, reading does not."""
    file = _file(os.environ.get("STARBOARD_HOME", ""))
    try:
        seen = os.stat(file)
    except OSError:
        return file, ()
    return file, (seen.st_ino, seen.st_mtime_ns, seen.st_size)


@functools.lru_cache(maxsize=4)
def _file(_home: str) -> Path:
    return Home.present().preferences


@functools.lru_cache(maxsize=4)
def _kept(_of: Path, _stamp: tuple[int, ...]) -> str:
    return preferences.load(Home.present()).language
