"""How a table was read: how many rows, and which of them were left out or are not quite as they stand in the file."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.data.odd import Odd
from core.inspection.profile import Profile
from ui import format as fmt
from ui.messages import translate
from ui.pieces import card, card_title, notes, sentence
from ui.words import _, ngettext

SHOWN_LINES = 200
FILE = "odd-rows.csv"


def is_plain(report: Profile) -> bool:
    """Whether every row was read as it stands."""
    return not report.left_out and not report.repaired


def line(report: Profile) -> None:
    """How many rows were read, in one line, where nothing else is to be said of them."""
    if is_plain(report):
        sentence(_("{rows}, none left out or repaired.").format(rows=_read(report)))


def draw(report: Profile) -> None:
    """A card with what was odd; nothing where nothing was."""
    if is_plain(report):
        return
    with card("reading"):
        card_title(_("How it was read"), " · ".join([_read(report), *_sums(report)]))
        notes(
            [
                _counted(each, ngettext("{n} row left out: {why}", "{n} rows left out: {why}", each.count))
                for each in report.left_out
            ]
            + [
                _counted(each, ngettext("{n} row repaired: {why}", "{n} rows repaired: {why}", each.count))
                for each in report.repaired
            ]
        )
        lines = st.expander(_("Show the lines"), key="odd-lines", on_change="rerun")
        if lines.open:
            with lines:
                _lines(report)


def _read(report: Profile) -> str:
    rows = sum(report.splits.values())
    return ngettext("{n} row read", "{n} rows read", rows).format(n=fmt.count(rows))


def _sums(report: Profile) -> list[str]:
    repaired, left_out = (sum(each.count for each in odd) for odd in (report.repaired, report.left_out))
    found = [_("{n} repaired").format(n=fmt.count(repaired))] if repaired else []
    return found + ([_("{n} left out").format(n=fmt.count(left_out))] if left_out else [])


def _counted(odd: Odd, words: str) -> str:
    """`3 rows left out: with more cells than the header`."""
    return words.format(n=fmt.count(odd.count), why=translate(odd.why))


def _lines(report: Profile) -> None:
    table = lines_of(report.left_out, _("left out")) + lines_of(report.repaired, _("repaired"))
    frame = pd.DataFrame(table, columns=[_("Line"), _("What is written there"), _("Why"), _("What was done")])
    st.dataframe(frame.head(SHOWN_LINES), height=240, hide_index=True, key="odd-rows")
    if len(frame) > SHOWN_LINES:
        sentence(_("{n} of {rows} rows.").format(n=fmt.count(SHOWN_LINES), rows=fmt.count(len(frame))))
    written = io.StringIO()
    frame.to_csv(written, index=False)
    # With its mark, so that a spreadsheet knows the encoding.
    content = written.getvalue().encode("utf-8-sig")
    st.download_button(_("Save the lines as CSV"), content, FILE, mime="text/csv", key="odd-save", on_click="ignore")


def lines_of(odd: Sequence[Odd], what: str) -> list[tuple[int, str, str, str]]:
    """Line, content, reason and what was done of every odd row that was kept, in the order of the file."""
    return sorted((line, content, translate(each.why), what) for each in odd for line, content in each.lines)
