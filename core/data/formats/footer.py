"""Rows at the end of delimited text that are no data: totals, averages, and words that the table has ended.

Knows the kinds of the columns. Guarantees that a row which may be a review, such as the text "Total" with a rating as
the others have it, is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.data.formats.kinds import NUMBER, Kind, Kinds, number

# Rows at the end among which totals are looked for.
FOOTER_ROWS = 6
_TOTAL = re.compile(
    r"\W*(?:(?:grand|sub)?[\s-]?totals?(?: rows| count| reviews)?|sums?|overall total|count|average|avg|mean|"
    r"(?:gesamt)?summe|gesamt(?:ergebnis)?|durchschnitt|total g[ée]n[ée]ral|somme|moyenne|suma|promedio|итого|всего|"
    r"合計|総計|小計|計|平均|総数|件数|合计|总计|小计|平均值|總計|합계|총계|평균)\W*(?:\(?\d[\d,.]*\)?\s*\w*)?\W*",
    re.IGNORECASE,
)
_END = re.compile(
    r"\W*(?:\d[\d,. ]*\s*(?:rows?|records?|reviews?|results?|entries|lines?|件|行)\b.{0,40}|"
    r"(?:end of|generated|exported|created|downloaded|source|report|page|copyright|©|以上|出典|出力日時)\b.{0,80})",
    re.IGNORECASE,
)


def without_totals(rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """Rows but for those at the end that may hold a total, of which no column's numbers are to be learned."""
    end = len(rows)
    while end > max(0, len(rows) - FOOTER_ROWS) and any(_TOTAL.fullmatch(cell.strip()) for cell in rows[end - 1]):
        end -= 1
    return rows[:end]


def is_footer(cells: Sequence[str], kinds: Kinds) -> bool:
    """Whether one of the last rows holds a total, or says that the table has ended."""
    filled = [(cell, kind) for cell, kind in zip(cells, kinds.sure, strict=False) if cell.strip()]
    if len(filled) == 1 and _END.fullmatch(filled[0][0].strip()):
        return True
    totals = [_TOTAL.fullmatch(cell.strip()) is not None for cell, _kind in filled]
    others = [pair for pair, is_total in zip(filled, totals, strict=True) if not is_total]
    if not any(totals) or not all(NUMBER.fullmatch(cell) for cell, _kind in others):
        return False
    # One with a number as the reviews have it may be a review.
    return len(filled) < len(kinds.left) or any(_is_beyond(cell, kind) for cell, kind in others)


def _is_beyond(cell: str, kind: Kind | None) -> bool:
    """Whether a number is none of its column."""
    if kind is None or not kind.is_number:
        return kind is not None and not kind.holds(cell)
    value = number(cell)
    return not kind.low <= value <= kind.high or (value % 1 > 0 and kind.low % 1 == kind.high % 1 == 0)
