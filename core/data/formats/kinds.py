"""What each column of delimited text holds, as far as it tells a row from a broken one.

Learned from the rows at the beginning of a file, each cell counted from the left and from the right: with commas in
the text that nobody quoted, only what stands before the text or behind it is in its place. Knows names of columns no
more than files. Guarantees to say where the surplus of a row goes only where one column alone can hold it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

NUMBER = re.compile(r"\s*[+-]?(?:\d+[.,]?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*%?\s*")
_DATE = re.compile(
    r"\s*(?:\d{4}[-/.年]\s?\d{1,2}(?:[-/.月]\s?\d{1,2}日?)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
    r"(?:[T ]\s*\d{1,2}:\d{2}\S*)?\s*"
)
_CODE = re.compile(r"[\w.:/@+#-]+", re.ASCII)
_MOST_ROWS = 2000
_MOST_WORDS = 20
_LONGEST_WORD = 40
# A column is of a kind where nearly all of its cells are.
_NEARLY = 0.95


@dataclass(frozen=True)
class Kind:
    """What the cells of a column are.

    Attributes:
        level: how sure it is: 0 numbers, dates and nothing at all, 1 few words that come again and again, 2 codes.
        fits: whether a cell that is not blank is one.
        values: the words, in small letters, where these are few.
        low, high: the smallest and the largest number.
        length: characters of a cell, on average.
    """

    level: int
    fits: Callable[[str], object]
    values: frozenset[str] = frozenset()
    low: float = 0.0
    high: float = 0.0
    is_number: bool = False
    is_empty: bool = False
    length: float = 0.0

    def holds(self, cell: str) -> bool:
        return not cell or cell.isspace() or bool(self.fits(cell))


def number(cell: str) -> float:
    """The number that a cell of `NUMBER` is."""
    return float(cell.strip().rstrip("%").strip().replace(",", "."))


def kind_of(cells: Iterable[str]) -> Kind | None:
    """The kind of a column from its cells; None of text."""
    filled = [cell.strip() for cell in cells if cell and not cell.isspace()]
    if not filled:
        return Kind(0, lambda _cell: False, is_empty=True)
    enough, length = _NEARLY * len(filled), sum(map(len, filled)) / len(filled)
    numbers = [number(cell) for cell in filled if NUMBER.fullmatch(cell)]
    if len(numbers) >= enough:
        return Kind(0, NUMBER.fullmatch, low=min(numbers), high=max(numbers), is_number=True, length=length)
    if sum(_DATE.fullmatch(cell) is not None for cell in filled) >= enough:
        return Kind(0, _DATE.fullmatch, length=length)
    words = {cell.casefold() for cell in filled}
    if len(words) <= min(_MOST_WORDS, len(filled) / 2) and max(map(len, words)) <= _LONGEST_WORD:
        return Kind(1, lambda cell: cell.strip().casefold() in words, values=frozenset(words), length=length)
    if sum(_CODE.fullmatch(cell) is not None for cell in filled) >= enough:
        return Kind(2, lambda cell: _CODE.fullmatch(cell.strip()), length=length)
    return None


@dataclass(frozen=True)
class Kinds:
    """The kinds of all columns.

    Attributes:
        left, right: of each column, counted from the left and from the right; None is text.
        holder: the column that alone can hold a surplus; None where there is none.
    """

    left: tuple[Kind | None, ...]
    right: tuple[Kind | None, ...]
    holder: int | None
    delimiter: str

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], width: int, delimiter: str) -> Kinds:
        """Learn them from rows, of which those that are too short say nothing."""
        sound = [_cut(row, width) for row in rows[:_MOST_ROWS] if len(row) >= width] or [[""] * width]
        # Of rows that are as long as they should be alone, where most are.
        exact = [row for row in sound if len(row) == width]
        if len(exact) * 2 > len(sound):
            sound = exact
        left = tuple(kind_of(row[place] for row in sound) for place in range(width))
        right = tuple(kind_of(row[len(row) - width + place] for row in sound) for place in range(width))
        return cls(left, right, _holder(left, right), delimiter)

    @property
    def sure(self) -> tuple[Kind | None, ...]:
        """Of each column the kind from whichever side tells."""
        return tuple(left or right for left, right in zip(self.left, self.right, strict=True))

    def is_row(self, cells: Sequence[str]) -> bool:
        """Whether cells are a row as the others are, with a surplus that has its place or without.

        A row of which all that could tell is blank is none.
        """
        width = len(self.left)
        row = cells if len(cells) == width else None
        if len(cells) > width and self.delimiter != "\t":
            row = self.placed(cells)
        if row is None:
            return False
        kinds = self.left if len(cells) == width else self.sure
        told = [(kind, cell) for kind, cell in zip(kinds, row, strict=True) if kind is not None and not kind.is_empty]
        fits = len(cells) > width or all(
            kind is None or kind.holds(cell) for kind, cell in zip(self.left, row, strict=True)
        )
        return fits and (not told or any(cell.strip() for _kind, cell in told))

    def placed(self, cells: Sequence[str]) -> list[str] | None:
        """A row with its surplus in the one column that can hold it; None where it is not to be told."""
        if self.holder is None:
            return None
        behind = len(self.left) - 1 - self.holder
        before, inside = cells[: self.holder], cells[self.holder : len(cells) - behind]
        after = cells[len(cells) - behind :]
        kinds = zip([*self.left[: self.holder], *self.right[self.holder + 1 :]], [*before, *after], strict=True)
        if not all(kind is not None and kind.holds(cell) for kind, cell in kinds):
            return None
        return [*before, self.delimiter.join(inside), *after]


def _cut(row: Sequence[str], width: int) -> Sequence[str]:
    """A row without the empty cells behind the last column that come of delimiters at the end of a line."""
    end = len(row)
    while end > width and not row[end - 1]:
        end -= 1
    return row[:end]


def _holder(left: Sequence[Kind | None], right: Sequence[Kind | None]) -> int | None:
    """The one column with all others of some kind, by the surest kinds that tell.

    Where texts are few and come again and again, several columns can hold it; it is that beside which all are short.
    """
    others = {
        place: (*left[:place], *right[place + 1 :])
        for place in range(len(left))
        if not _is(left[place], 0) and not _is(right[place], 0)
    }
    for level in range(3):
        lengths = {
            place: sum(kind.length for kind in kinds if kind is not None)
            for place, kinds in others.items()
            if all(_is(kind, level) for kind in kinds)
        }
        if lengths:
            best, *more = sorted(lengths, key=lengths.__getitem__)
            return best if not more or 2 * lengths[best] <= lengths[more[0]] else None
    return None


def _is(kind: Kind | None, level: int) -> bool:
    return kind is not None and kind.level <= level
