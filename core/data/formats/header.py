"""Where the table of delimited text begins, whether its first row holds names, and what the columns are called.

Looks at the rows at the beginning of a file. Knows neither encodings nor quotation marks. Guarantees names that differ;
a row is taken for data only where one like it comes again below, never one with a usual name of a column in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.data.formats.kinds import NUMBER, Kind, kind_of, number
from core.data.table import refuse_wide
from core.errors import SourceError
from core.messages import Message

WITH_HEADER = Message("Choose a file with a header line and one review per row.")
# Lines before the table that are looked through.
_MOST_LINES_BEFORE = 30
_LONGEST_NAME = 100
# Rows that are compared with the first.
_ROWS_BELOW = 2000
# With fewer, the smallest and the largest number say little.
_FEW_ROWS = 20
_USUAL = """
    text texts label labels review reviews review_text review_body rating ratings star stars score scores sentiment id
    title body summary comment comments content message tweet sentence phrase description date name class category
    target polarity emotion intent topic overall feedback user author url language lang split index verified text_a
    text_b question answer kommentar bewertung sterne rezension datum titel avis note commentaire étoiles comentario
    reseña puntuación 評価 レビュー 本文 口コミ 感想 コメント タイトル 星 点数 ラベル 日付 内容 評論 评论 标签 评分
    별점 리뷰
"""
_NAMES = frozenset(_USUAL.split())
# What SurveyMonkey and Qualtrics write below the names, and Markdown.
_OF_SURVEYS = frozenset({"response", "open-ended response"})
_IMPORT = '{"ImportId"'
_RULE = re.compile(r":?-{2,}:?")
# Rows that tell what the columns hold.
_SECOND_ROWS = 200
_NO_VALUE = frozenset(
    {"NA", "N/A", "n/a", "na", "nan", "NaN", "NULL", "null", "None", "none", "-", "--", "?", ".", "#N/A"}
)
_NAME_SIGNS = re.compile(r"[\s_.-]+")


@dataclass(frozen=True)
class Names:
    """The names of the columns.

    Attributes:
        names: they differ.
        doubled: those that stand more than once in the file.
        has_row: whether a row of the file holds them.
    """

    names: list[str]
    doubled: tuple[str, ...] = ()
    has_row: bool = True


def begins_at(rows: Sequence[Sequence[str]]) -> int:
    """Which of the rows is the first of the table: titles and dates of an export may come before it."""
    widths, lengths = list(map(_filled, rows)), list(map(len, rows))
    if not rows or any(map(_is_usual, rows[0])):
        return 0
    places = range(1, min(len(rows) - 1, _MOST_LINES_BEFORE))
    named = next((place for place in places if widths[place] > 1 and all(map(_is_usual, rows[place]))), 0)
    # Columns without a name are no title as long as the rows below are as empty.
    padded = widths[0] * 2 <= lengths[0] and 2 * sum(width > widths[0] for width in widths[1:]) > len(widths) - 1
    if named or (lengths[0] > 1 and _alike(lengths, 0) >= 0.5 and not padded):
        return named
    for place in places:
        wider = lengths[place] > 1 and widths[place] > max(widths[:place])
        if wider and _alike(lengths, place) >= 0.5 and _stands_out(rows[place], rows[place + 1 :]):
            return place
    return 0


def _alike(lengths: Sequence[int], place: int) -> float:
    """The share of the rows below that are as long."""
    below = lengths[place + 1 :]
    return sum(length == lengths[place] for length in below) / len(below) if below else 0.0


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _stands_out(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row holds names: none of its cells is a number, and it does not read like the rows below."""
    filled = [cell.strip() for cell in row if cell.strip()]
    if len(set(filled)) < len(filled) or any(NUMBER.fullmatch(cell) or len(cell) > _LONGEST_NAME for cell in filled):
        return False
    columns = zip(*(other[: len(row)] for other in below[:_ROWS_BELOW] if len(other) >= len(row)), strict=True)
    kinds = map(kind_of, columns)
    return any(map(_is_usual, filled)) or any(
        kind is not None and kind.level < 2 and cell.strip() and not kind.fits(cell)
        for cell, kind in zip(row, kinds, strict=False)
    )


def _is_usual(cell: str) -> bool:
    words = _NAME_SIGNS.sub("_", unicodedata.normalize("NFKC", cell).strip().strip('"').casefold())
    return words in _NAMES


