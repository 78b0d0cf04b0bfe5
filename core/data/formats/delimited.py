"""Delimited text (csv, tsv, txt) to Arrow.

pandas' C engine reads the clean file in pieces; only when it meets a row that is too long does the standard
library's reader go through the rows one by one. Knows nothing of which column means what. Guarantees: columns
have the names of the header, cells that look like whole or decimal numbers in a whole column become numbers,
an empty cell in such a column is null, and everything else (also NA, None and null) stays the text it is.
"""

from __future__ import annotations

import csv
import io
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from core.data.formats import Read
from core.data.formats.encoding import detect
from core.data.table import is_text, refuse_doubled, refuse_wide
from core.errors import SourceError
from core.messages import Message

# A delimiter, and the note that a file uses it although its suffix promises another.
_DELIMITERS = {
    ",": Message("Commas separate the columns."),
    ";": Message("Semicolons separate the columns."),
    "\t": Message("Tabs separate the columns."),
    "|": Message("Bars separate the columns."),
}
_WITH_HEADER = Message("Choose a file with a header line and one review per row.")
_SAMPLE_CHARACTERS = 200_000
_PIECE_ROWS = 50_000
_INTEGER = r"^\s*[+-]?[0-9]{1,18}\s*$"
_DECIMAL = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"

# A review longer than the standard library's 131,072 characters is odd, but no reason to fail.
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True)
class _Layout:
    """How one file is written.

    Attributes:
        header: the names of the columns; `renamed` tells whether some are not as the first row has them.
        quoted: whether quotation marks enclose cells, rather than being text.
        ragged: whether there are rows with more cells than the header.
    """

    path: Path
    encoding: str
    delimiter: str
    header: list[str]
    renamed: bool = False
    quoted: bool = True
    ragged: bool = False

    @property
    def quoting(self) -> Literal[0, 3]:
        return csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of every row that is not blank, the header first."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter, quoting=self.quoting)
            start = 1
            for cells in reader:
                if cells:
                    yield start, cells
                start = reader.line_num + 1


@dataclass
class _Tally:
    """How many rows had a fault, and the line of the first."""

    count: int = 0
    first: int = 0

    def add(self, line: int) -> None:
        self.count += 1
        self.first = self.first or line


def read(path: Path, progress: Callable[[float], object]) -> Read:
    """Read a file of delimited text whose first line names the columns.

    Args:
        path: an existing file; the suffix tells which delimiter is expected, the content which one is used.
        progress: told after each piece which share of the file was read, 0..1.

    Returns:
        N rows, N >= 0, what was noticed, and the layout, with the columns that hold `numbers`.

    Raises:
        SourceError: not text, no header, a column name twice, or a quote that is never closed.
    """
    layout, notes = _layout(path)
    odd = next((name for name in layout.header if len(name) > 100 or name.replace(".", "", 1).isdigit()), None)
    if odd is not None:
        notes += (
            Message(
                "The first line is taken as column names, but {name!r} looks like data; is the header missing?",
                name=odd[:30],
            ),
        )
    table, more, layout = _read(layout, progress)
    last = layout.header[-1]
    nameless = len(layout.header) > 1 and last.rstrip("_") == f"column {len(layout.header)}"
    if nameless and not pc.any(pc.not_equal(table[last], "")).as_py():
        # A delimiter at the end of every line makes an empty column.
        table = table.drop_columns([last])
    table = pa.table({name: _numbers(table[name]) for name in table.column_names})
    numbers = [name for name in table.column_names if not is_text(table.schema.field(name).type)]
    written = {
        "encoding": layout.encoding,
        "delimiter": layout.delimiter,
        "columns": layout.header if layout.renamed or layout.ragged else None,
        "quoted": layout.quoted,
        "ragged": layout.ragged,
        "numbers": numbers,
    }
    return Read(table, notes + more, written)


def stream(path: Path) -> Iterator[pa.Table]:
    """The same rows piece by piece, every cell as text, so that a file of any size takes little memory.

    Raises:
        SourceError: as `read`; a quote that is never closed only where it is met.
    """
    import pandas as pd

    layout, _notes = _layout(path)
    done = 0
    try:
        for piece in _fast(layout):
            yield piece
            done += piece.num_rows
        return
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        if "EOF inside string" in str(error):
            if layout.delimiter != "\t" or done:
                raise _unclosed(layout) from None
            layout = replace(layout, quoted=False)
    # Both readers see the same rows up to the first that is too long: those that were passed on are skipped.
    for piece in _row_by_row(layout, _Tally(), _Tally()):
        rest = piece.slice(min(done, piece.num_rows))
        done -= piece.num_rows - rest.num_rows
        if rest.num_rows:
            yield rest


