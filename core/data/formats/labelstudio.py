"""Exports of Label Studio: tasks with annotations, and cells that hold one choice as JSON.

Knows what Label Studio writes, and nothing of formats. Guarantees as many rows as tasks: one with several choices has
an empty label, and is counted.

Source: https://labelstud.io/guide/export
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.data.odd import MOST_ODD, Odd
from core.data.table import is_text, plain
from core.messages import Message

SEVERAL = Message(
    "Some rows have several labels, of which a run learns one; their label is left empty, and no run uses them."
)
_WHY = Message("with several labels; the label is empty")


class Several:
    """Rows with several labels: how many, and which."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.count = 0

    def add(self, line: int, labels: object) -> None:
        self.count += 1
        if len(self.lines) < MOST_ODD:
            self.lines.append((line, str(labels)[:500]))

    @property
    def odd(self) -> tuple[Odd, ...]:
        return (Odd(_WHY, self.count, tuple(self.lines)),) if self.count else ()

    @property
    def notes(self) -> tuple[Message, ...]:
        return (SEVERAL,) if self.count else ()


def are_tasks(rows: Sequence[dict[str, Any]]) -> bool:
    """Whether these are tasks as Label Studio's JSON has them."""
    return bool(rows) and all(
        isinstance(row.get("data"), dict) and isinstance(row.get("annotations"), list) for row in rows
    )


def rows_of(tasks: Sequence[dict[str, Any]], several: Several) -> list[dict[str, Any]]:
    """A row for each task: what was labelled, and one column for each question of its first annotation."""
    made = []
    for place, task in enumerate(tasks, 1):
        row = dict(task["data"])
        annotations = [each for each in task["annotations"] if isinstance(each, dict) and not each.get("was_cancelled")]
        results = annotations[0].get("result") if annotations else None
        for result in results if isinstance(results, list) else []:
            if isinstance(result, dict) and isinstance(value := result.get("value"), dict):
                name = str(result.get("from_name", "label"))
                row[name if name not in task["data"] else f"{name}_"] = _answer(value, place, several)
        made.append(row)
    return made


def _answer(value: dict[str, Any], place: int, several: Several) -> Any:
    for kind in ("choices", "text"):
        if isinstance(found := value.get(kind), list):
            if kind == "choices":
                return one(found, place, several)
            return "\n".join(map(str, found))
    return value.get("rating", value.get("number"))


def one(choices: list[Any], place: int, several: Several) -> Any:
    """The choice where there is one, else None."""
    if len(choices) > 1:
        several.add(place, choices)
    return choices[0] if len(choices) == 1 else None


def without_choices(rows: list[dict[str, Any]], several: Several) -> list[dict[str, Any]]:
    """Rows in which `{"choices": ["good"]}` is `good`."""
    return [
        {
            name: one(found, place, several) if (found := _choices(value)) is not None else value
            for name, value in row.items()
        }
        for place, row in enumerate(rows, 1)
    ]


def is_choice(value: Any) -> bool:
    """Whether a cell is an object with nothing but choices."""
    return _choices(value) is not None


def _choices(value: Any) -> list[Any] | None:
    if isinstance(value, dict) and set(value) == {"choices"} and isinstance(value["choices"], list):
        return value["choices"]
    return None


def has_choices(kind: pa.DataType) -> bool:
    """Whether a column's type is an object with nothing but choices."""
    return bool(pa.types.is_struct(kind) and kind.num_fields == 1 and kind.field(0).name == "choices")


def cells(table: pa.Table, several: Several) -> pa.Table:
    """A table in which cells of text that hold one choice as JSON are that choice."""
    for at, name in enumerate(table.column_names):
        if not is_text(table.schema.field(name).type):
            continue
        column = plain(table[name])
        marked = column.filter(pc.fill_null(pc.starts_with(column, "{"), False))
        if not pc.any(pc.match_substring(marked, '"choices"')).as_py():
            continue
        made: list[str | None] = []
        for place, cell in enumerate(column.to_pylist(), 1):
            found = _parsed(cell) if cell and '"choices"' in cell else None
            choice = cell if found is None else one(found, place, several)
            made.append(choice if choice is None else str(choice))
        table = table.set_column(at, name, pa.chunked_array([pa.array(made, column.type)]))
    return table


def _parsed(cell: str) -> list[Any] | None:
    try:
        return _choices(json.loads(cell))
    except (ValueError, RecursionError):
        return None
