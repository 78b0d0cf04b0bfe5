"""Where the cells and rows of delimited text end, also where its quotation marks obey no rule.

`is_strict` tells, quickly, whether all quotation marks of a file enclose cells as they should: then any reader may read
it. `Records` goes through the others line by line: a mark that opens a cell and is closed before a delimiter or the end
of a line encloses it, with marks inside doubled or behind a backslash; any other is a sign of the text. Knows no
column. Guarantees that a line is part of the row before only where both marks of a cell hold it there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

_QUOTE, _NEWLINE, _RETURN, _BACKSLASH = b'"\n\r\\'
# A quoted cell goes on in the next line where nothing but pairs of marks follows.
_PAIRED = re.compile(r'[^"]*(?:""[^"]*)*')
_PAIRED_OR_ESCAPED = re.compile(r'[^"\\]*(?:(?:""|\\.)[^"\\]*)*\\?', re.DOTALL)
# So many cells of one row may go over line ends.
_MOST_OPEN = 200
# So many cells of one row may go over line ends.
_MOST_OPEN = 200
_ESCAPED = re.compile(r'\\(["\\])|""')


@dataclass(frozen=True)
class Record:
    """One row as it is written.

    Attributes:
        line: where it begins in the file, from 1.
        literal: whether a mark that opens a cell was taken for a sign of the text.
    """

    line: int
    cells: list[str]
    raw: str
    literal: bool = False


class Strictness:
    """Sees block by block whether each quotation mark encloses a cell, is doubled inside one, or closes it."""

    def __init__(self, delimiter: str) -> None:
        self._ends = np.zeros(256, bool)
        self._ends[[_NEWLINE, _RETURN, *delimiter.encode()[:1]]] = True
        self._inside = False
        self.is_strict = True
        self.has_marks = False

    def look(self, block: bytes) -> None:
        """Take the next bytes, in UTF-8 or ASCII's like, which end with a line."""
        if b'"' not in block or not self.is_strict:
            return
        self.has_marks = True
        signs = np.frombuffer(block, np.uint8)
        places = np.flatnonzero(signs == _QUOTE)
        first = np.flatnonzero(np.diff(places, prepend=-2) != 1)
        starts = places[first]
        lengths = np.diff(first, append=len(places))
        stops = starts + lengths
        odd = lengths % 2 == 1
        inside = (np.cumsum(odd) - odd + self._inside) % 2 == 1
        before = np.where(starts == 0, _NEWLINE, signs[starts - 1])
        opens = self._ends[before]
        closes = (stops == len(signs)) | self._ends[signs[np.minimum(stops, len(signs) - 1)]]
        # Outside a cell an odd run opens one, an even one is a whole cell; inside an odd run closes it.
        fits = np.where(inside, ~odd | closes, opens & (odd | closes))
        self.is_strict = bool(fits.all() and not (before == _BACKSLASH).any())
        self._inside = bool((int(odd.sum()) + self._inside) % 2)

    def end(self) -> bool:
        """Whether all marks did, none left open."""
        return self.is_strict and not self._inside


@lru_cache
def _cell(delimiter: str, escapes: bool) -> re.Pattern[str]:
    """A cell from its beginning to the delimiter or the end of its line: enclosed, or else plain."""
    stop = re.escape(delimiter)
    inner = r'[^"\\]*(?:(?:""|\\.)[^"\\]*)*' if escapes else r'[^"]*(?:""[^"]*)*'
    return re.compile(rf'"({inner})"[ ]*(?={stop}|\Z)|((?!")[^{stop}]*)', re.DOTALL)


@lru_cache
def _spaced(delimiter: str) -> re.Pattern[str]:
    """An enclosed cell behind a space, which holds a delimiter."""
    stop = re.escape(delimiter)
    return re.compile(rf'[ ]+"([^"]*(?:""[^"]*)*)"[ ]*(?={stop}|\Z)')