def script(path: str, layout: Mapping[str, Any]) -> str:
    expected = "," if path.lower().endswith(".csv") else "\t"
    delimiter, encoding = layout.get("delimiter", expected), layout.get("encoding", "utf-8")
    columns, quoted = layout.get("columns"), layout.get("quoted", True)
    quoting = "" if quoted else f", quoting={csv.QUOTE_NONE}"
    if layout.get("ragged"):
        lines = [
            "import csv",
            "",
            "import pandas as pd",
            "",
            f"csv.field_size_limit({2**31 - 1})",
            f"columns = {columns!r}",
            f"with open({path!r}, encoding={encoding!r}, newline='') as file:",
            f"    rows = [row for row in csv.reader(file, delimiter={delimiter!r}{quoting}) if row][1:]",
            "# Rows with more cells than the header are left out, shorter ones filled up.",
            "width = len(columns)",
            "rows = [(row + [''] * width)[:width] for row in rows if not any(row[width:])]",
            "table = pd.DataFrame(rows, columns=columns)",
        ]
    else:
        options = [
            *([f"sep={delimiter!r}"] if delimiter != "," else []),
            *([f"encoding={encoding!r}"] if encoding != "utf-8" else []),
            *([f"names={columns!r}, header=0"] if columns else []),
            *([f"{quoting[2:]}"] if quoting else []),
        ]
        lines = [
            "import pandas as pd",
            "",
            "table = pd.read_csv(",
            f"    {path!r},",
            *(f"    {option}," for option in options),
            "    index_col=False,",
            "    dtype=str,",
            "    keep_default_na=False,",
            ")",
        ]
    if layout.get("numbers"):
        lines += [
            f"for column in {layout['numbers']!r}:",
            "    table[column] = [float(cell) if cell.strip() else None for cell in table[column]]",
        ]
    return "\n".join(lines)


def _layout(path: Path) -> tuple[_Layout, tuple[Message, ...]]:
    """How a file is written, from its beginning, and what is unexpected about it.

    The delimiter is the one that gives most rows as many cells as the header, at least two.
    """
    encoding, notes = detect(path)
    with path.open(encoding=encoding, newline="") as file:
        text = file.read(_SAMPLE_CHARACTERS)
    if len(text) == _SAMPLE_CHARACTERS and not set("\r\n") & set(text):
        raise SourceError(
            Message(
                "The first line of {name} has more than {most:,} characters, expected the names of columns.",
                name=path.name,
                most=_SAMPLE_CHARACTERS,
            ),
            _WITH_HEADER,
        )
    # The last line may be cut.
    sample = text if len(text) < _SAMPLE_CHARACTERS else text[: text.rfind("\n") + 1] or text
    expected = "," if path.suffix.lower() == ".csv" else "\t"
    scores = {}
    for delimiter in _DELIMITERS:
        widths = [len(cells) for cells in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if cells]
        if widths and widths[0] > 1:
            alike = sum(width == widths[0] for width in widths) / len(widths)
            scores[delimiter] = (round(alike, 1), delimiter == expected, widths[0])
    delimiter = max(scores, key=scores.__getitem__, default=expected)
    if delimiter != expected:
        notes += (_DELIMITERS[delimiter],)
    first = next((row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row), [])
    header = _header(path, first)
    return _Layout(path, encoding, delimiter, header, renamed=header != first), notes


def _header(path: Path, cells: Sequence[str]) -> list[str]:
    """Names of the columns, from the cells of the first row; a nameless one gets a name that no other has."""
    names = [cell.strip() for cell in cells]
    if not any(names):
        raise SourceError(Message("{name} is empty.", name=path.name), _WITH_HEADER)
    # Nameless ones get a name below.
    named_by_file = [name for name in names if name]
    refuse_doubled(path.name, named_by_file, Message("Give every column a name of its own in the first line."))
    refuse_wide(path.name, len(names))
    named: list[str] = []
    for place, name in enumerate(names, 1):
        fresh = name or f"column {place}"
        while not name and fresh in names:
            fresh += "_"
        named.append(fresh)
    return named


def _read(layout: _Layout, progress: Callable[[float], object]) -> tuple[pa.Table, tuple[Message, ...], _Layout]:
    """All rows with every cell as text, what is wrong with some of them, and the layout as it turned out to be."""
    import pandas as pd

    long, short = _Tally(), _Tally()
    try:
        table = pa.concat_tables(_reporting(_fast(layout), layout, progress))
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        if "EOF inside string" not in str(error):
            table = pa.concat_tables(_reporting(_row_by_row(layout, long, short), layout, progress))
            return table, _faults(long, short), replace(layout, ragged=True)
        if layout.delimiter != "\t":
            raise _unclosed(layout) from None
        # Tab-separated text is often written without quoting, so that a quote is just a character.
        table, notes, layout = _read(replace(layout, quoted=False), progress)
        return table, (Message("Quotation marks are kept as part of the text."), *notes), layout
    # A short row shows as an empty last cell; pandas does not tell the two apart.
    if table.num_columns > 1 and pc.any(pc.equal(table.column(table.num_columns - 1), "")).as_py():
        for line, cells in layout.rows():
            if len(cells) < len(layout.header):
                short.add(line)
    return table, _faults(long, short), layout


