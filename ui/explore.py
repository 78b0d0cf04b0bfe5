"""Reading a table: search, filter, sort, page through it, open a review; words that are typical of a class; a map.

Knows the report on a table and the copy of it to look into (`core.inspection.shelf`); knows no files. Guarantees that
the browser is sent one page of rows, cut short, and one whole review, whatever the length of the table.

Another part of the page hands rows over, such as those of a finding, under the session's key `ROWS`: `rows`, numbers
from 0, the splits of the table one after the other, and `title`, what they have in common. Under `LOOK` it counts how
often it did: at another number the list comes into sight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core import tasks
from core.config.source import Source
from core.inspection import cache, query
from core.inspection.profile import Profile
from core.inspection.query import Query
from core.inspection.reports import Outline
from core.inspection.shelf import Shelved
from core.tasks import Task
from ui import classes, data_views, explore_map, reading, table_reports, typical_words
from ui import format as fmt
from ui.markup import element, plain, text
from ui.pieces import card, card_title, sentence
from ui.reading import class_numbers
from ui.words import _

PAGE_ROWS = 25
# Up to so many classes are shown side by side.
MOST_PILLS = 8
ROWS = "explore-rows"
LOOK = "explore-look"
_SOURCE, _FOUND = "explore-source", "explore-found"


@dataclass(frozen=True)
class _Table:
    """What is looked at: the source, its report, what is learned of it, and the copy."""

    source: Source
    report: Profile
    task: Task
    shelved: Shelved

    def key(self, name: str) -> str:
        """The key of a widget, by the table: what was looked for in one says nothing in another."""
        return f"explore-{name}:{self.source}"

    def numbers(self) -> np.ndarray:
        """The class of all rows, -1 where they have none."""
        return class_numbers(self.report, self.shelved)


def draw(source: Source, table: Outline, report: Profile) -> None:
    """Draw the cards below a table's report."""
    if st.session_state.get(_SOURCE) != str(source):
        if _SOURCE in st.session_state:
            st.session_state.pop(ROWS, None)
        st.session_state[_SOURCE] = str(source)
    # A search draws these cards anew and leaves the rest of the page alone.
    st.fragment(_explore)(source, table, report)
    explore_map.draw(source, report)


def _explore(source: Source, table: Outline, report: Profile) -> None:
    columns = (report.text_column, report.label_column)
    with table_reports.shelved(source, *columns) as shelved:
        if shelved is None or not shelved.knows(*columns):
            with card("rows"):
                card_title(_("Real rows"))
                data_views.rows(table, report.splits["train"], source)
                sentence(_("The table cannot be looked into now; the disk may be full. These are its first rows only."))
            return
        task = tasks.of_model(report.classes, report.ratings, report.task)
        now = _Table(source, report, task, shelved)
        typical_words.draw(source, report, task, shelved, now.numbers, key=now.key("search"))
        with card("explore"):
            card_title(_("Read the reviews"))
            asked = _ask(now)
            _show(now, asked)
            data_views.tutorial_row(table, source)


# What is asked for


def _ask(now: _Table) -> Query:
    """Draw what can be asked, and return what is."""
    left, middle, right = st.columns([3, 2, 1.2], vertical_alignment="bottom")
    words = left.text_input(
        _("Search"), key=now.key("search"), placeholder=_('words, or an "exact phrase"'), icon=":material/search:"
    )
    orders = {
        "row": _("As in the table"),
        "longest": _("Longest first"),
        "shortest": _("Shortest first"),
        "class": _("Class by class"),
    }
    order = middle.selectbox(_("Order"), query.ORDERS, format_func=orders.__getitem__, key=now.key("order"))
    with right:
        column, values = _ask_column(now)
    chosen = _ask_classes(now)
    return Query(words.strip(), chosen, _handed_over(), column, values, order)


def _ask_classes(now: _Table) -> tuple[int, ...]:
    names, words = now.task.names, classes.words(now.task)
    numbers, key = range(len(names)), now.key("classes")

    def shown(number: int) -> str:
        # Another task may just have taken the place of the one that they were chosen for.
        return words[names[number]] if number < len(names) else ""

    if len(names) <= MOST_PILLS:
        found = st.pills(
            _("Class"), numbers, selection_mode="multi", format_func=lambda number: plain(shown(number)), key=key
        )
    else:
        found = st.multiselect(_("Class"), numbers, format_func=shown, key=key, placeholder=_("All classes"))
    return tuple(number for number in found if number < len(names))


