"""A table file on this computer, of any of the formats.

Knows what no file may be: missing, a folder, empty, of another format. Knows nothing of which column means what.
Guarantees at least one row, and column names that differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from core.config.source import divided
from core.data.formats import SUFFIXES, Format, Read, content, format_of, imposters, labelstudio
from core.data.table import refuse_misshapen
from core.errors import SourceError
from core.messages import Message


def read_file(path: Path, *, progress: Callable[[float], object] = lambda _share: None) -> Read:
    """Read a table file.

    Args:
        path: where it lies, and behind a `#` which of its tables is meant; the suffix tells the format unless the
            content is another without doubt, the content the encoding and the delimiter.
        progress: told now and then which share of a delimited file was read, 0..1; the other formats are read at once.

    Returns:
        N rows, N >= 1, what was noticed while reading, and how the file is written.

    Raises:
        SourceError: it is missing, a folder, empty, damaged or of another format.
    """
    known, place, note = _format(path)
    with _system_errors(path):
        found = known.reader.read(place, progress)
    if note is not None:
        found = replace(found, notes=(note, *found.notes), layout={"module": known.module, **found.layout})
    several = labelstudio.Several()
    table = labelstudio.cells(found.rows, several)
    if table is not found.rows:
        notes, repaired = (*found.notes, *several.notes), (*found.repaired, *several.odd)
        found = replace(found, rows=table, notes=notes, repaired=repaired, layout={"own": True})
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

    JSON, fastText's lines and workbooks are read whole.

    Raises:
        SourceError: as `read_file`.
    """
    known, place, _note = _format(path)
    with _system_errors(path):
        for piece in known.reader.stream(place):
            yield labelstudio.cells(piece, labelstudio.Several())


def _format(place: Path) -> tuple[Format, Path, Message | None]:
    """The format of a file that can be read, where its table lies, and a note where the suffix says otherwise."""
    path, named = divided(place)
    _refuse_absent(path)
    with _system_errors(path):
        if path.stat().st_size == 0:
            raise SourceError(
                Message("{name} is empty.", name=path.name),
                Message("Choose a file with a header line and one review per row."),
            )
        by_name, by_content = format_of(path), content.format_in(path)
        if by_content is None:
            imposters.refuse(path)
    found = by_content or by_name
    if found is None:
        raise _of_no_format(path)
    _refuse_tagged(path, found)
    if named is not None and not found.of_several:
        raise SourceError(
            Message("{name} is one table, and has no {inner!r}.", name=path.name, inner=named),
            Message("Leave out the # and what is behind it."),
        )
    note = None
    if by_content is not None and by_content is not by_name:
        note = Message("{name} is read as {format}, which its content is.", name=path.name, format=by_content.title)
    return found, place if found.of_several else path, note


def _refuse_absent(path: Path) -> None:
    """See that there is a file."""
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except OSError as error:
        # Such as a path of thousands of characters.
        raise SourceError(
            Message("This path cannot be looked at: {why}.", why=error.strerror), Message("Check the path.")
        ) from error
    first, last = ", ".join(SUFFIXES[:-1]), SUFFIXES[-1]
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


def _of_no_format(path: Path) -> SourceError:
    """The error of a file that neither its suffix nor its content tells."""
    name, suffix, first, last = path.name, path.suffix.lower(), ", ".join(SUFFIXES[:-1]), SUFFIXES[-1]
    if not suffix:
        what = Message(
            "{name} is a file without a suffix, expected {first} or {last}.", name=name, first=first, last=last
        )
    else:
        what = Message(
            "{name} is a file of type {suffix}, expected {first} or {last}.",
            name=name,
            suffix=suffix,
            first=first,
            last=last,
        )
    return SourceError(what, Message("Convert it first."))


def _refuse_tagged(path: Path, found: Format) -> None:
    """Tell one word a line with its tag from a table of texts."""
    with _system_errors(path):
        is_tagged = found.title in {"CSV", "TSV"} and content.is_tagged(content.head_of(path))
    if is_tagged:
        raise SourceError(
            Message(
                "{name} holds one word a line with its tag (CoNLL), expected a text and its class.", name=path.name
            ),
            Message("Starboard learns one class for a whole text: write one text a row with its class."),
        )


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
