"""A table file on this computer, of any of the formats.

Knows what no file may be: missing, a folder, empty, of another format. Knows nothing of which column means what.
Guarantees at least one row, and column names that differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from core.data.formats import SUFFIXES, Format, Read, format_of, imposters
from core.data.table import refuse_misshapen
from core.errors import SourceError
from core.messages import Message

_AS_CSV = Message("Save the sheet as CSV (UTF-8) and choose that file.")
_UNPACK = Message("Unpack it and choose the file inside.")
_REMEDIES = {".xlsx": _AS_CSV, ".xls": _AS_CSV, ".ods": _AS_CSV, ".gz": _UNPACK, ".zip": _UNPACK}


def read_file(path: Path, *, progress: Callable[[float], object] = lambda _share: None) -> Read:
    """Read a table file.

    Args:
        path: where it lies; the suffix tells the format, the content the encoding and the delimiter.
        progress: told now and then which share of a delimited file was read, 0..1; the other formats are read at once.

    Returns:
        N rows, N >= 1, what was noticed while reading, and how the file is written.

    Raises:
        SourceError: it is missing, a folder, empty, damaged or of another format.
    """
    known = _format(path)
    with _system_errors(path):
        imposters.refuse(path)
        found = known.reader.read(path, progress)
    refuse_misshapen(path.name, found.rows)
    if not found.rows.num_columns or not found.rows.num_rows:
        problem = (
            Message("{name} holds no rows, only column names.", name=path.name)
            if found.rows.num_columns
            else Message("{name} holds no rows.", name=path.name)
        )
        raise SourceError(problem, Message("Choose a file with one review per row."))
    return found


def stream_file(path: Path) -> Iterator[pa.Table]:
    """The rows of a table file piece by piece; of a delimited file every cell as text.

    Only JSON is read whole.

    Raises:
        SourceError: as `read_file`.
    """
    known = _format(path)
    with _system_errors(path):
        imposters.refuse(path)
        yield from known.reader.stream(path)


def _format(path: Path) -> Format:
    """The format of a file that can be read."""
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        # Such as a path of thousands of characters.
        raise SourceError(
            Message("This path cannot be looked at: {why}.", why=error.strerror), Message("Check the path.")
        ) from error
    name, suffix, first, last = path.name, path.suffix.lower(), ", ".join(SUFFIXES[:-1]), SUFFIXES[-1]
    if is_folder:
        raise SourceError(
            Message("{path} is a folder, expected a file.", path=path),
            Message("Choose one file of it: {first} or {last}.", first=first, last=last),
        )
    if not is_file and path.exists():
        raise SourceError(
            Message("{path} is no ordinary file.", path=path),
            Message("Choose a file on a disk: {first} or {last}.", first=first, last=last),
        )
    if not is_file:
        raise SourceError(
            Message("There is no file {path}.", path=path),
            Message("Check the path; it is relative to where Starboard was started."),
        )
    found = format_of(path)
    if found is None and not suffix:
        raise SourceError(
            Message(
                "{name} is a file without a suffix, expected {first} or {last}.", name=name, first=first, last=last
            ),
            Message("Convert it first."),
        )
    if found is None:
        what = Message(
            "{name} is a file of type {suffix}, expected {first} or {last}.",
            name=name,
            suffix=suffix,
            first=first,
            last=last,
        )
        raise SourceError(what, _REMEDIES.get(suffix, Message("Convert it first.")))
    if path.stat().st_size == 0:
        raise SourceError(
            Message("{name} is empty.", name=name),
            Message("Choose a file with a header line and one review per row."),
        )
    return found


@contextmanager
def _system_errors(path: Path) -> Iterator[None]:
    """Within, what the system refuses becomes our error."""
    try:
        yield
    except OSError as error:
        raise SourceError(
            Message("The file {path} cannot be read: {why}.", path=path, why=error.strerror or str(error)),
            Message("Check its permissions."),
        ) from error
