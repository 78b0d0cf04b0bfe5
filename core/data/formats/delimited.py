"""Delimited text (csv, tsv, txt) to Arrow.

pandas' C engine reads a clean file in pieces; where a row is not as it should be, or quotation marks break the rules,
the file is gone through row by row (`core.data.formats.careful`). Knows nothing of which column means what. Guarantees:
no row is lost inside another, and each that is left out or repaired is counted; cells that look like whole or decimal
numbers in a whole column become numbers, an empty cell in such a column is null, and everything else (also NA, None
and null) stays the text it is.
"""

from __future__ import annotations

import csv
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.data.formats import Read
from core.data.formats.careful import Ledger, piece, pieces
from core.data.formats.footer import is_footer
from core.data.formats.layout import Layout, examine
from core.data.formats.own import own_reader
from core.data.table import is_text

_PIECE_ROWS = 50_000
_INTEGER = r"^\s*[+-]?[0-9]{1,18}\s*$"
_DECIMAL = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"


class _OddRowError(Exception):
    """A row is not as it should be."""


def read(path: Path, progress: Callable[[float], object]) -> Read:
    """Read a file of delimited text, or one of texts, one a line.

    Args:
        path: an existing file; the suffix tells which delimiter is expected, the content which one is used.
        progress: told after each piece which share of the file was read, 0..1.

    Returns:
        N rows, N >= 0, what was noticed, left out and repaired, and the layout, with the columns that hold `numbers`.

    Raises:
        SourceError: not text, no header, or a quote that is never closed.
    """
    layout, notes = examine(path)
    ledger = Ledger()
    table = None
    if _is_clean(layout):
        try:
            table = pa.concat_tables(_reporting(_fast(layout), layout, progress))
        except _OddRowError:
            table = None
        else:
            # A short row shows as an empty last cell; pandas does not tell the two apart.
            last = table.column(table.num_columns - 1)
            if table.num_columns > 1 and pc.any(pc.equal(last, "")).as_py():
                table = None if _has_short_rows(layout) else table
    careful = table is None
    if table is None:
        table = pa.concat_tables(_reporting(pieces(layout, ledger, _PIECE_ROWS), layout, progress))
    for place in {1, layout.width} if layout.width > 1 and layout.written is not None else ():
        # A delimiter at the end of every line, or the beginning, makes an empty column.
        name = layout.header[place - 1]
        if name.rstrip("_") == f"column {place}" and not pc.any(pc.not_equal(table[name], "")).as_py():
            table = table.drop_columns([name])
    table = pa.table({name: _numbers(table[name]) for name in table.column_names})
    numbers = [name for name in table.column_names if not is_text(table.schema.field(name).type)]
    written = {
        "encoding": layout.encoding.codec,
        "delimiter": layout.delimiter,
        "columns": layout.header if layout.header != layout.written else None,
        "headerless": layout.written is None,
        "own": careful or layout.start > 1,
        "numbers": numbers,
    }
    return Read(table, notes + ledger.notes(), written, ledger.left_out, ledger.repaired)


def stream(path: Path) -> Iterator[pa.Table]:
    """The same rows piece by piece, every cell as text, so that a file of any size takes little memory.

    Raises:
        SourceError: as `read`; a quote that is never closed only where it is met.
    """
    layout, _notes = examine(path)
    done = 0
    if _is_clean(layout):
        try:
            for found in _fast(layout):
                yield found
                done += found.num_rows
            return
        except _OddRowError:
            pass
    # Both readers see the same rows up to the first odd one: those that were passed on are skipped.
    for found in pieces(layout, Ledger(), _PIECE_ROWS):
        rest = found.slice(min(done, found.num_rows))
        done -= found.num_rows - rest.num_rows
        if rest.num_rows:
            yield rest


