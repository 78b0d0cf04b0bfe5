"""Parquet to Arrow.

Knows nothing of which column means what. Guarantees column names that differ, structs as columns, decimals as numbers,
and no column of bytes, such as pictures, which are not even read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.data.formats import Read, nested
from core.data.table import refuse_doubled, refuse_wide
from core.errors import SourceError
from core.messages import Message

_PIECE_ROWS = 20_000


def read(path: Path, progress: Callable[[float], object]) -> Read:
    """Read a Parquet file.

    Raises:
        SourceError: it is damaged, or has a column name twice.
    """
    from pyarrow import parquet

    # Not mapped from disk: a file that is cut short meanwhile would end the process.
    with _readable(path), parquet.ParquetFile(path) as file:
        refuse_wide(path.name, file.metadata.num_columns)
        schema = file.schema_arrow
        refuse_doubled(path.name, schema.names, Message("Give every column a name of its own."))
        kept, aside = _columns(schema)
        table = file.read(kept)
    _check(path, table)
    found = _plain(table)
    notes = (Message("Not read, since they hold bytes, such as pictures: {names}.", names=", ".join(aside)),)
    layout = {"index": _has_index(schema)}
    if aside or found.schema.types != table.schema.types:
        layout = {"own": True}
    return Read(found, notes if aside else (), layout)


def stream(path: Path) -> Iterator[pa.Table]:
    """The rows piece by piece.

    Raises:
        SourceError: it is damaged.
    """
    from pyarrow import parquet

    with _readable(path), parquet.ParquetFile(path) as file:
        kept, _aside = _columns(file.schema_arrow)
        for batch in file.iter_batches(_PIECE_ROWS, columns=kept):
            piece = pa.Table.from_batches([batch])
            _check(path, piece)
            yield _plain(piece)


def script(path: str, layout: Mapping[str, Any]) -> str:
    back = ".reset_index()" if layout.get("index") else ""
    return f"import pandas as pd\n\ntable = pd.read_parquet({path!r}){back}"


def _columns(schema: pa.Schema) -> tuple[list[str], list[str]]:
    """The columns to read, and those that hold bytes."""
    aside = [field.name for field in schema if _is_bytes(field.type)]
    return [name for name in schema.names if name not in aside], aside


def _is_bytes(kind: pa.DataType) -> bool:
    """Whether cells are bytes, alone or as the datasets library has pictures and sounds: bytes beside a path."""
    if pa.types.is_struct(kind):
        names = {kind.field(at).name for at in range(kind.num_fields)}
        return "bytes" in names and names <= {"bytes", "path", "array", "sampling_rate"}
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _is_bytes(kind.value_type)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
                or pa.types.is_binary_view(kind))  # fmt: skip


def _plain(table: pa.Table) -> pa.Table:
    """Structs as columns, decimals as numbers."""
    table = nested.flat_table(table)
    for at, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            table = table.set_column(at, field.name, table[field.name].cast(pa.float64()))
    return table


def _check(path: Path, table: pa.Table) -> None:
    """See that strings are UTF-8 and all else is what its type says: readers take it as it is written.

    Raises:
        SourceError: it is not.
    """
    for name, column in zip(table.column_names, table.columns, strict=True):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            raise SourceError(
                Message(
                    "{name}: the column {column!r} is damaged ({why}).",
                    name=path.name,
                    column=name,
                    why=str(error).partition("\n")[0],
                ),
                Message("Write the file again, with text as UTF-8."),
            ) from error


def _has_index(schema: pa.Schema) -> bool:
    """Whether pandas makes some of the columns the index again, beside the others."""
    try:
        index = (schema.pandas_metadata or {}).get("index_columns", [])
        return any(isinstance(each, str) for each in index)
    except (ValueError, TypeError, AttributeError, RecursionError):
        # Not as pandas writes it.
        return False


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise SourceError(
            Message("{name} is not a readable Parquet file ({why}).", name=path.name, why=why),
            Message("Write the file again."),
        ) from error
