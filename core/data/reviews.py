"""The texts of a table file, row by row, with what else stands in their rows: for a model that has been trained.

Reads whatever training reads, piece by piece. Knows no model. Guarantees that no other column is taken than the one
that the model learned from or that was asked for, and that every row is there, also one without a text: row numbers
fit the file's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.data import columns, several
from core.data.formats import encoding, files, format_of
from core.data.table import Table, plain, values
from core.errors import ColumnError, SourceError
from core.messages import Message

_PIECE_ROWS = 2_000
_LINE_BYTES = 100_000


@dataclass(frozen=True)
class Review:
    """One row of a file.

    Attributes:
        row: its number, from 0.
        text: what a model reads; blank where there is none.
        others: the row's other columns, as the file has them.
    """

    row: int
    text: str
    others: Mapping[str, Any] = field(default_factory=dict)


def texts_of(
    path: Path, texts: Sequence[str], *, nothing: Sequence[str] = (), asked: str | None = None
) -> Iterator[Review]:
    """The reviews of a file: of a table's rows, or of the lines of a file that is no table.

    A file whose suffix promises a table is one. Of the others, `.txt` among them, those are that have the columns.

    Args:
        path: the file.
        texts: the columns that a model learned from, joined as it learned them; none where nobody knows.
        nothing: cells of these that count as blank, of `core.data.several.nothings`.
        asked: a text column to read instead, or several joined by " + ".

    Raises:
        ColumnError: the table has no such column.
        SourceError: the file cannot be read.
    """
    if asked is None and not _is_table(path, texts):
        return _lines(path)
    return _rows(path, texts, nothing, asked)


def _is_table(path: Path, texts: Sequence[str]) -> bool:
    """Whether a file is read as a table, not line by line."""
    if format_of(path) is not None and path.suffix.lower() != ".txt":
        return True
    if path.is_dir() or not path.exists():
        # Which is said where tables are opened.
        return True
    if not path.is_file():
        return False
    try:
        names = next(files.stream_file(path)).column_names
    except (SourceError, StopIteration):
        return False
    with path.open("rb") as stream:
        first = stream.readline(_LINE_BYTES)
    if len(names) == 1 and names[0].encode() not in first:
        # The reader gave the lines a name.
        return False
    # A comma in its first line makes two columns of any text, a tab does not.
    return (bool(texts) and set(texts) <= set(names)) or (len(names) > 1 and b"\t" in first)


def _rows(path: Path, texts: Sequence[str], nothing: Sequence[str], asked: str | None) -> Iterator[Review]:
    first, chosen = 0, tuple(texts)
    for table in files.stream_file(path):
        if not first:
            chosen = _chosen(path, table, texts, asked)
        for start in range(0, table.num_rows, _PIECE_ROWS):
            piece = table.slice(start, _PIECE_ROWS)
            yield from _reviews(piece, chosen, () if asked else nothing, first)
            first += piece.num_rows


def _reviews(piece: pa.Table, chosen: Sequence[str], nothing: Sequence[str], first: int) -> Iterator[Review]:
    cells = several.join(piece, chosen, nothing) if len(chosen) > 1 else plain(piece[chosen[0]])
    names = [name for name in piece.column_names if name not in chosen]
    others = [values(piece[name]) for name in names]
    for place, text in enumerate(cells.to_pylist()):
        yield Review(
            first + place, text or "", {name: column[place] for name, column in zip(names, others, strict=True)}
        )


def _chosen(path: Path, piece: pa.Table, texts: Sequence[str], asked: str | None) -> tuple[str, ...]:
    """The columns to read, which the file has."""
    table = Table({"train": piece})
    if asked is not None:
        return columns.text_parts(table, asked)
    if not texts:
        return (columns.text_column(table, None, None),)
    missing = [name for name in texts if name not in piece.column_names]
    if missing:
        raise ColumnError(
            Message(
                "{file} has no column {missing}, which the run learned from. The columns are: {known}.",
                file=path.name,
                missing=", ".join(map(repr, missing)),
                known=", ".join(piece.column_names),
            ),
            Message("Name the text column with --text."),
        )
    for name in texts:
        columns.text_parts(table, name)
    return tuple(texts)


def _lines(path: Path) -> Iterator[Review]:
    """The lines of a file that are not blank; their numbers count the blank ones."""
    try:
        # A pipe can be read but once.
        known = encoding.detect(path)[0] if path.is_file() else "utf-8-sig"
        with path.open(encoding=known) as stream:
            for row, line in enumerate(stream):
                if line.strip():
                    yield Review(row, line.rstrip("\r\n"))
    except UnicodeDecodeError as error:
        raise SourceError(
            Message("{name} holds bytes that are no text.", name=path.name), Message("Save it as UTF-8.")
        ) from error
    except OSError as error:
        raise SourceError(
            Message("The file {path} cannot be read: {why}.", path=path, why=error.strerror or str(error)),
            Message("Check the path."),
        ) from error
