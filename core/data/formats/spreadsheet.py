"""A sheet of a workbook: xlsx, xlsm, xls or ods.

The workbook is opened in a process of its own (`workbook.py`), since a hostile one ends it. Knows nothing of which
column means what. Guarantees one row for each row of the sheet that is not blank and stands below the names of the
columns.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.config.source import divided
from core.data.formats import FORMATS, Read, format_of
from core.data.formats.column_names import are_names, named, nameless
from core.data.formats.footer import FOOTER_ROWS, is_footer, without_totals
from core.data.formats.kinds import Kinds
from core.data.formats.own import own_reader
from core.data.odd import MOST_ODD, Odd
from core.data.table import refuse_wide
from core.errors import SourceError
from core.messages import Message

MOST_SECONDS = 600
MOST_CELLS = 20_000_000
_PROGRAM = Path(__file__).with_name("workbook.py")
_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LOOK_ROWS = 200
_MOST_NAMED = 8
_AS_CSV = Message("Save the sheet as CSV (UTF-8) and choose that file.")

Cell = str | int | float | bool
Line = tuple[int, list[Cell]]


def read(path: Path, progress: Callable[[float], object]) -> Read:
    """Read the first sheet of a workbook that looks like a table, or the one that stands behind the `#` of its path.

    Raises:
        SourceError: it is damaged, too large or protected, has no such sheet, or none that is a table.
    """
    file, sheet = divided(path)
    with file.open("rb") as stream:
        mark = stream.read(8)
    found: dict[str, Any] = {"failure": "damaged", "why": "no workbook"}
    if mark.startswith(_MARKS):
        found = _cells(file, sheet)
    if "failure" in found:
        raise _refusal(file, sheet, found)
    lines = list(enumerate(found["rows"], found["first"]))
    table = _table(file, lines, {found["first"] + at for at in found["filled"]})
    if not (others := found.get("others")):
        return table
    note = Message(
        "Read the sheet {sheet!r}; there are others: {names}. Name one behind a #, such as file:{name}#{other}.",
        sheet=found["sheet"],
        names=_listed(others),
        name=file.name,
        other=others[0],
    )
    return Read(table.rows, (note, *table.notes), table.layout, table.left_out, table.repaired)


def stream(path: Path) -> Iterator[pa.Table]:
    """All rows as one piece: a workbook is opened whole.

    Raises:
        SourceError: as `read`.
    """
    yield read(path, lambda _share: None).rows


def script(path: str, layout: Mapping[str, Any]) -> str:
    return own_reader(path)


def _cells(file: Path, sheet: str | None) -> dict[str, Any]:
    """What the other process says of a workbook."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(_PROGRAM), str(file.absolute()), str(MOST_CELLS), *([sheet] if sheet else [])],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=MOST_SECONDS,
        )
        found = json.loads(done.stdout)
    except (ValueError, subprocess.TimeoutExpired):
        return {"failure": "died"}
    return found if isinstance(found, dict) else {"failure": "died"}


