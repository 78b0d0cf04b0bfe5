"""Parquet to Arrow. Knows nothing of which column means what. Guarantees column names that differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.data.formats import Read
from core.data.table import refuse_doubled
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
        table = parquet.ParquetFile(path, memory_map=True).read()
    refuse_doubled(path.name, table.column_names, Message("Give every column a name of its own."))
    index = (table.schema.pandas_metadata or {}).get("index_columns", [])
    # pandas makes such columns the index again, beside the others.
    return Read(table, layout={"index": any(isinstance(each, str) for each in index)})


def stream(path: Path) -> Iterator[pa.Table]:
    """The rows piece by piece.

    Raises:
        SourceError: it is damaged.
    """
    from pyarrow import parquet

    with _readable(path):
        for batch in parquet.ParquetFile(path).iter_batches(_PIECE_ROWS):
            yield pa.Table.from_batches([batch])


def script(path: str, layout: Mapping[str, Any]) -> str:
    back = ".reset_index()" if layout.get("index") else ""
    return f"import pandas as pd\n\ntable = pd.read_parquet({path!r}){back}"


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
