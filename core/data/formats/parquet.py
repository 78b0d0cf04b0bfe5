"""Parquet to Arrow. Knows nothing of which column means what. Guarantees column names that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.data.formats import Read
from core.data.table import refuse_doubled, refuse_wide
from core.errors import SourceError
from core.messages import Message

_PIECE_ROWS = 20_000


def read(path: Path, progress: Callable[[float], object]) -> Read:
    """Read a Parquet file, mapped from disk while it is decoded.

    Raises:
        SourceError: it is damaged, or has a column name twice.
    """
    from pyarrow import parquet

    with _readable(path):
        file = parquet.ParquetFile(path, memory_map=True)
        refuse_wide(path.name, file.metadata.num_columns)
        table = file.read()
    refuse_doubled(path.name, table.column_names, Message("Give every column a name of its own."))
    _check(path, table)
    return Read(table, layout={"index": _has_index(table.schema)})


def stream(path: Path) -> Iterator[pa.Table]:
    """The rows piece by piece.

    Raises:
        SourceError: it is damaged.
    """
    from pyarrow import parquet

    with _readable(path):
        for batch in parquet.ParquetFile(path).iter_batches(_PIECE_ROWS):
            piece = pa.Table.from_batches([batch])
            _check(path, piece)
            yield piece


def script(path: str, layout: Mapping[str, Any]) -> str:
    back = ".reset_index()" if layout.get("index") else ""
    return f"import pandas as pd\n\ntable = pd.read_parquet({path!r}){back}"


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
