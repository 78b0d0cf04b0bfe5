"""The cells of a workbook: `python core/data/formats/workbook.py FILE MOST_CELLS [SHEET]`.

A process of its own, for `spreadsheet.py`: python-calamine makes room for every cell between the first and the last,
and ends the process where there is none. Imports nothing of Starboard, which would take longer than most workbooks.
Prints JSON: `failure` and what belongs to it, or one sheet as a rectangle of `rows`. Guarantees: whole numbers are
whole, times are ISO 8601, and a cell that is merged over several rows is in each of them.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import sys
from pathlib import Path
from typing import Any

import python_calamine as calamine

MOST_MEMORY_BYTES = 6 << 30
_LOOK_ROWS = 200
# What an encrypted workbook of Excel has in its directory.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Found = dict[str, Any]


def read(path: Path, most: int, sheet: str | None = None) -> Found:
    """One sheet with at most so many cells: the one of that name, or the first that looks like a table."""
    try:
        with path.open("rb") as stream, calamine.CalamineWorkbook.from_filelike(stream) as book:
            return _chosen(book, most, sheet)
    except calamine.PasswordError:
        return {"failure": "protected"}
    except (calamine.CalamineError, UnicodeDecodeError) as error:
        is_protected = _ENCRYPTED in path.read_bytes()
        return {"failure": "protected" if is_protected else "damaged", "why": str(error) or type(error).__name__}


def _chosen(book: calamine.CalamineWorkbook, most: int, sheet: str | None) -> Found:
    known = [each for each in book.sheets_metadata if each.typ is calamine.SheetTypeEnum.WorkSheet]
    names = [each.name for each in known]
    shown = [each.name for each in known if each.visible is calamine.SheetVisibleEnum.Visible]
    if sheet is not None:
        chosen = next((name for name in names if name.casefold() == sheet.casefold()), None)
        return {"failure": "no sheet", "sheets": names} if chosen is None else _sheet(book, most, chosen)
    spare = None
    for name in shown or names:
        found = _sheet(book, most, name)
        widths = [sum(cell != "" for cell in row) for row in found.get("rows", [])[:_LOOK_ROWS]]
        # Two rows of two cells; else the first with two rows.
        if "failure" in found or sum(width >= 2 for width in widths) >= 2:
            return found | {"others": [each for each in shown if each != name]}
        if spare is None and sum(width >= 1 for width in widths) >= 2:
            spare = found | {"others": [each for each in shown if each != name]}
    return spare or {"failure": "no rows"}


def _sheet(book: calamine.CalamineWorkbook, most: int, name: str) -> Found:
    """The cells of a sheet; `first` is the number of its first row from 1, `filled` are rows that got a merged cell."""
    sheet = book.get_sheet_by_name(name)
    if sheet.height * sheet.width > most:
        return {"failure": "too large", "sheet": name, "cells": sheet.height * sheet.width, "most": most}
    rows = [list(map(_cell, row)) for row in sheet.to_python(skip_empty_area=True)]
    top, left = sheet.start or (0, 0)
    filled: set[int] = set()
    for (row, column), (last, _) in sheet.merged_cell_ranges or []:
        at, place = row - top, column - left
        if not 0 <= at < len(rows) or not 0 <= place < len(rows[0]) or rows[at][place] == "":
            continue
        for other in range(at + 1, min(last - top + 1, len(rows))):
            if rows[other][place] == "":
                rows[other][place] = rows[at][place]
                filled.add(other)
    return {"sheet": name, "rows": rows, "first": top + 1, "filled": sorted(filled)}


def _cell(cell: Any) -> str | int | float | bool:
    """A cell as JSON has it; a blank one is empty."""
    if isinstance(cell, str):
        return cell if cell.strip() else ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return cell if isinstance(cell, bool | int | float) else str("" if cell is None else cell)


def main(file: str, most: str, sheet: str | None = None) -> None:
    """Print the cells of a sheet, or why there are none."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
    print(json.dumps(read(Path(file), int(most), sheet)))


if __name__ == "__main__":
    main(*sys.argv[1:])
