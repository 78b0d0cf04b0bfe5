"""The cells of a workbook as a table: `python -m core.data.formats.workbook FILE [SHEET]`.

A process of its own, for `spreadsheet.py`. Prints a line of JSON (`failure`, or `notes`, `left_out` and `repaired`) and
behind it the rows as an Arrow stream. Knows nothing of which column means what. Guarantees: whole numbers are whole,
times are ISO 8601, and names of columns differ.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine as calamine

from core.data.formats.header import header, named
from core.data.odd import MOST_ODD, Odd
from core.data.table import refuse_wide
from core.errors import SourceError
from core.messages import Message

MOST_CELLS = 20_000_000
MOST_MEMORY_BYTES = 6 << 30
_LOOK_ROWS = 200
_MOST_NAMED = 8
_AS_CSV = Message("Save the sheet as CSV (UTF-8) and choose that file.")

Row = list[Any]


@dataclass
class Sheet:
    """The filled cells of a sheet as a rectangle; `first` is the number of its first row, from 1."""

    name: str
    rows: list[Row]
    first: int = 1
    filled: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """The table of a workbook, as `core.data.formats.Read` has it."""

    rows: pa.Table
    notes: tuple[Message, ...]
    left_out: tuple[Odd, ...]
    repaired: tuple[Odd, ...]


def read(path: Path, sheet: str | None = None) -> Found:
    """Read a sheet.

    Args:
        path: an existing file.
        sheet: its name; None for the first that looks like a table.

    Raises:
        SourceError: as `core.data.formats.spreadsheet.read`.
    """
    with _opened(path) as book:
        sheets = [each.name for each in book.sheets_metadata if each.typ is calamine.SheetTypeEnum.WorkSheet]
        hidden = {each.name for each in book.sheets_metadata if each.visible is not calamine.SheetVisibleEnum.Visible}
        if sheet is not None:
            chosen = next((each for each in sheets if each.casefold() == sheet.casefold()), None)
            if chosen is None:
                raise SourceError(
                    Message("{name} has no sheet {sheet!r}.", name=path.name, sheet=sheet),
                    Message("Choose one of these: {names}.", names=_listed(sheets)),
                )
            found = _sheet(path, book, chosen)
        else:
            found = _first_table(path, book, [each for each in sheets if each not in hidden] or sheets)
        others = [each for each in sheets if each != found.name and each not in hidden] if sheet is None else []
    table = _table(path, found)
    if not others:
        return table
    note = Message(
        "Read the sheet {sheet!r}; there are others: {names}. Name one behind a #, such as file:{name}#{other}.",
        sheet=found.name,
        names=_listed(others),
        name=path.name,
        other=others[0],
    )
    return Found(table.rows, (note, *table.notes), table.left_out, table.repaired)


@contextlib.contextmanager
def _opened(path: Path) -> Any:
    kind = path.suffix.lower().lstrip(".")
    by_name = kind in {"xlsx", "xlsm", "xls", "ods"}
    try:
        # By its name calamine says what is wrong; without one it tries all formats.
        book = None
        if by_name:
            with contextlib.suppress(calamine.CalamineError):
                book = calamine.CalamineWorkbook.from_path(path)
        if book is None:
            with path.open("rb") as stream:
                book = calamine.CalamineWorkbook.from_filelike(stream)
        with book:
            yield book
    except calamine.PasswordError as error:
        raise _protected(path) from error
    except (calamine.CalamineError, UnicodeDecodeError) as error:
        if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e" in path.read_bytes():
            raise _protected(path) from error
        raise SourceError(
            Message(
                "{name} cannot be opened as {kind} ({why}).",
                name=path.name,
                kind=kind if by_name else "xlsx, xls, ods",
                why=str(error) or type(error).__name__,
            ),
            _AS_CSV,
        ) from error


def _protected(path: Path) -> SourceError:
    return SourceError(
        Message("{name} is protected by a password.", name=path.name),
        Message("Save it without one, or save the sheet as CSV (UTF-8)."),
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")


def _first_table(path: Path, book: Any, names: list[str]) -> Sheet:
    """The first sheet with two rows of two cells, else the first with two rows."""
    spare = None
    for name in names:
        found = _sheet(path, book, name)
        widths = [sum(not _is_blank(cell) for cell in row) for row in found.rows[:_LOOK_ROWS]]
        if sum(width >= 2 for width in widths) >= 2:
            return found
        if spare is None and sum(width >= 1 for width in widths) >= 2:
            spare = found
    if spare is None:
        raise SourceError(
            Message("{name} has no sheet with rows.", name=path.name),
            Message("Choose a file with a header line and one review per row."),
        )
    return spare


def _sheet(path: Path, book: Any, name: str) -> Sheet:
    """The cells of one sheet; a cell that is merged over several rows is in each of them."""
    sheet = book.get_sheet_by_name(name)
    if sheet.height * sheet.width > MOST_CELLS:
        raise SourceError(
            Message(
                "{name}: the sheet {sheet!r} has {cells:,} cells, expected at most {most:,}.",
                name=path.name,
                sheet=name,
                cells=sheet.height * sheet.width,
                most=MOST_CELLS,
            ),
            _AS_CSV,
        )
    rows = sheet.to_python(skip_empty_area=True)
    top, left = sheet.start or (0, 0)
    filled: set[int] = set()
    for (row, column), (last, _) in sheet.merged_cell_ranges or []:
        at, column = row - top, column - left
        if not 0 <= at < len(rows) or not 0 <= column < len(rows[0]) or _is_blank(rows[at][column]):
            continue
        for other in range(at + 1, min(last - top + 1, len(rows))):
            if _is_blank(rows[other][column]):
                rows[other][column] = rows[at][column]
                filled.add(other)
    return Sheet(name, rows, top + 1, sorted(filled))


def _table(path: Path, sheet: Sheet) -> Found:
    """Names, rows and what was left out of a sheet."""
    numbered = [(sheet.first + at, row) for at, row in enumerate(sheet.rows)]
    filled = [(line, row) for line, row in numbered if any(not _is_blank(cell) for cell in row)]
    widths = [sum(not _is_blank(cell) for cell in row) for _, row in filled[:_LOOK_ROWS]]
    # Above the names there may be a title, a date or a remark: rows with fewer cells than most.
    usual = statistics.median_low(widths[1:] or widths)
    start = next((at for at, width in enumerate(widths) if width >= min(usual, 2) and 2 * width > usual), 0)
    above, filled = filled[:start], filled[start:]
    has_names = all(isinstance(cell, str) for cell in filled[0][1])
    texts = [cell.strip() if isinstance(cell, str) else "" for cell in filled[0][1]] if has_names else []
    names, notes = named(texts) if has_names else header(len(filled[0][1]))
    rows = filled[has_names:]
    refuse_wide(path.name, len(names))
    columns: dict[str, pa.Array] = {}
    for place, name in enumerate(names):
        cells = [row[place] for _, row in rows]
        if (has_names and texts[place]) or any(not _is_blank(cell) for cell in cells):
            columns[name] = _column(cells)
    lines = [line for line, _ in filled]
    blank = [(line, "") for line, row in numbered if all(map(_is_blank, row)) and (not lines or line > lines[0])]
    left_out = [
        _odd(Message("stood above the names of the columns"), [(line, _shown(row)) for line, row in above]),
        _odd(Message("were blank"), blank),
    ]
    kept = dict(rows)
    merged = [(sheet.first + at, _shown(kept[sheet.first + at])) for at in sheet.filled if sheet.first + at in kept]
    repaired = [_odd(Message("got the value of a cell that is merged over several rows"), merged)]
    return Found(pa.table(columns), notes, tuple(filter(None, left_out)), tuple(filter(None, repaired)))


def _odd(why: Message, lines: list[tuple[int, str]]) -> Odd | None:
    return Odd(why, len(lines), tuple(lines[:MOST_ODD])) if lines else None


def _shown(row: Row) -> str:
    return " | ".join(_text(cell) for cell in row)[:500]


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _column(cells: list[Any]) -> pa.Array:
    """Numbers where all cells are, also those that are written as text; else booleans; else texts."""
    filled = [cell for cell in cells if not _is_blank(cell)]
    if filled and all(isinstance(cell, bool) for cell in filled):
        return pa.array([None if _is_blank(cell) else cell for cell in cells], pa.bool_())
    numbers = [None if _is_blank(cell) else _number(cell) for cell in cells]
    if filled and sum(number is not None for number in numbers) == len(filled):
        whole = all(number is None or (number.is_integer() and abs(number) < 2**53) for number in numbers)
        if whole:
            return pa.array([None if number is None else int(number) for number in numbers], pa.int64())
        return pa.array(numbers, pa.float64())
    return pa.array([_text(cell) for cell in cells], pa.string())


def _number(cell: Any) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    if isinstance(cell, str) and not cell.strip().lstrip("+-").replace(".", "", 1).isascii():
        return None
    if isinstance(cell, str) and not cell.strip().lstrip("+-").replace(".", "", 1).isdigit():
        return None
    try:
        return float(cell)
    except (ValueError, OverflowError):
        return None


def _text(cell: Any) -> str:
    if cell is None or isinstance(cell, str):
        # Half a character is none that Arrow keeps.
        return (cell or "").encode("utf-8", "replace").decode()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, datetime.date | datetime.time) else str(cell)


def main(file: str, sheet: str | None = None) -> None:
    """Print the table of a workbook, or why there is none."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    answer: dict[str, Any]
    found = None
    try:
        found = read(Path(file), sheet)
        answer = {"notes": [note.to_dict() for note in found.notes]} | {
            kind: [{"why": odd.why.to_dict(), "count": odd.count, "lines": odd.lines} for odd in getattr(found, kind)]
            for kind in ("left_out", "repaired")
        }
    except SourceError as error:
        answer = {"failure": [error.found.to_dict(), error.remedy.to_dict()]}
    out = sys.stdout.buffer
    out.write(json.dumps(answer).encode() + b"\n")
    if found is not None:
        with pa.ipc.new_stream(out, found.rows.schema) as stream:
            stream.write_table(found.rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