def names_in(file: str, row: Sequence[str], below: Sequence[Sequence[str]]) -> Names:
    """The names of the columns: those of the first row, or made up where it is data.

    Args:
        row: the first row of the table.
        below: the rows after it, as many as were looked at.

    Raises:
        SourceError: the row is blank, or there are more columns than a page can list.
    """
    cells = [cell.strip() for cell in row]
    if not any(cells):
        raise SourceError(Message("{name} is empty.", name=file), WITH_HEADER)
    refuse_wide(file, len(cells))
    if len(cells) > 1 and _is_data(cells, below[:_ROWS_BELOW]):
        return Names([f"column {place}" for place in range(1, len(cells) + 1)], has_row=False)
    return Names(*different(cells))


def different(cells: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Names that differ: a nameless column is called by its place, a doubled name gets a number."""
    taken, given, doubled = set(cells), set[str](), dict[str, None]()
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        fresh = cell or f"column {place}"
        while not cell and fresh in taken:
            fresh += "_"
        if fresh in given:
            doubled[fresh] = None
            times = 2
            while (numbered := f"{cell} ({times})") in taken | given:
                times += 1
            fresh = numbered
        given.add(fresh)
        names.append(fresh)
    return names, tuple(doubled)


def is_second(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the row behind the names says more of the columns, as surveys and tables of Markdown have it.

    Args:
        row: the row in question.
        below: the rows after it, of which the first tell what the columns hold.
    """
    filled = [cell.strip() for cell in row if cell.strip()]
    if not filled or not below:
        return False
    if all(_RULE.fullmatch(cell) for cell in filled) or any(_IMPORT in cell for cell in filled):
        return True
    strange = 0
    for place, cell in enumerate(map(str.strip, row)):
        kind = kind_of(other[place] for other in below[:_SECOND_ROWS] if len(other) == len(row))
        if kind is None or kind.level or kind.is_empty or not cell:
            continue
        if kind.fits(cell):
            return False
        strange += cell not in _NO_VALUE
    return strange > 1 or any(cell.casefold() in _OF_SURVEYS for cell in filled)


def _is_data(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether a row reads like those below it, of which others have the same class or number."""
    width = len(row)
    folded = [cell.casefold() for cell in row]
    others = [
        other
        for other in below
        if len(other) >= width and any(other) and [cell.strip().casefold() for cell in other[:width]] != folded
    ]
    if not others:
        return False
    signs = 0
    for cell, column in zip(row, zip(*(other[:width] for other in others), strict=True), strict=True):
        kind = kind_of(column)
        if _is_usual(cell) and cell.casefold() not in {other.strip().casefold() for other in column}:
            return False
        verdict = _compared(cell, kind, column) if cell else 0
        if verdict < 0:
            return False
        signs += verdict
    return signs > 0 and not _are_counted(row)


def _compared(cell: str, kind: Kind | None, column: Sequence[str]) -> int:
    """1 where a cell is one more of those below it, -1 where it is none, 0 where nobody can tell."""
    if kind is None or kind.level > 0:
        words = [other.strip().casefold() for other in column]
        # A class, of which there are others in few rows, too.
        return 1 if cell.casefold() in words and len(set(words)) < len(words) else 0
    if not kind.fits(cell):
        # Above a column without any cell may stand what likes.
        return 0 if kind.is_empty else -1
    if not kind.is_number:
        return 1
    if cell.isdecimal() and 1900 < int(cell) < 2100:
        # A year may be the name of a column of numbers.
        return 0
    room = 10 * max(1, abs(kind.high)) if len(column) < _FEW_ROWS else 0
    return 1 if kind.low - 1 - room <= number(cell) <= max(kind.high, 1) + room else 0


def _are_counted(row: Sequence[str]) -> bool:
    """Whether the numbers of a row count neighbouring columns, as pandas does where they have no names, or years."""
    counted = [(place, int(cell)) for place, cell in enumerate(row) if cell.isdecimal() and len(cell) < 9]
    steps = {(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(counted)}
    is_prose = any(len(cell.split()) > 2 for cell in row)
    return steps == {(1, 1)} and (len(counted) > 2 or not is_prose)


def is_title(line: str) -> bool:
    """Whether a line of a file with one column is the name of it."""
    return _is_usual(line)


def about_doubled(doubled: Sequence[str]) -> tuple[Message, ...]:
    """What is to be said of names that stand more than once in a file."""
    if not doubled:
        return ()
    note = Message(
        "More than one column is called {names}; the second is called {renamed}, and so on.",
        names=", ".join(map(repr, doubled[:5])),
        renamed=f"{doubled[0][:60]} (2)",
    )
    return (note,)