def _ask_column(now: _Table) -> tuple[str, tuple[str, ...]]:
    """A column with few values, and which of them; two empty answers where none is asked for."""
    taken = {now.report.text_column, now.report.label_column}
    facets = {name: values for name, values in now.shelved.facets.items() if name not in taken}
    if not facets:
        return "", ()
    column_key, values_key = now.key("column"), now.key("values")
    active = bool(st.session_state.get(values_key))
    with st.popover(
        _("Filter"),
        icon=":material/filter_alt:",
        type="primary" if active else "secondary",
        width="stretch",
    ):

        def forget() -> None:
            st.session_state[values_key] = []

        column = st.selectbox(_("Column"), list(facets), key=column_key, on_change=forget)
        values = st.multiselect(_("Values"), facets[column], key=values_key, placeholder=_("All values"))
    return (column, tuple(values)) if values else ("", ())


def _handed_over() -> tuple[int, ...] | None:
    """The rows that another part of the page handed over; None without any."""
    handed = st.session_state.get(ROWS)
    if not handed:
        return None
    rows, title = handed["rows"], handed["title"]
    with st.container(horizontal=True, vertical_alignment="center"):
        words = _("{n} rows: {title}").format(title=title, n=fmt.count(len(rows)))
        st.html(element("span", text(words), "sb-aside"), width="content")
        st.button(
            _("Show all rows"),
            key="explore-all-rows",
            icon=":material/close:",
            type="tertiary",
            on_click=lambda: st.session_state.pop(ROWS, None),
        )
    return tuple(int(row) for row in rows)


# What was found


def _show(now: _Table, asked: Query) -> None:
    found = _find(now, asked)
    total = now.shelved.rows.num_rows
    if not len(found):
        sentence(_("No row has all of this. Fewer words or another class may have some."))
        return
    pages = -(-len(found) // PAGE_ROWS)
    page_key = now.key("page")
    page = min(max(int(st.session_state.get(page_key, 1)), 1), pages)
    st.session_state[page_key] = page
    part = found[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    shown = _("{first} to {last} of {n} rows").format(
        first=fmt.count((page - 1) * PAGE_ROWS + 1),
        last=fmt.count((page - 1) * PAGE_ROWS + len(part)),
        n=fmt.count(len(found)),
    )
    in_all = _("{n} in all").format(n=fmt.count(total))
    sentence(shown if len(found) == total else f"{shown} · {in_all}")
    reading.listed(
        now.shelved,
        part,
        now.report.text_column,
        reading.Look(now.task, class_numbers(now.report, now.shelved, part)),
        asked.words,
        key=now.key("list"),
        seek=st.session_state.get(LOOK, 0) if st.session_state.get(ROWS) else 0,
    )
    if pages > 1:
        _turn(page_key, page, pages)


def _turn(key: str, page: int, pages: int) -> None:
    """The buttons and the number that lead to other pages."""

    def to(number: int) -> None:
        st.session_state[key] = number

    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center", key="explore-turn"):
        st.button(
            _("Previous"),
            key="explore-previous",
            icon=":material/chevron_left:",
            disabled=page == 1,
            on_click=to,
            args=(page - 1,),
        )
        st.number_input(_("Page"), 1, pages, key=key, label_visibility="collapsed", width=110)
        st.html(element("span", text(_("of {pages}").format(pages=fmt.count(pages))), "sb-aside"), width="content")
        st.button(
            _("Next"),
            key="explore-next",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=page == pages,
            on_click=to,
            args=(page + 1,),
        )


def _find(now: _Table, asked: Query) -> np.ndarray:
    """The rows that were asked for; kept until something else is, since every click draws the card anew."""
    key = cache.key_of(now.source, now.report.text_column, now.report.label_column)
    wanted = (key, now.report.labels, asked)
    kept: tuple[object, np.ndarray] | None = st.session_state.get(_FOUND)
    if kept is not None and kept[0] == wanted:
        return kept[1]
    needs_classes = asked.classes or asked.order == "class"
    numbers = now.numbers() if needs_classes else np.empty(0, np.int64)
    texts = now.shelved.texts(now.report.text_column)
    found = query.find(now.shelved.rows, texts, numbers, asked).astype(np.int32)
    st.session_state[_FOUND] = (wanted, found)
    st.session_state[now.key("page")] = 1
    return found