def _reporting(pieces: Iterable[pa.Table], layout: _Layout, progress: Callable[[float], object]) -> Iterator[pa.Table]:
    """The same pieces; `progress` is told after each which share of the file they hold."""
    size, done = max(1, layout.path.stat().st_size), 0
    for piece in pieces:
        done += piece.nbytes
        # In memory a text may take more bytes than in the file, never by much.
        progress(min(1.0, done / size))
        yield piece


def _fast(layout: _Layout) -> Iterator[pa.Table]:
    """The rows as pandas reads them; it raises at a row that is longer than the header."""
    import pandas as pd

    frames = pd.read_csv(
        layout.path,
        sep=layout.delimiter,
        names=layout.header,
        header=0,
        index_col=False,
        dtype=str,
        keep_default_na=False,
        encoding=layout.encoding,
        quoting=layout.quoting,
        engine="c",
        chunksize=_PIECE_ROWS,
        compression=None,
    )
    with frames:
        while True:
            with warnings.catch_warnings():
                # pandas only warns when it cuts a first row that is longer than the header.
                warnings.simplefilter("error", pd.errors.ParserWarning)
                frame = next(frames, None)
            if frame is None:
                return
            yield _piece([frame[name] for name in layout.header], layout)


def _row_by_row(layout: _Layout, long: _Tally, short: _Tally) -> Iterator[pa.Table]:
    """Leave out the rows that are too long, fill up those that are too short, and tally both; one piece at least."""
    width = len(layout.header)
    rows: list[list[str]] = []
    lines = layout.rows()
    next(lines)
    for line, cells in lines:
        if any(cells[width:]):
            long.add(line)
            continue
        if len(cells) < width:
            short.add(line)
        rows.append((cells + [""] * width)[:width])
        if len(rows) == _PIECE_ROWS:
            yield _piece(list(zip(*rows, strict=True)), layout)
            rows = []
    yield _piece(list(zip(*rows, strict=True)) or [[]] * width, layout)


def _piece(columns: Sequence[object], layout: _Layout) -> pa.Table:
    arrays = [pa.array(column, pa.string(), from_pandas=True) for column in columns]
    return pa.table(arrays, names=layout.header)


def _faults(long: _Tally, short: _Tally) -> tuple[Message, ...]:
    """What to say of rows that are longer or shorter than the header."""
    notes = []
    if long.count == 1:
        notes.append(Message("1 row had more cells than the header; left out (first at line {line}).", line=long.first))
    elif long.count:
        notes.append(
            Message(
                "{rows:,} rows had more cells than the header; left out (first at line {line}).",
                rows=long.count,
                line=long.first,
            )
        )
    if short.count == 1:
        notes.append(
            Message(
                "1 row had fewer cells than the header; the missing cells are empty (first at line {line}).",
                line=short.first,
            )
        )
    elif short.count:
        notes.append(
            Message(
                "{rows:,} rows had fewer cells than the header; the missing cells are empty (first at line {line}).",
                rows=short.count,
                line=short.first,
            )
        )
    return tuple(notes)


def _unclosed(layout: _Layout) -> SourceError:
    line = 1
    for line, _ in layout.rows():  # noqa: B007 - the last record holds the open quote
        pass
    found = Message(
        "{name}: the quotation mark opened in the row at line {line} is never closed.", name=layout.path.name, line=line
    )
    return SourceError(found, Message('Close it, or write a quote inside a cell twice ("").'))


def _numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """int64 or float64 where every cell that is not blank is such a number, else the column itself."""
    if not pc.any(pc.not_equal(column.slice(0, 100_000), "")).as_py():
        return column
    for pattern, kind in ((_INTEGER, pa.int64()), (_DECIMAL, pa.float64())):
        # A text column is refused after a look at its beginning.
        if _all_match(column.slice(0, 1000), pattern) and _all_match(column, pattern):
            cells = pc.utf8_ltrim(pc.utf8_trim_whitespace(column), "+")
            return pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells).cast(kind)
    return column


def _all_match(column: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.all(pc.or_(pc.match_substring_regex(column, rf"{pattern}|^\s*$"), False)).as_py())
