"""JSON to Arrow: one object a line, or any of the shapes of `shapes.py`.

pyarrow reads the clean file with one object a line; Python's json reads all else, names the line that is wrong, and
takes values whose type changes from row to row. Knows nothing of which column means what. Guarantees one row per
object, in order; a key that an object lacks is null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.data.formats import Read, labelstudio, nested, repairing, shapes, values
from core.data.formats.own import own_reader
from core.data.table import is_text, refuse_wide
from core.errors import SourceError
from core.messages import Message

_BLOCK_BYTES = 16 << 20
# Deeper than any row of a table; pyarrow's reader ends the whole process at some thousands.
_MOST_NESTED = 500
_CHATS = ("messages", "conversations", "conversation")


def read(path: Path, progress: Callable[[float], object]) -> Read:
    """Read JSON; the content tells in which shape.

    Args:
        path: an existing file that is not empty.
        progress: not told of, since the file is read at once.

    Returns:
        N rows, N >= 0, what was noticed, and the layout: `encoding`, whether it is an `array`, and the columns whose
        values are of `mixed` types; of all but plain rows that they are made by Starboard's `own` reader.

    Raises:
        SourceError: not text, or not JSON; names the line.
    """
    with repairing.whole(path) as text:
        found = _read(text.path, text.encoding)
    if text.repaired:
        found = replace(found, repaired=(*text.repaired, *found.repaired), layout={"own": True})
    return replace(found, notes=(*text.notes, *found.notes))


def _read(path: Path, encoding: str) -> Read:
    """The rows of a text that decodes."""
    lines = _plain_lines(path) if encoding == "utf-8" else 0
    if lines and (table := _fast(path)) is not None:
        open_ = nested.flat_table(table)
        _refuse_chats(path.name, open_)
        flat = nested.single(open_)
        is_plain = flat is table and lines == table.num_rows
        return Read(_without_nan(flat), (), {"encoding": encoding, "array": False} if is_plain else {"own": True})
    found = values.read(path, encoding)
    made = (
        shapes.of_document(path.name, found.items[0])
        if found.is_document
        else shapes.of_lines(path.name, found.items, found.lines)
    )
    rows, is_nested = nested.flat_rows(made.items)
    listed, mixed = _table(path, rows)
    _refuse_chats(path.name, listed)
    table = nested.single(listed)
    is_array = found.is_document and isinstance(found.items[0], list)
    layout = {"encoding": encoding, "array": is_array, "mixed": mixed}
    if is_nested or table is not listed or not (found.is_plain and made.is_plain):
        layout = {"own": True}
    return Read(
        table,
        (*found.notes, *made.notes),
        layout,
        found.left_out + made.left_out,
        made.repaired,
        {name: names for name, names in made.class_names.items() if name in table.column_names},
    )


def stream(path: Path) -> Iterator[pa.Table]:
    """All rows as one piece: types are known only at the end."""
    yield read(path, lambda _share: None).rows


def script(path: str, layout: Mapping[str, Any]) -> str:
    if layout.get("own"):
        return own_reader(path)
    rows = "json.load(file)" if layout.get("array") else "[json.loads(line) for line in file if line.strip()]"
    lines = [
        "import json",
        "",
        "import pandas as pd",
        "",
        f"with open({path!r}, encoding={layout.get('encoding', 'utf-8')!r}) as file:",
        f"    table = pd.DataFrame({rows}, dtype=object)",
    ]
    if layout.get("mixed"):
        lines += [
            f"for column in {layout['mixed']!r}:  # values of several types: all become text",
            "    table[column] = [",
            "        cell if isinstance(cell, str) or cell is None or cell != cell",
            "        else json.dumps(cell, ensure_ascii=False)",
            "        for cell in table[column]",
            "    ]",
        ]
    return "\n".join(lines)


def _fast(path: Path) -> pa.Table | None:
    """The rows as pyarrow reads them; None where Python has to look."""
    from pyarrow import json as arrow_json

    try:
        table = arrow_json.read_json(path, read_options=arrow_json.ReadOptions(block_size=_BLOCK_BYTES))
    except pa.ArrowInvalid:
        return None
    kinds = table.schema.types
    # A single object may be a document with rows in it.
    is_single = table.num_rows == 1
    # pyarrow makes times of strings that look like times; here they stay what was written.
    has_times = any(pa.types.is_temporal(kind) for kind in kinds)
    has_wide = any(pa.types.is_struct(kind) and kind.num_fields > nested.MOST_PARTS for kind in kinds)
    has_choices = any(map(labelstudio.has_choices, kinds))
    has_rows = any(
        pa.types.is_list(kind) and pa.types.is_struct(kind.value_type) and kind.value_type.num_fields > 1
        for kind in kinds
    )
    within = {"row_idx", "row"} <= set(table.column_names) or {"data", "annotations"} <= set(table.column_names)
    return None if is_single or has_times or has_wide or has_choices or has_rows or within else table


def _table(path: Path, rows: list[dict[str, Any]]) -> tuple[pa.Table, list[str]]:
    """Rows as columns, and the names of those whose values are of several types and became text."""
    table, mixed = {}, []
    names = dict.fromkeys(name for row in rows for name in row)
    refuse_wide(path.name, len(names))
    for name in names:
        cells = [row.get(name) for row in rows]
        try:
            # An object is left only where it is a dictionary of its own, which Arrow would give a field for each key.
            if any(isinstance(cell, dict) for cell in cells):
                raise TypeError
            table[name] = pa.array(cells)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, TypeError):
            # Values of different types become the text that was written.
            mixed.append(name)
            written = (
                each if each is None or isinstance(each, str) else json.dumps(each, ensure_ascii=False)
                for each in cells
            )
            table[name] = pa.array(list(written), pa.string())
    return pa.table(table), mixed


def _refuse_chats(file: str, table: pa.Table) -> None:
    """Tell conversations from rows whose texts cannot be found."""
    name = next((each for each in _CHATS if each in table.column_names), None)
    if name is None or any(is_text(kind) for kind in table.schema.types):
        return
    if pa.types.is_list(table.schema.field(name).type):
        raise SourceError(
            Message("{name} holds conversations ({column!r}), expected a text and its class.", name=file, column=name),
            Message("Write one row for each text to judge, with its class beside it."),
        )


def _without_nan(table: pa.Table) -> pa.Table:
    """What is no number is a missing value, as it is where Python reads."""
    for at, field in enumerate(table.schema):
        if pa.types.is_floating(field.type) and pc.any(pc.is_nan(table[field.name])).as_py():
            column = table[field.name]
            table = table.set_column(at, field.name, pc.if_else(pc.is_nan(column), pa.scalar(None, field.type), column))
    return table


def _plain_lines(path: Path) -> int:
    """How many lines are not blank, where each begins an object without much in it, else 0: pyarrow's reader has ended
    the process at others, such as a single `null`."""
    count = 0
    with path.open("rb") as file:
        for line in map(bytes.lstrip, file):
            if line and (not line.startswith(b"{") or line.count(b"{") + line.count(b"[") > _MOST_NESTED):
                return 0
            count += bool(line)
    return count