@dataclass
class Records:
    """The rows of lines of text that are not blank.

    Attributes:
        enclosing: whether marks around a cell without need enclose it, or are part of the text.
        trusted: whether two marks hold the lines between them together, as far as these are not full of tabs.
        is_row: whether a line by itself is a row of the table: where all lines of what two marks enclose are, the
            marks belong to the texts. None where nobody can tell yet.
        open_line: where a mark was opened that nothing closes, for the first such one.
    """

    lines: Iterable[str]
    delimiter: str
    enclosing: bool = True
    trusted: bool = True
    is_row: Callable[[Sequence[str]], bool] | None = None
    first_line: int = 1
    open_line: int = 0
    # Lines that were looked at already, from `_at` on.
    _waiting: list[str] = field(default_factory=list)
    _at: int = 0

    def __iter__(self) -> Iterator[Record]:
        source = iter(self.lines)
        number = self.first_line
        while (line := self._next(source)) is not None:
            if '"' not in line:
                text = line.rstrip("\r\n")
                if text.strip(" \t") or self.delimiter in text:
                    yield Record(number, text.split(self.delimiter), text)
                number += 1
                continue
            record, used = self._record(line, number, source)
            yield record
            number += used

    def _next(self, source: Iterator[str]) -> str | None:
        if self._at == len(self._waiting):
            self._waiting, self._at = [], 0
            return next(source, None)
        self._at += 1
        return self._waiting[self._at - 1]

    def _record(self, line: str, number: int, source: Iterator[str]) -> tuple[Record, int]:
        """The row that begins with a line, and how many lines it takes."""
        text = line.rstrip("\r\n")
        cells, literal, opened = self._cells(text, escapes=False)
        # `"say \", and"` ends in both ways: the number of cells tells.
        if '\\"' in text and (literal or opened or (self.is_row is not None and not self.is_row(cells))):
            escaped, *faults = self._cells(text, escapes=True)
            if not any(faults) and (literal or opened or self.is_row is None or self.is_row(escaped)):
                return Record(number, escaped, text), 1
            if faults == [False, True] and (found := self._over_lines(line, number, source, True)) is not None:
                return found
        if not opened:
            return Record(number, cells, text, literal), 1
        for escapes in (False, True):
            found = self._over_lines(line, number, source, escapes)
            if found is not None:
                return found
        return Record(number, self._cells(text, escapes=False, alone=True)[0], text, literal=True), 1

    def _over_lines(self, line: str, number: int, source: Iterator[str], escapes: bool) -> tuple[Record, int] | None:
        """The row that goes on in the next lines until its marks are closed; None where that are rows of their own."""
        taken = [line]
        for _cell_over_lines in range(_MOST_OPEN):
            if not self._up_to_a_mark(taken, source, _PAIRED_OR_ESCAPED if escapes else _PAIRED):
                self.open_line = self.open_line or number
                return None
            text = "".join(taken).rstrip("\r\n")
            cells, literal, opened = self._cells(text, escapes=escapes)
            if literal or self._are_rows(taken):
                return None
            if not opened:
                self._at += len(taken) - 1
                return Record(number, cells, text), len(taken)
        return None

    def _up_to_a_mark(self, taken: list[str], source: Iterator[str], paired: re.Pattern[str]) -> bool:
        """Take the next lines up to one in which a mark stands that is not one of a pair; False where there is none."""
        while True:
            place = self._at + len(taken) - 1
            if place == len(self._waiting):
                following = next(source, None)
                if following is None:
                    return False
                self._waiting.append(following)
            taken.append(self._waiting[place])
            if '"' in taken[-1] and not paired.fullmatch(taken[-1]):
                return True

    def _are_rows(self, lines: Sequence[str]) -> bool:
        """Whether the lines between two marks are rows of their own."""
        if self.is_row is None or (self.trusted and self.delimiter != "\t"):
            return False
        alone = [text.split(self.delimiter) for line in lines if (text := line.rstrip("\r\n")).strip()]
        if len(alone) < 2 or len(alone[0]) < 2 or not self.is_row(alone[0]) or not self.is_row(alone[-1]):
            return False
        # Some may be faulty rows.
        return sum(map(self.is_row, alone)) > len(alone) / 2

    def _cells(self, text: str, *, escapes: bool, alone: bool = False) -> tuple[list[str], bool, bool]:
        """The cells of a row, whether a mark in front of one is a sign of the text, and whether one is left open.

        Args:
            alone: nothing follows, so that a mark left open is a sign of the text.
        """
        cell, delimiter = _cell(self.delimiter, escapes), self.delimiter
        cells: list[str] = []
        place, literal = 0, False
        while True:
            found = cell.match(text, place)
            if found is None:
                rest = text[place + 1 :]
                if not alone and (_PAIRED_OR_ESCAPED if escapes else _PAIRED).fullmatch(rest):
                    return cells, literal, True
                literal = True
                stop = text.find(delimiter, place)
                stop = len(text) if stop < 0 else stop
                cells.append(text[place:stop])
            else:
                stop = found.end()
                cells.append(self._inner(found, escapes))
                if found[1] is None and text.startswith(" ", place):
                    spaced = _spaced(delimiter).match(text, place)
                    if spaced is not None and delimiter in spaced[1]:
                        cells[-1], stop = spaced[1].replace('""', '"'), spaced.end()
            if stop >= len(text):
                return cells, literal, False
            place = stop + 1

    def _inner(self, found: re.Match[str], escapes: bool) -> str:
        """What a cell holds."""
        inner = found[1]
        if inner is None:
            return found[2]
        if escapes:
            return _ESCAPED.sub(lambda pair: pair[1] or '"', inner)
        if not self.enclosing and '""' not in inner and self.delimiter not in inner and "\n" not in inner:
            return found[0].rstrip(" ")
        return inner.replace('""', '"')
