"""The rows of delimited text one by one, for files in which not every line is as it should be.

Each row comes out whole, is repaired, or is left out; both are counted with their lines. Knows the kinds of the
columns, not what they mean. Guarantees that every row of the file is one of these: what is read and what is left out
add up.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from core.data.formats import encoding
from core.data.formats.footer import FOOTER_ROWS, is_footer
from core.data.formats.layout import Layout
from core.data.formats.quoting import Record
from core.data.odd import MOST_ODD, Odd
from core.errors import SourceError
from core.messages import Message

_MOST_RAW = 10_000
# As databases draw between rows of cells that bars separate.
_RULE = re.compile(r"[-+=|: ]*--[-+=|: ]*")
Fault = Literal["before", "second", "rule", "repeated", "total", "long", "short", "merged", "broken"]
_LEFT_OUT: dict[Fault, Message] = {
    "before": Message("before the header, no part of the table"),
    "second": Message("behind the header, saying more of the columns"),
    "rule": Message("drawing a line, no rows"),
    "repeated": Message("repeating the header"),
    "total": Message("at the end with a total, no review"),
    "long": Message("with more cells than the header"),
}
_REPAIRED: dict[Fault, Message] = {
    "short": Message("with fewer cells than the header; the missing ones are empty"),
    "merged": Message("with delimiters in the text that nobody quoted; put back into the text"),
    "broken": Message("with broken bytes; those characters are replaced"),
}


@dataclass
class _Tally:
    """Rows with one fault."""

    count: int = 0
    lines: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Ledger:
    """What became of the rows of a file that are not as they should be.

    Attributes:
        literal: whether a quotation mark in front of a cell was taken for a sign of the text.
    """

    faults: dict[Fault, _Tally] = field(default_factory=dict)
    literal: bool = False

    def add(self, fault: Fault, line: int, raw: str) -> None:
        tally = self.faults.setdefault(fault, _Tally())
        tally.count += 1
        if len(tally.lines) < MOST_ODD:
            tally.lines.append((line, raw[:_MOST_RAW]))

    @property
    def left_out(self) -> tuple[Odd, ...]:
        return self._odd(_LEFT_OUT)

    @property
    def repaired(self) -> tuple[Odd, ...]:
        return self._odd(_REPAIRED)

    def _odd(self, reasons: Mapping[Fault, Message]) -> tuple[Odd, ...]:
        return tuple(
            Odd(why, self.faults[fault].count, tuple(self.faults[fault].lines))
            for fault, why in reasons.items()
            if fault in self.faults
        )

    def notes(self) -> tuple[Message, ...]:
        """What to say of them."""
        notes = [Message("Quotation marks are kept as part of the text.")] if self.literal else []
        for fault, tally in self.faults.items():
            notes.append(_note(fault, tally.count, tally.lines[0][0]))
        return tuple(notes)


def _note(fault: Fault, rows: int, line: int) -> Message:
    if fault == "long" and rows == 1:
        return Message("1 row had more cells than the header; left out (first at line {line}).", line=line)
    if fault == "long":
        return Message(
            "{rows:,} rows had more cells than the header; left out (first at line {line}).", rows=rows, line=line
        )
    if fault == "short" and rows == 1:
        return Message(
            "1 row had fewer cells than the header; the missing cells are empty (first at line {line}).", line=line
        )
    if fault == "short":
        return Message(
            "{rows:,} rows had fewer cells than the header; the missing cells are empty (first at line {line}).",
            rows=rows,
            line=line,
        )
    if fault in _LEFT_OUT:
        return Message("Left out, {why}: {rows:,} (first at line {line}).", rows=rows, why=_LEFT_OUT[fault], line=line)
    return Message("Repaired, {why}: {rows:,} (first at line {line}).", rows=rows, why=_REPAIRED[fault], line=line)


def pieces(layout: Layout, ledger: Ledger, size: int) -> Iterator[pa.Table]:
    """The rows of a file, every cell as text, at least one piece; what is the matter with some goes to the ledger.

    Args:
        size: rows of a piece.

    Raises:
        SourceError: a quotation mark is never closed.
    """
    rows: list[list[str]] = []
    for cells in _lines(layout, ledger) if layout.lines else _rows(layout, ledger):
        rows.append(cells)
        if len(rows) == size:
            yield piece(list(zip(*rows, strict=True)), layout)
            rows = []
    yield piece(list(zip(*rows, strict=True)) or [[]] * layout.width, layout)


def piece(columns: Sequence[object], layout: Layout) -> pa.Table:
    """A table of the columns, by the names of the header."""
    arrays = [pa.array(column, pa.string(), from_pandas=True) for column in columns]
    return pa.table(arrays, names=layout.header)


def _lines(layout: Layout, ledger: Ledger) -> Iterator[list[str]]:
    with layout.open() as file:
        waits = layout.written is not None
        for number_, line in enumerate(file, layout.start):
            text = line.rstrip("\r\n")
            if not text.strip():
                continue
            if waits:
                waits = False
                continue
            if layout.encoding.damaged and encoding.is_broken(text):
                text = encoding.repaired(text, layout.encoding.codec)
                ledger.add("broken", number_, text)
            yield [text]


def _rows(layout: Layout, ledger: Ledger) -> Iterator[list[str]]:
    for line, raw in layout.before:
        ledger.add("before", line, raw)
    # The last rows may be no reviews.
    last: deque[Record] = deque()
    for record in _told(layout, ledger):
        last.append(record)
        if len(last) > FOOTER_ROWS:
            yield from _cells(last.popleft(), layout, ledger)
    end = len(last)
    while end and layout.width > 1 and is_footer(last[end - 1].cells, layout.kinds):
        end -= 1
    for place, record in enumerate(last):
        if place < end:
            yield from _cells(record, layout, ledger)
        else:
            ledger.add("total", record.line, record.raw)


def _told(layout: Layout, ledger: Ledger) -> Iterator[Record]:
    """The rows as they are written but for those that hold the names, characters repaired."""
    waits = layout.written is not None
    literals = 0
    with layout.open() as file:
        records = layout.records(file)
        for record in records:
            if records.open_line and (layout.enclosing or not literals) and layout.delimiter != "\t":
                raise _unclosed(layout, records.open_line)
            literals += record.literal
            ledger.literal = ledger.literal or record.literal
            if layout.encoding.damaged and encoding.is_broken(record.raw):
                codec = layout.encoding.codec
                cells = [encoding.repaired(cell, codec) for cell in record.cells]
                record = Record(record.line, cells, encoding.repaired(record.raw, codec), record.literal)
                ledger.add("broken", record.line, record.raw)
            if waits:
                waits = False
            elif record.line in layout.second:
                ledger.add("second", record.line, record.raw)
            elif layout.delimiter == "|" and _RULE.fullmatch(record.raw.strip()):
                ledger.add("rule", record.line, record.raw)
            elif layout.width > 1 and layout.written == [cell.strip().lstrip("\ufeff") for cell in record.cells]:
                ledger.add("repeated", record.line, record.raw)
            else:
                yield record


def _cells(record: Record, layout: Layout, ledger: Ledger) -> Iterator[list[str]]:
    """The cells of a row, as many as there are columns; nothing where it is left out."""
    width, cells = layout.width, record.cells
    if len(cells) == width:
        yield cells
    elif len(cells) < width:
        ledger.add("short", record.line, record.raw)
        yield cells + [""] * (width - len(cells))
    elif not any(cells[width:]) and (layout.kinds.is_row(cells[:width]) or layout.kinds.placed(cells) is None):
        # Delimiters at the end of a line.
        yield cells[:width]
    elif (placed := layout.kinds.placed(cells)) is not None:
        ledger.add("merged", record.line, record.raw)
        yield placed
    else:
        ledger.add("long", record.line, record.raw)


def _unclosed(layout: Layout, line: int) -> SourceError:
    found = Message(
        "{name}: the quotation mark opened in the row at line {line} is never closed.", name=layout.path.name, line=line
    )
    return SourceError(found, Message('Close it, or write a quote inside a cell twice ("").'))
