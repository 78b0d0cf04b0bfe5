"""The classes that are learned: merged, renamed, put into order, left out, or cut out of decimals.

The draft is the only state: each widget shows it and writes to it, and `ui.class_rows` knows what a change means. What
was typed and cannot be stays in its box beside what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.config.run_config import ClassConfig
from core.inspection.profile import Profile
from core.inspection.reports import Outline
from core.tasks import mapping
from ui import class_rows, state
from ui import format as fmt
from ui.class_rows import Classes, Found
from ui.markup import element, plain, text
from ui.pieces import card, card_title, sentence, warning_line
from ui.words import _, ngettext

# So many are drawn at once: each is half a dozen widgets.
SHOWN = 20
# What a box does with what was typed: other classes, or what is wrong with it.
Take = Callable[[Classes, int, str], Classes | str]
_OPEN, _PROBLEM, _MORE = "classes-open", "classes-problem", "classes-more"


def suggestions(by_itself: Profile | None) -> None:
    """Ready mappings as buttons, and the way to make one's own; what the draft has can be taken back.

    Args:
        by_itself: on the table with its own classes, None where it has none.
    """
    now = state.draft().data.classes
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="class-ready"):
        for number, ready in enumerate(class_rows.suggested(by_itself.labels) if by_itself else []):
            if ready != now:
                words = " / ".join(each.name for each in ready)
                st.button(plain(words), key=f"classes-ready-{number}", on_click=_keep, args=(ready,))
        if now:
            _reset()
        st.toggle(_("Change the classes"), key=_OPEN)


def no_answer(report: Profile, by_itself: Profile | None) -> None:
    """Words whose rows are left out since they say that there is no answer, and the way to keep them as a class.

    Args:
        report: on the table with the classes of the draft.
        by_itself: as for `suggestions`.
    """
    words = report.labels.no_answer
    if not words:
        return
    rows = sum(count for _word, count in words)
    classes = state.draft().data.classes or (class_rows.as_they_are(Found.of(by_itself)) if by_itself else [])
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="class-no-answer"):
        said = ngettext("{words}: {n} row left out as no answer.", "{words}: {n} rows left out as no answer.", rows)
        sentence(said.format(words=", ".join(word for word, _rows in words), n=fmt.count(rows)))
        st.button(
            _("Keep them as a class"),
            key="classes-no-answer",
            type="tertiary",
            on_click=lambda: _keep(class_rows.with_no_answer(classes, words)),
        )


def editor(by_itself: Profile | None, table: Outline, *, always: bool = False) -> None:
    """The card in which classes are changed, where it was asked for.

    Args:
        by_itself: as for `suggestions`.
        table: what the first rows of a table without classes of its own hold.
        always: also where nobody has asked, since the classes can't stay as they are.
    """
    if not always and not st.session_state.get(_OPEN):
        return
    if by_itself is None:
        offer_ranges(table, state.draft().data.label_column, with_reset=always)
    else:
        _map(by_itself, with_reset=always)


def _map(report: Profile, *, with_reset: bool) -> None:
    found = Found.of(report)
    classes = _now(found)
    with_worth = state.draft().data.task == "ratings" or any(each.value is not None for each in classes)
    with card("class-map"):
        card_title(_("Classes"), _("what is learned, and what the table calls it"))
        counts = found.counted(classes)
        shown = len(classes) if st.session_state.get(_MORE) else SHOWN
        for place, each in enumerate(classes[:shown]):
            _draw(_Row(found, each, place, len(classes)), fmt.count(counts[place]), with_worth=with_worth)
            if each.of and not counts[place]:
                warning_line(_("No row is called so."))
        if len(classes) > SHOWN:
            st.toggle(_("Show all {n}").format(n=fmt.count(len(classes))), key=_MORE)
        _left_out(found, classes)
        _problem()
        if with_reset:
            _reset()
        if len(classes) < 2:
            warning_line(_("Fewer than two classes are left: there is nothing to tell apart."))
        sentence(_("A name that two classes have merges them. The file itself is never changed."))


@dataclass(frozen=True)
class _Row:
    """A class as it was drawn, and how many there were.

    More than one box may have changed before the page is drawn anew: each then changes what the last one has left.
    """

    found: Found
    each: ClassConfig
    place: int
    of: int

    def changed(self, change: Callable[[Classes, int], Classes | str]) -> Classes | str:
        """The classes of the draft after a change of this one; as they are where it is gone."""
        classes = _as_listed(self.found, _now(self.found))
        names = [each.name for each in classes]
        if self.each.name in names:
            return change(classes, names.index(self.each.name))
        # Its name is what has changed.
        return change(classes, self.place) if len(classes) == self.of else classes


def _now(found: Found) -> Classes:
    return state.draft().data.classes or class_rows.as_they_are(found)


def _draw(row: _Row, count: str, *, with_worth: bool) -> None:
    each, place = row.each, row.place
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key=f"sb-row-class-{place}"):
        _box(row, "name", _("Class"), each.name, 180, _rename)
        if each.low is None and each.high is None:
            _names(row)
        else:
            _box(row, "low", _("from"), _figure(each.low), 96, _number(lambda value: {"low": value}))
            _box(row, "high", _("to below"), _figure(each.high), 96, _number(lambda value: {"high": value}))
        if with_worth:
            _box(row, "worth", _("Worth"), _figure(each.value), 84, _number(lambda value: {"value": value}))
        st.html(element("div", text(count), "sb-row-figure"), width=72)
        _button(row, "up", _("Up"), "arrow_upward", place == 0)
        _button(row, "down", _("Down"), "arrow_downward", place == row.of - 1)


def _visibility(place: int) -> Literal["visible", "collapsed"]:
    """The first row says what its boxes are; those below stand under them."""
    return "collapsed" if place else "visible"


def _box(row: _Row, name: str, label: str, value: str, width: int, take: Take) -> None:
    """A box that shows what the draft has, or what was typed last and could not be taken."""
    key = f"class-{name}-{row.place}"
    wrong = st.session_state.get(_PROBLEM)
    st.session_state[key] = wrong[1] if wrong and wrong[0] == key else value

    def write() -> None:
        typed = st.session_state[key]
        _keep(row.changed(lambda classes, place: take(classes, place, typed.strip())), key, typed)

    st.text_input(
        label,
        key=key,
        label_visibility=_visibility(row.place),
        placeholder=label,
        width=width,
        max_chars=200,
        on_change=write,
    )


def _names(row: _Row) -> None:
    key = f"class-of-{row.place}"
    # What the configuration calls in another way is listed as the page calls it.
    st.session_state[key] = [*dict.fromkeys(map(row.found.name, row.each.of))]
    counts = dict(zip(row.found.names, row.found.counts, strict=True))

    def write() -> None:
        chosen = st.session_state[key]
        _keep(row.changed(lambda classes, place: class_rows.filled(classes, place, chosen)))

    st.multiselect(
        _("Its names in the table"),
        [*row.found.names, *(name for name in st.session_state[key] if name not in counts)],
        key=key,
        label_visibility=_visibility(row.place),
        placeholder=_("Its names in the table"),
        format_func=lambda name: f"{name} · {fmt.count(counts.get(name, 0))}",
        on_change=write,
    )


def _button(row: _Row, name: str, words: str, icon: str, disabled: bool) -> None:
    by = -1 if name == "up" else 1
    with st.container(width="content", key=f"sb-icon-{name}-{row.place}"):
        st.button(
            words,
            icon=f":material/{icon}:",
            key=f"class-{name}-{row.place}",
            type="tertiary",
            disabled=disabled,
            on_click=lambda: _keep(row.changed(lambda classes, place: class_rows.moved(classes, place, by))),
        )


def _left_out(found: Found, classes: Classes) -> None:
    key = "class-left-out"
    st.session_state[key] = found.left_out(classes)
    counts = dict(zip(found.names, found.counts, strict=True))
    st.multiselect(
        _("Left out"),
        found.names,
        key=key,
        placeholder=_("Rows of these are not used"),
        format_func=lambda name: f"{name} · {fmt.count(counts[name])}",
        on_change=lambda: _keep(class_rows.without(found, _now(found), st.session_state[key])),
    )


def offer_ranges(table: Outline, label: str | None, *, with_reset: bool = True) -> None:
    """Where a column holds decimals: classes cut out of them, to be changed."""
    numbers = _numbers(table, label)
    classes = state.draft().data.classes
    if not numbers and not classes:
        return
    with card("class-map"):
        card_title(_("Cut the numbers into classes"))
        if not classes:
            low, high = min(numbers), max(numbers)
            sentence(_("The first rows hold numbers from {low} to {high}.").format(low=f"{low:g}", high=f"{high:g}"))
            ready = mapping.ranges(numbers)
            if ready:
                st.button(_("Low, middle, high"), key="classes-ranges", type="primary", on_click=_keep, args=(ready,))
            return
        for place, each in enumerate(classes):
            _draw(_Row(Found([], [], None, {}), each, place, len(classes)), "", with_worth=False)
        _problem()
        if with_reset:
            _reset()


def _reset() -> None:
    st.button(_("As they are"), key="classes-reset", icon=":material/undo:", on_click=_keep, args=([],))


def _numbers(table: Outline, label: str | None) -> list[float]:
    cells = [row.get(label) for row in table.rows] if label else []
    found = []
    for cell in cells:
        try:
            found.append(float(str(cell).replace(",", ".")))
        except ValueError:
            continue
    # Two numbers make no scale, and a column that is mostly words has none.
    return found if len(set(found)) > 2 and len(found) > len(cells) / 2 else []


def _problem() -> None:
    wrong = st.session_state.get(_PROBLEM)
    if wrong:
        st.error(plain(wrong[2]))


def _rename(classes: Classes, place: int, typed: str) -> Classes | str:
    return class_rows.renamed(classes, place, typed) if typed else _("A class needs a name.")


def _number(what: Callable[[float | None], dict[str, float | None]]) -> Take:
    """What takes a typed number into a class; an empty box is none."""

    def take(classes: Classes, place: int, typed: str) -> Classes | str:
        try:
            value = float(typed.replace(",", ".")) if typed else None
        except ValueError:
            return _("“{typed}” is no number.").format(typed=typed)
        changes = what(value)
        if "value" in changes:
            return class_rows.valued(classes, place, value)
        limits = {"low": classes[place].low, "high": classes[place].high} | changes
        return class_rows.limited(classes, place, low=limits["low"], high=limits["high"])

    return take


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _as_listed(found: Found, classes: Classes) -> Classes:
    """The classes with the names of the table as the page lists them."""
    return [each.model_copy(update={"of": [found.name(name) for name in each.of]}) for each in classes]


def _keep(classes: Classes | str, key: str = "", typed: str = "") -> None:
    """Put classes into the draft, or keep what is wrong with them beside the box where it was typed."""
    problem = classes if isinstance(classes, str) else state.change("data.classes", _plain(classes))
    st.session_state[_PROBLEM] = (key, typed, problem) if problem else None


def _plain(classes: list[ClassConfig]) -> list[dict[str, object]]:
    return [each.model_dump() for each in classes]