def _refusal(file: Path, sheet: str | None, found: Mapping[str, Any]) -> SourceError:
    """The error for what went wrong in the other process."""
    kind, name = found["failure"], file.name
    if kind == "protected":
        return SourceError(
            Message("{name} is protected by a password.", name=name),
            Message("Save it without one, or save the sheet as CSV (UTF-8)."),
        )
    if kind == "no sheet":
        return SourceError(
            Message("{name} has no sheet {sheet!r}.", name=name, sheet=sheet),
            Message("Choose one of these: {names}.", names=_listed(found["sheets"])),
        )
    if kind == "no rows":
        return SourceError(
            Message("{name} has no sheet with rows.", name=name),
            Message("Choose a file with a header line and one review per row."),
        )
    if kind == "too large":
        words = Message(
            "{name}: the sheet {sheet!r} has {cells:,} cells, expected at most {most:,}.",
            name=name,
            sheet=found["sheet"],
            cells=found["cells"],
            most=found["most"],
        )
        return SourceError(words, _AS_CSV)
    if kind == "damaged":
        known = format_of(file) in [each for each in FORMATS if each.title == "Excel"]
        suffix = file.suffix.lower().lstrip(".") if known else "xlsx, xls or ods"
        words = Message("{name} cannot be opened as {kind} ({why}).", name=name, kind=suffix, why=found["why"])
        return SourceError(words, _AS_CSV)
    return SourceError(
        Message("{name} cannot be opened: it is damaged, or too large for a workbook.", name=name), _AS_CSV
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")


def _table(file: Path, lines: list[Line], merged: set[int]) -> Read:
    """Names, rows and what was left out of a sheet.

    Args:
        lines: number in the sheet and cells of every row.
        merged: numbers of the rows that got a cell which is merged over several.
    """
    filled = [(line, row) for line, row in lines if _width(row)]
    widths = [_width(row) for _, row in filled[:_LOOK_ROWS]]
    # Above the names there may be a title, a date or a remark: rows with fewer cells than most.
    usual = statistics.median_low(widths[1:] or widths)
    start = next((at for at, width in enumerate(widths) if width >= min(usual, 2) and 2 * width > usual), 0)
    above, filled = filled[:start], filled[start:]
    first = filled[0][1]
    has_names = are_names(first, [row for _, row in filled[1:]])
    texts = [str(cell).strip() for cell in first] if has_names else [""] * len(first)
    names, notes = named(texts) if has_names else nameless(len(first))
    rows = filled[has_names:]
    repeated = [(line, _shown(row)) for line, row in rows if has_names and row == first]
    rows = [(line, row) for line, row in rows if not has_names or row != first]
    refuse_wide(file.name, sum(map(bool, texts)) if has_names else len(names))
    end = _end(rows)
    totals, rows = [(line, _shown(row)) for line, row in rows[end:]], rows[:end]
    columns: dict[str, pa.Array] = {}
    for place, name in enumerate(names):
        cells = [row[place] for _, row in rows]
        if texts[place] or any(cell != "" for cell in cells):
            columns[name] = _column(cells)
    left_out = (
        *_odd(Message("before the header, no part of the table"), [(line, _shown(row)) for line, row in above]),
        *_odd(Message("repeating the header"), repeated),
        *_odd(Message("at the end with a total, no review"), totals),
        *_odd(Message("without any cell filled"), [(line, "") for line, row in lines if not _width(row)]),
    )
    repaired = _odd(
        Message("with the value of a cell that is merged over several rows"),
        [(line, _shown(row)) for line, row in rows if line in merged],
    )
    return Read(pa.table(columns), notes, {"own": True}, left_out, repaired)


def _end(rows: Sequence[Line]) -> int:
    """How many rows there are before those at the end that hold totals."""
    head = [row for _, row in rows[:_LOOK_ROWS]]
    used = [place for place in range(len(head[0]) if head else 0) if any(row[place] != "" for row in head)]
    if len(used) < 2:
        return len(rows)
    texts = [[_text(row[place]) for place in used] for _, row in [*rows[:_LOOK_ROWS], *rows[-FOOTER_ROWS:]]]
    last = texts[-FOOTER_ROWS:][-len(rows) :]
    # The last of a short table are among the first, too.
    kinds = Kinds.of(without_totals(texts[: min(len(rows), _LOOK_ROWS)]), len(used), "\t")
    end = len(rows)
    while end > len(rows) - len(last) and is_footer(last[end - len(rows) - 1], kinds):
        end -= 1
    return end


def _width(row: list[Cell]) -> int:
    return sum(cell != "" for cell in row)


def _odd(why: Message, lines: list[tuple[int, str]]) -> tuple[Odd, ...]:
    return (Odd(why, len(lines), tuple(lines[:MOST_ODD])),) if lines else ()


def _shown(row: list[Cell]) -> str:
    return " | ".join(map(_text, row))[:500]


def _column(cells: list[Cell]) -> pa.Array:
    """Numbers where all cells are, also those that are written as text; else booleans; else texts."""
    filled = [cell for cell in cells if cell != ""]
    if filled and all(isinstance(cell, bool) for cell in filled):
        return pa.array([None if cell == "" else cell for cell in cells], pa.bool_())
    numbers = [None if cell == "" else _number(cell) for cell in cells]
    if not filled or sum(number is not None for number in numbers) < len(filled):
        return pa.array(list(map(_text, cells)), pa.string())
    if all(number is None or (number.is_integer() and abs(number) < 2**53) for number in numbers):
        return pa.array([None if number is None else int(number) for number in numbers], pa.int64())
    return pa.array(numbers, pa.float64())


def _number(cell: Cell) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, str):
        digits = cell.strip().lstrip("+-").replace(".", "", 1)
        return float(cell) if digits.isascii() and digits.isdigit() and len(cell.strip()) - len(digits) <= 2 else None
    return float(cell)


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        # Half a character is none that Arrow keeps.
        return cell.encode("utf-8", "replace").decode()
    return ("true" if cell else "false") if isinstance(cell, bool) else str(cell)
