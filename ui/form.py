"""RunConfig to a form: every widget is made from the definition of its setting.

Knows `core.config` and the tab's draft. Guarantees that the draft is the only state: a widget shows it and writes to
it, so that presets, page switches and edited JSON can't disagree. Limits are checked by RunConfig again, since a
browser's word is not enough.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as field_of
from typing import Any

import streamlit as st

from core.config import Setting, find
from core.config.guidance import GUIDANCE
from ui import format as fmt
from ui import state
from ui.markup import plain
from ui.pieces import sentence, warning_line
from ui.words import _

# A slider over orders of magnitude stops at these; an exact value from elsewhere is added to them.
STOPS = (1.0, 2.0, 5.0)


def key(path: str) -> str:
    """The widget key of a setting, also its CSS class: `set-training-learning_rate`."""
    return "set-" + path.replace(".", "-")


@dataclass(frozen=True)
class Note:
    """What stands under one setting: its consequence, a small picture of it (HTML), what to mind about it.

    `offers` are values to choose from beside typing another, with what to say of each.
    """

    words: str = ""
    picture: str = ""
    warning: str = ""
    offers: Mapping[str, str] = field_of(default_factory=dict)


def field(path: str, note: Note | None = None, *, maximum: float | None = None, slider: bool = False) -> None:
    """Draw the widget of one setting, with one sentence under it.

    Args:
        path: the setting, such as `training.learning_rate`.
        note: what the present value leads to; the setting's own help where it has no words.
        maximum: a lower limit than the setting's own, such as the number of rows.
        slider: a slider instead of a box, where the range is small enough for one.
    """
    setting = find(path)
    note = note or Note()
    _widget(setting, state.draft().get(path), maximum, slider)
    if note.offers:
        _offer(setting, note.offers)
    sentence(note.words or _(setting.help), picture=note.picture)
    if note.warning:
        warning_line(note.warning)
    problem = st.session_state.pop(_problem(path), "")
    if problem:
        st.error(plain(problem))


def fields(paths: Sequence[str], notes: Mapping[str, Note]) -> None:
    """Draw the widgets of several settings, boxes where possible."""
    for path in paths:
        field(path, notes.get(path))


def why(setting: Setting) -> str:
    """What the mark beside a label says, as Markdown: the sentence, why it matters, where to read on."""
    guidance = GUIDANCE[setting.path]
    lead, more = _("Why it matters:"), _("Read on")
    return f"{_(setting.help)}\n\n**{lead}** {_(guidance.why)}\n\n[{more}]({guidance.link})"


def choice_words(setting: Setting) -> dict[str, str]:
    """What the values of a choice mean, for those that have words."""
    found = {
        "shuffle": _("At random"),
        "stratified": _("By class"),
        "balanced": _("As many of each"),
        "source": _("As they come"),
        "column": _("By a column"),
        "grouped": _("Groups stay together"),
        "time": _("By time"),
        "linear": _("Straight down"),
        "cosine": _("Down in a wave"),
        "constant": _("Level"),
        "constant_with_warmup": _("Level after the warm-up"),
        "polynomial": _("Straight down, not quite to 0"),
        "random": _("At random"),
        "group_by_length": _("Like lengths together"),
        "auto": _("By the labels") if setting.path == "data.task" else _("By the processor"),
        "classes": _("Classes"),
        "ratings": _("Ratings"),
    }
    return {value: found[value] for value in setting.choices if value in found}


def choice(setting: Setting) -> Callable[[str], str]:
    """What stands for a value in a list: its words, and the value behind them as it is in the configuration."""
    words = choice_words(setting)
    return lambda value: f"{words[value]} · {value}" if value in words else value


def _offer(setting: Setting, offers: Mapping[str, str]) -> None:
    """A list to choose from, below the box in which anything else can be typed."""
    offered, now = f"offers-{key(setting.path)}", state.draft().get(setting.path)
    st.session_state[offered] = now if now in offers else None

    def take() -> None:
        if st.session_state[offered] is not None:
            st.session_state[key(setting.path)] = st.session_state[offered]
            _write(setting)

    st.selectbox(
        _("Well-known ones"),
        list(offers),
        index=None,
        key=offered,
        format_func=lambda each: f"{each} · {offers[each]}",
        placeholder=_("Choose one that is well known"),
        label_visibility="collapsed",
        on_change=take,
    )


def _widget(setting: Setting, value: Any, maximum: float | None, slider: bool) -> None:
    common: dict[str, Any] = {
        "label": _(setting.title),
        "key": key(setting.path),
        "help": why(setting),
        "on_change": _write,
        "args": (setting,),
    }
    if setting.kind == "bool":
        _put(setting, value)
        st.toggle(**common)
    elif setting.kind == "choice":
        _put(setting, value)
        st.selectbox(options=setting.choices, format_func=choice(setting), **common)
    elif setting.kind in {"str", "list"}:
        _put(setting, ", ".join(value) if setting.kind == "list" else value or "")
        st.text_input(**common)
    elif setting.log and slider:
        _put(setting, value)
        st.select_slider(options=stops(setting, value, maximum), format_func=_figure(setting), **common)
    else:
        _number(setting, value, maximum, slider, common)


def _number(setting: Setting, value: Any, maximum: float | None, slider: bool, common: dict[str, Any]) -> None:
    if slider:
        kind = int if setting.kind == "int" else float
        low, high = setting.minimum or 0, maximum or setting.maximum or 1
        low = 1 if setting.exclusive_minimum else low
        _put(setting, kind(value))
        look: dict[str, Any] = {} if setting.kind == "int" else {"step": 0.5, "format": "%.1f"}
        st.slider(min_value=kind(min(low, value)), max_value=kind(max(high, value)), **look, **common)
    elif setting.kind == "int":
        _put(setting, value)
        st.number_input(min_value=int(setting.minimum or 0), max_value=int(setting.maximum or 0), step=1, **common)
    else:
        # A text box: a number box can't show 5e-5.
        _put(setting, f"{value:g}")
        st.text_input(**common)


def stops(setting: Setting, value: float, maximum: float | None = None) -> list[float]:
    """The stops of a logarithmic slider: 1, 2, 5 in every decade of the useful range, limits and value included."""
    low, high = _useful(setting)
    high = maximum or high
    found = {stop * 10.0**power for power in range(-7, 8) for stop in STOPS}
    whole = setting.kind == "int"
    chosen = {round(stop) if whole else float(f"{stop:.3g}") for stop in found if low <= stop <= high}
    chosen |= {value} | ({int(maximum)} if maximum and maximum >= low else set())
    return sorted(chosen)


def _useful(setting: Setting) -> tuple[float, float]:
    # A learning rate may be 100; nobody needs a slider to go there.
    if setting.path == "training.learning_rate":
        return 1e-6, 1e-2
    return max(setting.minimum or 0, 50 if setting.unit == "reviews" else 0), min(setting.maximum or 1, 20_000)


def _figure(setting: Setting) -> Callable[[Any], str]:
    return fmt.learning_rate if setting.path == "training.learning_rate" else fmt.count


def _put(setting: Setting, shown: Any) -> None:
    st.session_state[key(setting.path)] = shown


def _write(setting: Setting) -> None:
    """A widget changed: put its value into the draft."""
    value: Any = st.session_state[key(setting.path)]
    if setting.kind == "float" and isinstance(value, str):
        value = _parsed(value)
    elif setting.kind == "list":
        value = [part.strip() for part in value.split(",") if part.strip()]
    elif setting.kind == "str" and not value and setting.default is None:
        value = None
    problem = state.change(setting.path, value)
    if problem:
        st.session_state[_problem(setting.path)] = problem


def _parsed(text: str) -> float | str:
    try:
        return float(text.strip())
    except ValueError:
        return text


def _problem(path: str) -> str:
    return f"problem:{path}"
