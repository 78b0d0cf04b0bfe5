"""Which columns are read and learned from: what was guessed and why, and what to take instead.

The draft is the only state: the boxes show it and write to it, so that a page switch, a click on a suggestion and a
choice can't disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.config import DataConfig, find
from core.config.source import Source
from core.data import several
from core.data.columns import named_text
from core.inspection.reports import Outline
from ui import data_source, state, table_reports
from ui.form import choice, why
from ui.markup import plain
from ui.messages import translate
from ui.pieces import sentence
from ui.words import _

FEW_VALUES, WORDS_OF_PROSE = 5, 5
# A number, an address or an identifier; nothing, too.
_CODE = re.compile(r"[\w.:/#?&=%+-]*[\d/][\w.:/#?&=%+-]*|", re.ASCII)


def choose(source: Source) -> Outline:
    """Settle the columns of a source, put it into the draft, and draw what may be changed.

    Raises:
        StarboardError: the source cannot be read, or no column can be the text or the label.
    """
    data = state.draft().data
    same = data.parsed_source == source
    # A column of another table, or one that the file no longer has, is guessed anew.
    table = table_reports.outline(source, *((named_text(data), data.label_column) if same else (None, None)))
    given = _given(data, table) if same else (None, None)
    text, label = table.guess(*given)
    if text is None or label is None:
        # Says which column is missed and what the table has.
        table_reports.report(source, text, label)
    _settle(source, table, text, label, guessed=given[0] is None)
    left, middle, right = st.columns(3)
    with left:
        _text(source, table)
    with middle:
        _label(source, table)
    with right:
        _task(source)
    return table


def _given(data: DataConfig, table: Outline) -> tuple[str | None, str | None]:
    """The columns that the draft names; of a text that is made of several the one that reads most like a review."""
    if data.text_column in table.columns:
        return data.text_column, data.label_column
    # A command may have named several by the name of what is made of them.
    texts = [*data.text_columns, *several.parts_of(data.text_column or "", table.columns)]
    return next((name for name in [*table.texts, *table.columns] if name in texts), None), data.label_column


def _settle(source: Source, table: Outline, text: str | None, label: str | None, *, guessed: bool) -> None:
    """Let the draft have this source, with columns that it has; `guessed` is whether the text is none of its own."""
    config = state.draft()
    if config.data.parsed_source != source:
        config = state.of_another_table(config, str(source))
    data = config.data
    # Several that read as one are taken so until a person says otherwise.
    columns = (
        table.together if guessed else data.text_columns or several.parts_of(data.text_column or "", table.columns)
    )
    kept = [each for each in columns if each in table.columns and each != label]
    joined = kept if len(kept) > 1 and text in kept else []
    changes = {"data.text_column": text, "data.label_column": label, "data.text_columns": joined}
    state.replace_draft(config.replace(changes))
    data_source.remember(source)


def _text(source: Source, table: Outline) -> None:
    data = state.draft().data
    key = f"text:{source}"
    st.session_state[key] = data.text_column
    st.selectbox(_("Text column"), table.columns, key=key, on_change=lambda: _take_text(table, st.session_state[key]))
    _reason(table, "text", table.texts, data.text_column, taken=data.label_column)
    texts = [name for name in table.texts if _differs(table, name)]
    _instead(texts, data.text_column, data.label_column, key, lambda name: _take_text(table, name))
    others = [
        name for name in table.texts if name in table.columns and name not in (data.text_column, data.label_column)
    ]
    if others:
        beside = f"with:{source}"
        st.session_state[beside] = [name for name in data.text_columns if name in others]
        st.multiselect(
            _("Read with"),
            sorted(others, key=table.columns.index),
            key=beside,
            on_change=lambda: _take_text(table, data.text_column, st.session_state[beside]),
            placeholder=_("Such as the title"),
            help=why(find("data.text_columns")),
        )


def _differs(table: Outline, name: str) -> bool:
    """Whether a column holds more than a few different words: nobody reads a flag or a number of an order."""
    cells = [str(row.get(name) or "") for row in table.rows]
    return len(cells) < FEW_VALUES or (len({*cells}) > FEW_VALUES and not all(map(_CODE.fullmatch, cells)))


def _is_prose(table: Outline, name: str) -> bool:
    """Whether most cells are sentences: nobody learns to repeat those."""
    cells = [str(row.get(name) or "") for row in table.rows]
    return sum(cell.count(" ") >= WORDS_OF_PROSE for cell in cells) > len(cells) / 2


def _label(source: Source, table: Outline) -> None:
    data = state.draft().data
    key = f"label:{source}"
    st.session_state[key] = data.label_column
    st.selectbox(_("Label column"), table.columns, key=key, on_change=lambda: _take_label(st.session_state[key]))
    _reason(table, "label", table.labels, data.label_column, taken=data.text_column)
    labels = [name for name in table.labels if not _is_prose(table, name)]
    _instead(labels, data.label_column, data.text_column, key, _take_label)


def _task(source: Source) -> None:
    setting = find("data.task")
    key = f"task:{source}"
    st.session_state[key] = state.draft().data.task
    st.selectbox(
        _(setting.title),
        setting.choices,
        format_func=choice(setting),
        help=why(setting),
        key=key,
        on_change=lambda: _take({"data.task": st.session_state[key]}),
    )


def _reason(table: Outline, role: str, best: Sequence[str], now: str | None, *, taken: str | None) -> None:
    """Why the column was guessed; nothing for one that a person chose."""
    if role in table.why and now == next((name for name in best if name != taken), None):
        sentence(translate(table.why[role]))


def _instead(best: Sequence[str], now: str | None, taken: str | None, key: str, take: Callable[[str], None]) -> None:
    """The best column that is not the chosen one, a click away."""
    other = next((name for name in best if name not in (now, taken)), None)
    if other is not None:
        st.button(
            _("Use {column} instead").format(column=plain(other)),
            key=f"instead-{key}",
            type="tertiary",
            on_click=take,
            args=(other,),
        )


def _take_text(table: Outline, name: str | None, beside: Sequence[str] = ()) -> None:
    """Read a column, and with it others, in the order of the table."""
    joined = sorted({*beside, name or ""} & {*table.columns}, key=table.columns.index)
    _take({"data.text_column": name, "data.text_columns": joined if len(joined) > 1 else []})


def _take_label(name: str) -> None:
    """Learn another column; what its classes are is another question then."""
    _take({"data.label_column": name, "data.classes": []})


@state.guarded
def _take(changes: dict[str, Any]) -> None:
    state.replace_draft(state.draft().replace(changes))
