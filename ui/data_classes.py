"""The classes that are learned: merged, renamed, put into order, left out, or cut out of decimals.

The draft is the only state: each widget shows it and writes to it, and `ui.class_rows` knows what a change means. What
was typed and cannot be stays in its box beside what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import streamlit as st

from core.config.run_config import ClassConfig
from core.inspection.profile import Profile
from core.inspection.reports import Outline
from ui import class_rows, state
from ui import format as fmt
from ui.class_rows import Classes, Found
from ui.markup import element, plain, text
from ui.pieces import card, card_title, sentence, warning_line
from ui.words import _

# So many are drawn at once: each is half a dozen widgets.
SHOWN = 20
_OPEN, _PROBLEM, _MORE = "classes-open", "classes-problem", "classes-more"


def applied(report: Profile, classes: Classes) -> Profile:
    """The profile of the table where it is learned in these classes; as it is where none were chosen."""
    if not classes:
        return report
    found = Found.of(report)
    counts = {each.name: count for each, count in zip(classes, found.counted(classes), strict=True)}
    worth = [each.value for each in classes if each.value is not None]
    asked = report.task == "ratings" and state.draft().data.task == "ratings"
    ratings = worth if len(worth) == len(classes) else [float(n + 1) for n in range(len(classes))] if asked else None
    return replace(
        report,
        classes=list(counts),
        counts=counts,
        ratings=ratings,
        task="ratings" if ratings and state.draft().data.task != "classes" else "classes",
        commonest_share=max(counts.values(), default=0) / max(1, sum(counts.values())),
    )


def suggestions(report: Profile) -> None:
    """Ready mappings as buttons, and the way to make one's own; what the draft has can be taken back."""
    found = Found.of(report)
    now = state.draft().data.classes
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="class-ready"):
        for number, ready in enumerate(class_rows.suggested(found)):
            if ready != now:
                words = plain(" / ".join(each.name for each in ready))
                st.button(words, key=f"classes-ready-{number}", on_click=_keep, args=(ready,))
        if now:
            st.button(_("As they are"), key="classes-reset", icon=":material/undo:", on_click=_keep, args=([],))
        st.toggle(_("Change the classes"), key=_OPEN)


def editor(report: Profile) -> None:
    """The card in which classes are changed, where it was asked for."""
    if not st.session_state.get(_OPEN):
        return
    found = Found.of(report)
    classes = state.draft().data.classes or class_rows.as_they_are(found)
    with_worth = state.draft().data.task == "ratings" or any(each.value is not None for each in classes)
    with card("class-map"):
        card_title(_("Classes"), _("what is learned, and what the table calls it"))
        counts = found.counted(classes)
        shown = len(classes) if st.session_state.get(_MORE) else SHOWN
        for place, each in enumerate(classes[:shown]):
            _row(found, classes, place, f"{fmt.count(counts[place])}", with_worth=with_worth)
            if each.of and not counts[place]:
                warning_line(_("No row is called so."))
        if len(classes) > SHOWN:
            st.toggle(_("Show all {n}").format(n=fmt.count(len(classes))), key=_MORE)
        _left_out(found, classes)
        _problem()
        if len(classes) < 2:
            warning_line(_("Fewer than two classes are left: there is nothing to tell apart."))
        sentence(_("A name that two classes have merges them. The file itself is never changed."))


def _row(found: Found, classes: Classes, place: int, count: str, *, with_worth: bool) -> None:
    each = classes[place]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key=f"sb-row-class-{place}"):
        _box(
            f"class-name-{place}",
            _("Class"),
            each.name,
            180,
            place,
            lambda typed: _rename(classes, place, typed),
        )
        if each.low is None and each.high is None:
            _names(found, classes, place)
        else:
            _limits(classes, place)
        if with_worth:
            _box(
                f"class-worth-{place}",
                _("Worth"),
                "" if each.value is None else f"{each.value:g}",
                84,
                place,
                lambda typed: _number(typed, lambda value: class_rows.valued(classes, place, value)),
            )
        st.html(element("div", text(count), "sb-row-figure"), width=72)
        _button("up", _("Up"), "arrow_upward", place, classes, place == 0)
        _button("down", _("Down"), "arrow_downward", place, classes, place == len(classes) - 1)


