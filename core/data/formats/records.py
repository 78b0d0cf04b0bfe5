"""JSON records (one object a line, or one array of objects) to Arrow.

pyarrow reads the clean file; Python's json only steps in to name the line that is wrong, for another
encoding, and for values whose type changes from row to row. Knows nothing of which column means what.
Guarantees one row per object, in order; a key that an object lacks is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.data.formats.encoding import detect
from core.errors import SourceError

_BLOCK_BYTES = 16 << 20
_ADVICE = 'Expected one object per row, such as {"text": "Great place", "stars": 5}.'


def read_records(path: Path) -> tuple[pa.Table, tuple[str, ...]]:
    """Read JSON lines or a JSON array of objects; the content tells which.

    Args:
        path: an existing file that is not empty.

    Returns:
        N rows, N >= 0, and what was noticed.

    Raises:
        SourceError: not text, or not JSON; names the line.
    """
    encoding, notes = detect(path)
    if _is_array(path, encoding):
        return _table(_array(path, encoding)), notes
    if encoding == "utf-8":
        table = _fast(path)
        if table is not None:
            return table, notes
    return _table(_lines(path, encoding)), notes


def _is_array(path: Path, encoding: str) -> bool:
    with path.open(encoding=encoding) as file:
        return file.read(1000).lstrip().startswith("[")


def _fast(path: Path) -> pa.Table | None:
    from pyarrow import json as arrow_json

    try:
        table = arrow_json.read_json(path, read_options=arrow_json.ReadOptions(block_size=_BLOCK_BYTES))
    except pa.ArrowInvalid:
        return None
    # pyarrow makes times of strings that look like times; here they stay what was written.
    return None if any(pa.types.is_temporal(kind) for kind in table.schema.types) else table


def _array(path: Path, encoding: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_text(encoding=encoding))
    except (json.JSONDecodeError, RecursionError) as error:
        raise _invalid(path, getattr(error, "lineno", 1), str(getattr(error, "msg", error))) from None
    for place, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise SourceError(f"{path.name}: element {place} is {_kind(row)}, expected an object.", _ADVICE)
    return list(rows)


def _lines(path: Path, encoding: str) -> list[dict[str, Any]]:
    rows = []
    with path.open(encoding=encoding) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                rows.append(_row(path, number, line))
    return rows


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _invalid(path, number, str(getattr(error, "msg", error))) from None
    if not isinstance(row, dict):
        raise SourceError(f"{path.name}: line {number} is {_kind(row)}, expected an object.", _ADVICE)
    return row


def _invalid(path: Path, line: int, why: str) -> SourceError:
    return SourceError(f"{path.name}: line {line} is not valid JSON ({why}).", f"Correct that line. {_ADVICE}")


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: _column([row.get(name) for row in rows]) for name in names})


def _column(values: list[Any]) -> pa.Array:
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array(_as_text(values), pa.string())


def _as_text(values: Iterable[Any]) -> list[str | None]:
    """Values of different types, as they were written."""
    return [
        value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values
    ]
