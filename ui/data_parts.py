"""How the rows are divided: which are learned from, which measure, which are kept aside for the end.

Offers a division only where the table has a column for it. What is counted here follows from the sizes asked for; the
run itself takes its rows when it begins.
"""

from __future__ import annotations

import re
from typing import Any

import streamlit as st

from core import tasks
from core.config import DataConfig, find
from core.data.parts import planned
from core.inspection.profile import Profile
from core.inspection.reports import Outline
from ui import classes, form, state
from ui import format as fmt
from ui.form import why
from ui.markup import element, text
from ui.pieces import card, card_title, sentence
from ui.words import _

_PART_NAME = re.compile(r"split|fold|part|set|subset|partition|usage|dataset|(is_)?(valid|test|train)", re.IGNORECASE)
_PART_VALUE = re.compile(r"train(ing)?|test(ing)?|val(id(ation)?)?|dev|eval(uation)?", re.IGNORECASE)
_GROUP = re.compile(
    r"user|author|reviewer|customer|business|shop|store|hotel|restaurant|product|item|asin|app|brand|company|room"
    r"|店|商品|投稿者|ユーザー|ホテル|会社",
    re.IGNORECASE,
)
_TIME = re.compile(r"date|time|month|year|day|created|posted|_at$|^at$|日付|日時|年月|投稿日", re.IGNORECASE)
_MOST_CLASSES = 12
COLOURS = ("var(--sb-accent)", "var(--sb-star)", "var(--sb-train)")


def draw(report: Profile, table: Outline) -> None:
    """The card with the parts: how they are made, how many rows of each class they have."""
    data = state.draft().data
    with card("parts"):
        card_title(_("Parts"), _("what is learned from, what measures"))
        left, right = st.columns([0.42, 0.58], gap="large")
        with left:
            _split(data, table)
            form.field("data.subset")
            form.field("data.test_size")
        with right:
            _counts(report, data)


def candidates(table: Outline, split: str) -> list[str]:
    """Columns that could divide the table in this way, those that are called so first.

    Args:
        split: a value of `data.split`.
    """
    seen = {name: [row.get(name) for row in table.rows if row.get(name) not in (None, "")] for name in table.columns}
    if split == "column":
        return [name for name in table.columns if _tells_parts(name, seen[name])]
    if split == "grouped":
        return [name for name in table.columns if _GROUP.search(name) and len({*map(str, seen[name])}) > 1]
    if split == "time":
        return [name for name in table.columns if _TIME.search(name) and len({*map(str, seen[name])}) > 1]
    return []


def _tells_parts(name: str, cells: list[Any]) -> bool:
    different = {str(cell).strip().casefold() for cell in cells}
    if not 1 < len(different) <= 4:
        return False
    return bool(_PART_NAME.fullmatch(name.strip())) or all(map(_PART_VALUE.fullmatch, different))


def _split(data: DataConfig, table: Outline) -> None:
    setting = find("data.split")
    offered = [each for each in setting.choices if each in ("source", data.split) or candidates(table, each)]
    if len(offered) < 2:
        return
    key, column_key = form.key("data.split"), form.key("data.split_column")
    st.session_state[key] = data.split

    def take() -> None:
        split = st.session_state[key]
        best = candidates(table, split)
        _change({"data.split": split, "data.split_column": best[0] if best else None})

    st.selectbox(
        _(setting.title), offered, format_func=form.choice(setting), help=why(setting), key=key, on_change=take
    )
    if data.split == "source":
        sentence(_(setting.help))
        return
    best = candidates(table, data.split)
    used = (data.text_column, data.label_column)
    names = [*best, *(name for name in table.columns if name not in best and name not in used)]
    st.session_state[column_key] = data.split_column
    column = find("data.split_column")
    st.selectbox(
        _(column.title),
        names if data.split_column in names or data.split_column is None else [*names, data.split_column],
        help=why(column),
        key=column_key,
        on_change=lambda: _change({"data.split_column": st.session_state[column_key]}),
    )
    sentence(
        {
            "column": _("Its values say which part a row belongs to."),
            "grouped": _("Rows with the same value stand on the same side, so that the score is about new ones."),
            "time": _("The latest rows measure, as they will when the model is used."),
        }.get(data.split, "")
    )


@state.guarded
def _change(changes: dict[str, Any]) -> None:
    state.replace_draft(state.draft().replace(changes))


def _counts(report: Profile, data: DataConfig) -> None:
    sizes = sizes_of(report, data)
    names = {"train": _("Training"), "eval": _("Evaluation"), "test": _("Test")}
    whole = max(1, sum(sizes.values()))
    shares = "".join(
        element("i", "", style=f"width:{100 * rows / whole:.1f}%;background:{colour}")
        for rows, colour in zip(sizes.values(), COLOURS, strict=False)
    )
    heads = "".join(
        element("th", _dot(colour) + text(names[part]), scope="col")
        for part, colour in zip(sizes, COLOURS, strict=False)
    )
    lines = [_line(_("All"), [fmt.count(rows) for rows in sizes.values()])]
    each = per_class(report, data, sizes)
    if each:
        words = classes.words(tasks.of_model(report.classes, report.ratings, report.task))
        lines += [_line(words.get(name, name), [fmt.count(rows) for rows in counts]) for name, counts in each.items()]
    head = element("thead", element("tr", element("td", "") + heads))
    body = element("table", head + element("tbody", "".join(lines)), "sb-parts")
    st.html(element("div", shares, "sb-parts-bar", aria_hidden="true") + body)
    if data.split == "source":
        sentence(_("About so many of each: which rows they are is settled when the run begins."))
    else:
        sentence(_("As many as are asked for, where the column gives so many: the run says what it found."))


def sizes_of(report: Profile, data: DataConfig) -> dict[str, int]:
    """Rows of each part."""
    plan = planned(data, report.usable)
    sizes = {"train": plan.train, "eval": plan.eval}
    if data.test_size:
        sizes["test"] = plan.test
    return sizes


def per_class(report: Profile, data: DataConfig, sizes: dict[str, int]) -> dict[str, list[int]]:
    """Rows of each class in each part, about; nothing for a table with many classes."""
    total = sum(report.counts.values())
    if not total or len(report.counts) > _MOST_CLASSES:
        return {}
    found = {name: [round(rows * count / total) for rows in sizes.values()] for name, count in report.counts.items()}
    if data.subset == "balanced":
        # As far as the rarest goes.
        others = sum(rows for part, rows in sizes.items() if part != "train")
        rarest = round(min(report.counts.values()) * max(0.0, 1 - others / total))
        same = min(sizes["train"] // len(found), rarest)
        found = {name: [same, *counts[1:]] for name, counts in found.items()}
    return found


def _line(name: str, figures: list[str]) -> str:
    cells = "".join(element("td", text(figure)) for figure in figures)
    return element("tr", element("th", text(name), scope="row") + cells)


def _dot(colour: str) -> str:
    return element("i", "", "sb-dot", style=f"background:{colour}")
