"""Parquet to Arrow. Knows nothing of which column means what. Guarantees column names that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from core.data.table import refuse_doubled
from core.errors import SourceError
from core.messages import Message

_PIECE_ROWS = 20_000


def read(path: Path, progress: Callable[[float], object]) -> tuple[pa.Table, tuple[Message, ...]]:
    """Read a Parquet file, mapped from disk while it is decoded.

    Raises:
        SourceError: it is damaged, or has a column name twice.
    """
    from pyarrow import parquet

    with _readable(path):
        table = parquet.ParquetFile(path, memory_map=True).read()
    refuse_doubled(path.name, table.column_names, Message("Give every column a name of its own."))
    return table, ()


def stream(path: Path) -> Iterator[pa.Table]:
    """The rows piece by piece.

    Raises:
        SourceError: it is damaged.
    """
    from pyarrow import parquet

    with _readable(path):
        for batch in parquet.ParquetFile(path).iter_batches(_PIECE_ROWS):
            yield pa.Table.from_batches([batch])


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        why = str(error).splitlines()[0]
        raise SourceError(
            Message("{name} is not a readable Parquet file ({why}).", name=path.name, why=why),
            Message("Write the file again."),
        ) from error
