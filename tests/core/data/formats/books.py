"""Workbooks written by hand, as small as their readers take them: xlsx, ods, xls, and with a password."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | float | bool | None
Rows = Sequence[Sequence[Cell]]
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def xlsx(path: Path, sheets: Mapping[str, Rows | str], merged: Mapping[str, Sequence[str]] | None = None) -> Path:
    """Sheets by name: rows of cells, or the XML of their rows; `merged` are ranges such as `A1:B2`."""
    names = list(sheets)
    listed = "".join(f'<sheet name={quoteattr(each)} sheetId="{n}" r:id="r{n}"/>' for n, each in enumerate(names, 1))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", _TYPES)
        file.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        file.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        )
        places = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)]
        file.writestr("xl/_rels/workbook.xml.rels", _relations(places))
        for number, (name, rows) in enumerate(sheets.items(), 1):
            body = rows if isinstance(rows, str) else "".join(_row(at, cells) for at, cells in enumerate(rows, 1))
            ranges = "".join(f'<mergeCell ref="{each}"/>' for each in (merged or {}).get(name, ()))
            ranges = f"<mergeCells>{ranges}</mergeCells>" if ranges else ""
            file.writestr(
                f"xl/worksheets/sheet{number}.xml",
                f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData>{ranges}</worksheet>',
            )
    return path


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _row(number: int, cells: Sequence[Cell]) -> str:
    written = "".join(_cell(f"{_letters(at)}{number}", cell) for at, cell in enumerate(cells) if cell is not None)
    return f'<row r="{number}">{written}</row>'


def _letters(place: int) -> str:
    return _letters(place // 26 - 1) + chr(65 + place % 26) if place >= 26 else chr(65 + place)


def _cell(place: str, cell: Cell) -> str:
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(cell))}</t></is></c>'


def ods(path: Path, rows: Rows) -> Path:
    """One sheet of OpenDocument."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    body = ""
    for cells in rows:
        body += "<table:table-row>"
        for cell in cells:
            if cell is None:
                body += "<table:table-cell/>"
            elif isinstance(cell, str):
                body += (
                    f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
                )
            else:
                body += f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
        body += "</table:table-row>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{names}:manifest:1.0"/>')
        file.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
            f'xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet><table:table table:name="R">{body}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return path


def xls(path: Path, rows: Rows) -> Path:
    """One sheet of the old binary format (BIFF8)."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def text(words: str) -> bytes:
        return struct.pack("<HB", len(words), 1) + words.encode("utf-16-le")

    def begin(what: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, what, 0, 0, 0, 0))

    end = record(0x0A, b"")
    cells = record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, len(rows[0]), 0))
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            head = struct.pack("<HHH", at, place, 0)
            if isinstance(cell, str):
                cells += record(0x204, head + text(cell))
            elif cell is not None:
                cells += record(0x203, head + struct.pack("<d", float(cell)))
    name = b"\x01\x00" + b"R"
    first = begin(0x05)
    start = len(first) + 4 + 6 + len(name) + len(end)
    book = first + record(0x85, struct.pack("<IH", start, 0) + name) + end + begin(0x10) + cells + end
    path.write_bytes(compound({"Workbook": book}))
    return path


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Streams in Microsoft's compound file, as old and as encrypted workbooks are kept; few and small ones."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    # Sectors: 0 the table of sectors, 1 the directory, then the streams. One below 4,096 bytes would be kept elsewhere.
    padded = {name: content.ljust(4096, b"\0") for name, content in streams.items()}
    table, at, entries = [0xFFFFFFFD, end], 2, []
    for name, content in padded.items():
        count = -(-len(content) // sector)
        table += [*range(at + 1, at + count), end]
        entries.append((name, 2, at, len(content)))
        at += count
    assert len(table) <= 128
    directory = b""
    for place, (name, kind, start, size) in enumerate([("Root Entry", 5, end, 0), *entries]):
        written = (name + "\0").encode("utf-16-le")
        child = 1 if kind == 5 else free
        following = place + 1 if kind == 2 and place < len(entries) else free
        directory += written.ljust(64, b"\0") + struct.pack("<HBBIII", len(written), kind, 1, free, following, child)
        directory += b"\0" * 36 + struct.pack("<IQ", start, size)
    directory = directory.ljust(sector, b"\0")
    assert len(directory) == sector
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0) + b"\xff" * 432
    fat = struct.pack(f"<{len(table)}I", *table).ljust(sector, b"\xff")
    return head + fat + directory + b"".join(content + b"\0" * (-len(content) % sector) for content in padded.values())