def script(path: str, layout: Mapping[str, Any]) -> str:
    if layout.get("own"):
        return own_reader(path)
    expected = "," if path.lower().endswith(".csv") else "\t"
    delimiter, encoding = layout.get("delimiter", expected), layout.get("encoding", "utf-8")
    columns, quoted = layout.get("columns"), layout.get("quoted", True)
    quoting = "" if quoted else f", quoting={csv.QUOTE_NONE}"
    if layout.get("ragged"):
        # As an earlier version read it.
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
            *([f"names={columns!r}, header={None if layout.get('headerless') else 0}"] if columns else []),
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


def _is_clean(layout: Layout) -> bool:
    """Whether pandas may read a file, until it meets an odd row."""
    return (
        layout.strict
        and not layout.before
        and not layout.lines
        and not layout.encoding.damaged
        and not layout.second
        and not layout.wrapped
    )


def _has_short_rows(layout: Layout) -> bool:
    """Whether some rows have fewer cells than the header."""
    with layout.open() as file:
        return any(len(record.cells) < layout.width for record in layout.records(file))


def _reporting(found: Iterable[pa.Table], layout: Layout, progress: Callable[[float], object]) -> Iterator[pa.Table]:
    """The same pieces; `progress` is told after each which share of the file they hold."""
    size, done = max(1, layout.path.stat().st_size), 0
    for each in found:
        done += each.nbytes
        # In memory a text may take more bytes than in the file, never by much.
        progress(min(1.0, done / size))
        yield each


def _fast(layout: Layout) -> Iterator[pa.Table]:
    """The rows as pandas reads them.

    Raises:
        _OddRowError: in the next piece is a row that is longer than the header or repeats it, holds a total at the
            end, or may have others inside; nothing of the piece was given.
    """
    import pandas as pd

    held = None
    try:
        for each in _parsed(layout):
            if _is_odd(each, layout):
                raise _OddRowError
            if held is not None:
                yield held
            held = each
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        if held is not None:
            yield held
        raise _OddRowError from None
    if held is not None:
        if layout.width > 1 and _ends_with_total(held, layout):
            raise _OddRowError
        yield held


def _parsed(layout: Layout) -> Iterator[pa.Table]:
    import pandas as pd

    with ExitStack() as opened:
        # A path is read several times as fast as an open file.
        file = layout.path if layout.start == 1 else opened.enter_context(layout.open())
        frames = opened.enter_context(
            pd.read_csv(
                file,
                sep=layout.delimiter,
                names=layout.header,
                header=None if layout.written is None else 0,
                index_col=False,
                dtype=str,
                keep_default_na=False,
                encoding=layout.encoding.codec,
                engine="c",
                chunksize=_PIECE_ROWS,
                compression=None,
            )
        )
        while True:
            with warnings.catch_warnings():
                # pandas only warns when it cuts a first row that is longer than the header.
                warnings.simplefilter("error", pd.errors.ParserWarning)
                frame = next(frames, None)
            if frame is None:
                return
            yield piece([frame[name] for name in layout.header], layout)


def _is_odd(table: pa.Table, layout: Layout) -> bool:
    """Whether a row repeats the header, or holds in one cell what may be other rows."""
    if layout.written is not None and layout.width > 1:
        alike = pc.match_substring(table.column(0), layout.written[0])
        if pc.any(alike).as_py():
            rows = table.filter(alike).to_pylist()
            # Of files that were put behind one another, each with its mark.
            if any([cell and cell.strip().lstrip("\ufeff") for cell in row.values()] == layout.written for row in rows):
                return True
    if not layout.has_marks or (layout.delimiter != "\t" and layout.trusted):
        return False
    for column in table.columns:
        over_lines = column.filter(pc.match_substring_regex(column, r"[\r\n]"))
        if pc.any(pc.match_substring(over_lines, layout.delimiter)).as_py():
            return True
    return False


def _ends_with_total(table: pa.Table, layout: Layout) -> bool:
    last = table.slice(max(0, table.num_rows - 1)).to_pylist()
    return any(is_footer([cell or "" for cell in row.values()], layout.kinds) for row in last)


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
