"""A table file on this computer: csv, tsv, txt, jsonl, ndjson, json or parquet.

Knows which reader belongs to which suffix and what no file may be: missing, a folder, empty, of another
format. Knows nothing of which column means what. Guarantees at least one row, and column names that differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from core.errors import SourceError

DELIMITED = (".csv", ".tsv", ".tab", ".txt")
RECORDS = (".jsonl", ".ndjson", ".json")
PARQUET = (".parquet", ".pq")
SUFFIXES = DELIMITED + RECORDS + PARQUET
_PIECE_ROWS = 20_000
_HINTS = {
    ".xlsx": "Save the sheet as CSV (UTF-8) and choose that file.",
    ".xls": "Save the sheet as CSV (UTF-8) and choose that file.",
    ".ods": "Save the sheet as CSV (UTF-8) and choose that file.",
    ".gz": "Unpack it and choose the file inside.",
    ".zip": "Unpack it and choose the file inside.",
}


def read_file(
    path: Path, *, progress: Callable[[float], object] = lambda _share: None
) -> tuple[pa.Table, tuple[str, ...]]:
    """Read a table file.

    Args:
        path: where it lies; the suffix tells the format, the content the encoding and the delimiter.
        progress: told now and then which share of a delimited file was read, 0..1; the other formats are read at once.

    Returns:
        N rows, N >= 1, and what was noticed while reading, in sentences for the user.

    Raises:
        SourceError: it is missing, a folder, empty, damaged or of another format.
    """
    _check(path)
    try:
        table, notes = _reader(path, progress)
    except OSError as error:
        raise SourceError(
            f"The file {path} cannot be read: {error.strerror or error}.", "Check its permissions."
        ) from error
    if table.num_columns == 0 or table.num_rows == 0:
        found = "holds no rows, only column names" if table.num_columns else "holds no rows"
        raise SourceError(f"{path.name} {found}.", "Choose a file with one review per row.")
    return table, notes


def stream_file(path: Path) -> Iterator[pa.Table]:
    """The rows of a table file piece by piece; of a delimited file every cell as text.

    Only JSON is read whole.

    Raises:
        SourceError: as `read_file`.
    """
    _check(path)
    try:
        yield from _pieces(path)
    except OSError as error:
        raise SourceError(
            f"The file {path} cannot be read: {error.strerror or error}.", "Check its permissions."
        ) from error


def _check(path: Path) -> None:
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        # Such as a path of thousands of characters.
        raise SourceError(f"This path cannot be looked at: {error.strerror}.", "Check the path.") from error
    if is_folder:
        raise SourceError(f"{path} is a folder, expected a file.", f"Choose one file of it: {_known()}.")
    if not is_file:
        raise SourceError(f"There is no file {path}.", "Check the path; it is relative to where Starboard was started.")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        found = f"of type {suffix}" if suffix else "without a suffix"
        raise SourceError(
            f"{path.name} is a file {found}, expected {_known()}.", _HINTS.get(suffix, "Convert it first.")
        )
    if path.stat().st_size == 0:
        raise SourceError(f"{path.name} is empty.", "Choose a file with a header line and one review per row.")


def _known() -> str:
    return f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"


def _reader(path: Path, progress: Callable[[float], object]) -> tuple[pa.Table, tuple[str, ...]]:
    suffix = path.suffix.lower()
    if suffix in PARQUET:
        return _read_parquet(path), ()
    if suffix in RECORDS:
        from core.data.formats.records import read_records

        return read_records(path)
    from core.data.formats.delimited import read_delimited

    return read_delimited(path, progress=progress)


def _pieces(path: Path) -> Iterator[pa.Table]:
    suffix = path.suffix.lower()
    if suffix in DELIMITED:
        from core.data.formats.delimited import stream_delimited

        return stream_delimited(path)
    return _parquet_pieces(path) if suffix in PARQUET else iter((_reader(path, lambda _share: None)[0],))


def _parquet_pieces(path: Path) -> Iterator[pa.Table]:
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
        raise SourceError(f"{path.name} is not a readable Parquet file ({why}).", "Write the file again.") from error


def _read_parquet(path: Path) -> pa.Table:
    from pyarrow import parquet

    with _readable(path):
        table = parquet.ParquetFile(path, memory_map=True).read()
    names = table.column_names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SourceError(
            f"{path.name} has more than one column called {', '.join(map(repr, twice))}.",
            "Give every column a name of its own.",
        )
    return table