def _visibility(place: int) -> Literal["visible", "collapsed"]:
    """The first row says what its boxes are; those below stand under them."""
    return "collapsed" if place else "visible"


def _box(key: str, label: str, value: str, width: int, place: int, take: Callable[[str], Classes | str]) -> None:
    """A box that shows what the draft has, or what was typed last and could not be taken."""
    wrong = st.session_state.get(_PROBLEM)
    st.session_state[key] = wrong[1] if wrong and wrong[0] == key else value

    def write() -> None:
        typed = st.session_state[key]
        taken = take(typed.strip())
        problem = taken if isinstance(taken, str) else state.change("data.classes", _plain(taken))
        st.session_state[_PROBLEM] = (key, typed, problem) if problem else None

    shown = _visibility(place)
    st.text_input(
        label, key=key, label_visibility=shown, placeholder=label, width=width, max_chars=200, on_change=write
    )


def _names(found: Found, classes: Classes, place: int) -> None:
    key = f"class-of-{place}"
    # What the configuration calls in another way is listed as the page calls it.
    st.session_state[key] = [*dict.fromkeys(map(found.name, classes[place].of))]
    counts = dict(zip(found.names, found.counts, strict=True))
    st.multiselect(
        _("Its names in the table"),
        [*found.names, *(name for name in st.session_state[key] if name not in counts)],
        key=key,
        label_visibility=_visibility(place),
        placeholder=_("Its names in the table"),
        format_func=lambda name: f"{name} · {fmt.count(counts.get(name, 0))}",
        on_change=lambda: _keep(class_rows.filled(_as_listed(found, classes), place, st.session_state[key])),
    )


def _limits(classes: Classes, place: int) -> None:
    low, high = classes[place].low, classes[place].high
    for key, label, value, take in (
        (
            f"class-low-{place}",
            _("from"),
            low,
            lambda value: class_rows.limited(classes, place, low=value, high=high),
        ),
        (
            f"class-high-{place}",
            _("to below"),
            high,
            lambda value: class_rows.limited(classes, place, low=low, high=value),
        ),
    ):
        shown = "" if value is None else f"{value:g}"
        _box(key, label, shown, 96, place, lambda typed, take=take: _number(typed, take))  # type: ignore[misc]


def _button(name: str, words: str, icon: str, place: int, classes: Classes, disabled: bool) -> None:
    by = -1 if name == "up" else 1
    with st.container(width="content", key=f"sb-icon-{name}-{place}"):
        st.button(
            words,
            icon=f":material/{icon}:",
            key=f"class-{name}-{place}",
            type="tertiary",
            disabled=disabled,
            on_click=lambda: _keep(class_rows.moved(classes, place, by)),
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
        on_change=lambda: _keep(class_rows.without(found, classes, st.session_state[key])),
    )


def offer_bins(table: Outline, label: str | None) -> None:
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
            ready = class_rows.bins(low, high)
            st.button(_("Low, middle, high"), key="classes-bins", type="primary", on_click=_keep, args=(ready,))
            return
        for place in range(len(classes)):
            _row(Found([], [], None, {}), classes, place, "", with_worth=False)
        _problem()
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


def _number(typed: str, take: Callable[[float | None], Classes]) -> Classes | str:
    if not typed:
        return take(None)
    try:
        return take(float(typed.replace(",", ".")))
    except ValueError:
        return _("“{typed}” is no number.").format(typed=typed)


def _as_listed(found: Found, classes: Classes) -> Classes:
    """The classes with the names of the table as the page lists them."""
    return [each.model_copy(update={"of": [found.name(name) for name in each.of]}) for each in classes]


def _keep(classes: Classes) -> None:
    problem = state.change("data.classes", _plain(classes))
    st.session_state[_PROBLEM] = ("", "", problem) if problem else None


def _plain(classes: list[ClassConfig]) -> list[dict[str, object]]:
    return [each.model_dump() for each in classes]
