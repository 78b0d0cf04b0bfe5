"""What the data doctor found: how bad, how many, which rows, and what can be done about it with a click.

Draws findings that it is given; a remedy is a change of the draft and can be taken back. Nothing here changes a table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.config import RunConfig, find
from core.doctor.finding import Finding, Severity
from ui import form, frame, state
from ui import format as fmt
from ui.markup import element, plain, text
from ui.messages import translate
from ui.pieces import sentence
from ui.words import _, ngettext

SEVERITIES: tuple[Severity, ...] = ("serious", "warning", "note")
# More would push what matters out of sight.
FEW_NOTES = 2
# The rows that the Explore card shows, and why these.
ROWS = "explore-rows"
# How often they were asked for: the card then comes into sight.
LOOK = "explore-look"
_BEFORE = "before-remedies"


def findings(found: Sequence[Finding], draft: RunConfig) -> None:
    """Draw findings, the worst first.

    Args:
        found: what was found, in any order.
        draft: the configuration, which tells what has been done about it.
    """
    found = [*found, *_mended(found, draft)]
    if not found:
        sentence(_("Nothing was found that would mislead the model or the score."))
        return
    ordered = sorted(found, key=lambda each: SEVERITIES.index(each.severity))
    notes = [each for each in ordered if each.severity == "note" and not is_applied(each, draft)]
    folded = notes if len(notes) > FEW_NOTES else []
    for each in ordered:
        if each not in folded:
            _one(each, draft)
    if folded and st.toggle(_("Show {n} notes").format(n=fmt.count(len(folded))), key="findings-notes"):
        for each in folded:
            _one(each, draft)


def tally(found: Sequence[Finding]) -> str:
    """How many of each severity: `2 serious · 1 warning`."""
    counted = Counter(each.severity for each in found)
    words: dict[Severity, str] = {
        "serious": ngettext("{n} serious", "{n} serious", counted["serious"]),
        "warning": ngettext("{n} warning", "{n} warnings", counted["warning"]),
        "note": ngettext("{n} note", "{n} notes", counted["note"]),
    }
    return " · ".join(words[each].format(n=fmt.count(counted[each])) for each in SEVERITIES if counted[each])


def line(found: Sequence[Finding], draft: RunConfig) -> None:
    """One line for the Train page, where something serious was found and nothing was done about it."""
    open_ = [each for each in found if each.severity == "serious" and not is_applied(each, draft)]
    if open_:
        words = ngettext(
            "{n} serious finding about this table", "{n} serious findings about this table", len(open_)
        ).format(n=fmt.count(len(open_)))
        with st.container(key="sb-serious"):
            st.page_link(frame.PAGES["data"], label=plain(words), icon=":material/warning:")


def _mended(found: Sequence[Finding], draft: RunConfig) -> list[Finding]:
    """What was found before its remedy was applied and no longer is, such as a model that could not read the texts."""
    rules = {each.rule for each in found}
    applied: list[tuple[str, Finding, Any]] = [*st.session_state.get(_BEFORE, {}).values()]
    return [
        finding
        for source, finding, _before in applied
        if source == draft.data.source and finding.rule not in rules and is_applied(finding, draft)
    ]


def is_applied(finding: Finding, draft: RunConfig) -> bool:
    """Whether the draft has everything that the remedy of a finding sets."""
    return bool(finding.remedy) and all(_has(draft, path, value) for path, value in (finding.remedy or {}).items())


def _has(draft: RunConfig, path: str, value: Any) -> bool:
    now = draft.get(path)
    return set(value) <= set(now) if isinstance(value, list) and isinstance(now, list) else bool(now == value)


def _one(finding: Finding, draft: RunConfig) -> None:
    applied = is_applied(finding, draft)
    kind = "applied" if applied else finding.severity
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"sb-finding-{kind}-{finding.rule}"
    ):
        severity = {"serious": _("Serious"), "warning": _("Warning"), "note": _("Note")}[finding.severity]
        badge = _("Done") if applied else severity
        rows = ngettext("{n} row", "{n} rows", finding.count).format(n=fmt.count(finding.count))
        aside = [rows]
        if finding.seen is not None:
            aside.append(_("of {n} that were looked at").format(n=fmt.count(finding.seen)))
        head = element("span", text(badge), f"sb-badge sb-badge-{kind}") + element(
            "span", text(" ".join(aside)), "sb-aside"
        )
        words = element("p", text(translate(finding.words)))
        with st.container(width="stretch", key=f"finding-words-{finding.rule}"):
            st.html(element("div", element("div", head, "sb-finding-head") + words, "sb-finding"))
        with st.container(horizontal=True, width="content", gap="xsmall", key=f"finding-do-{finding.rule}"):
            _buttons(finding, applied)


def _buttons(finding: Finding, applied: bool) -> None:
    if finding.rows:
        st.button(
            _("Show rows"), key=f"finding-rows-{finding.rule}", type="tertiary", on_click=_show_rows, args=(finding,)
        )
    if applied:
        st.button(
            _("Take it back"),
            key=f"finding-undo-{finding.rule}",
            icon=":material/undo:",
            on_click=_undo,
            args=(finding,),
        )
    elif finding.remedy:
        st.button(
            plain(remedy_words(finding.remedy)),
            key=f"finding-apply-{finding.rule}",
            on_click=_apply,
            args=(finding,),
        )


def remedy_words(remedy: dict[str, Any]) -> str:
    """What a click on a remedy does: `Leave out the repeated texts`."""
    known = {
        "unicode": _("Mend broken characters"),
        "html": _("Strip the HTML"),
        "urls": _("Take out addresses"),
        "conflicts": _("Leave out contradicting rows"),
        "duplicates": _("Leave out repeated texts"),
        "near_duplicates": _("Leave out nearly equal texts"),
        "one_word": _("Leave out texts of one word"),
        "leaks": _("Keep evaluation texts out of training"),
    }
    done = [known.get(name, name) for name in remedy.get("data.remedies", [])]
    column = remedy.get("data.split_column")
    match remedy.get("data.split"):
        case "time":
            done.append(_("Measure on the latest, by {column}").format(column=column))
        case "grouped":
            done.append(_("Keep together what has the same {column}").format(column=column))
        case "column":
            done.append(_("Take the parts from {column}").format(column=column))
    if "model.name" in remedy:
        done.append(_("Use the model {model}").format(model=remedy["model.name"]))
    others = (path for path in remedy if path not in _SAID)
    done += [_("{setting}: {value}").format(setting=_(find(path).title), value=_value(path, remedy)) for path in others]
    return " · ".join(done)


_SAID = ("data.remedies", "data.split", "data.split_column", "model.name")


def _value(path: str, remedy: dict[str, Any]) -> str:
    value = remedy[path]
    return form.choice_words(find(path)).get(value, str(value)) if isinstance(value, str) else str(value)


@state.guarded
def _apply(finding: Finding) -> None:
    draft, remedy = state.draft(), finding.remedy or {}
    changes = {path: _joined(path, draft.get(path), value) for path, value in remedy.items()}
    before = {path: draft.get(path) for path in remedy}
    state.replace_draft(draft.replace(changes))
    st.session_state.setdefault(_BEFORE, {})[finding.rule] = (draft.data.source, finding, before)


def _joined(path: str, now: Any, value: Any) -> Any:
    """A list gets what it lacks, in the order in which the setting names it; anything else is replaced."""
    if not isinstance(value, list) or not isinstance(now, list):
        return value
    order = find(path).choices
    both = [*dict.fromkeys([*now, *value])]
    return sorted(both, key=order.index) if set(both) <= set(order) else both


@state.guarded
def _undo(finding: Finding) -> None:
    draft = state.draft()
    source, _finding, before = st.session_state.get(_BEFORE, {}).pop(finding.rule, ("", finding, {}))
    if source != draft.data.source:
        before = {}
    changes = {}
    for path, value in (finding.remedy or {}).items():
        now = draft.get(path)
        if isinstance(value, list) and isinstance(now, list):
            # Other findings may have put theirs into the same list since.
            changes[path] = [each for each in now if each not in value or each in before.get(path, ())]
        else:
            changes[path] = before.get(path, find(path).default)
    state.replace_draft(draft.replace(changes))


def _show_rows(finding: Finding) -> None:
    st.session_state[ROWS] = {"rows": list(finding.rows), "title": translate(finding.words)}
    # They stand far below the button.
    st.session_state[LOOK] = st.session_state.get(LOOK, 0) + 1
