"""Objects in objects become columns of their own: `{"review": {"text": …}}` is the column `review.text`.

Knows Python's objects and Arrow's; nothing of what they mean. Guarantees as many rows as before, and that lists stay
lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.data.table import MOST_COLUMNS

MOST_DEEP = 5
# How MongoDB's exports write the type of a value: `{"$numberInt": "5"}`.
_TYPED = ("$oid", "$date", "$numberInt", "$numberLong", "$numberDouble", "$numberDecimal")
# Names in one object of the first level; one with more is a dictionary of its own rather than a part of the row.
MOST_PARTS = 300


def flat_rows(rows: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], bool]:
    """Rows without objects in them, and whether any had some."""
    nested = {name for row in rows for name, value in row.items() if isinstance(value, dict)}
    if not nested:
        return list(rows), False
    parts: dict[str, set[str]] = {name: set() for name in nested}
    for row in rows:
        for name in nested:
            if isinstance(value := row.get(name), dict) and len(parts[name]) <= MOST_PARTS:
                parts[name].update(_flat(value, name, 1))
    open_ = {name for name, found in parts.items() if len(found) <= MOST_PARTS}
    return [_opened(row, open_) for row in rows], bool(open_)


def _opened(row: dict[str, Any], names: set[str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in row.items():
        if name in names and isinstance(value, dict):
            for inner, cell in _flat(value, name, 1).items():
                # A name that is there as it stands goes before one that is made.
                made.setdefault(inner if inner not in row else f"{inner}_", cell)
        else:
            made[name] = value
    return made


def _flat(value: dict[str, Any], name: str, depth: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if len(value) == 1 and (typed := next(iter(value))) in _TYPED and not isinstance(value[typed], dict):
        return {name: value[typed]}
    for inner, cell in value.items():
        full = f"{name}.{inner}"
        if isinstance(cell, dict) and depth < MOST_DEEP:
            made |= _flat(cell, full, depth + 1)
        else:
            made[full] = cell
    return made


def single(table: pa.Table) -> pa.Table:
    """The same rows with each column of lists that hold one value at most as a column of these values.

    An object that is such a value becomes columns.
    """
    within = False
    for at, field in enumerate(table.schema):
        if not pa.types.is_list(field.type):
            continue
        is_object = pa.types.is_struct(field.type.value_type) and 0 < field.type.value_type.num_fields <= MOST_PARTS
        if pa.types.is_nested(field.type.value_type) and not is_object:
            continue
        column = table[field.name]
        if pc.max(pc.list_value_length(column)).as_py() == 1:
            filled = pc.if_else(pc.equal(pc.list_value_length(column), 1), column, pa.scalar(None, field.type))
            cells = [None if cell is None else cell[0] for cell in filled.to_pylist()]
            table = table.set_column(at, field.name, pa.chunked_array([pa.array(cells, field.type.value_type)]))
            within = within or is_object
    return flat_table(table) if within else table


def flat_table(table: pa.Table) -> pa.Table:
    """The same rows with the fields of structs as columns, as far as that makes a table that can be shown."""
    for _ in range(MOST_DEEP):
        structs = [field for field in table.schema if pa.types.is_struct(field.type) and field.type.num_fields]
        wide = table.num_columns + sum(field.type.num_fields for field in structs)
        if not structs or wide > MOST_COLUMNS:
            break
        flat = table.flatten()
        if max(Counter(flat.column_names).values(), default=1) > 1:
            break
        table = flat
    # Renaming leaves no metadata, in which the names of classes may stand.
    names = _without_types(table.column_names)
    return table if names == table.column_names else table.rename_columns(names)


def _without_types(names: Sequence[str]) -> list[str]:
    """Names without the type that MongoDB's exports put behind a name."""
    plain = [name.rpartition(".")[0] if name.rpartition(".")[2] in _TYPED else name for name in names]
    return plain if len(set(plain)) == len(plain) else list(names)
