"""Which rows of a table are asked for, and in which order: words, classes, a finding, the value of a column.

Knows a table that is opened for looking into (`core.inspection.shelf`); knows nothing of pages. Guarantees: every row
number once, rows that are alike by the order in the order of the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.inspection import search

Order = Literal["row", "longest", "shortest", "class"]
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True)
class Query:
    """What is asked for; what is left empty asks for all.

    Attributes:
        words: as `core.inspection.search` reads them.
        classes: class numbers.
        rows: row numbers, such as a finding names; None asks for all.
        column, values: of this column only rows with one of these values.
        order: of the rows found; by class means from the first to the last, without one at the end.
    """

    words: str = ""
    classes: tuple[int, ...] = ()
    rows: tuple[int, ...] | None = None
    column: str = ""
    values: tuple[str, ...] = ()
    order: Order = "row"


def find(table: pa.Table, texts: pa.ChunkedArray, numbers: np.ndarray, query: Query) -> np.ndarray:
    """The row numbers that a query asks for, int64 (M,).

    Args:
        table: N rows.
        texts: their reviews (N,).
        numbers: the class of each row (N,), -1 where it has none.
    """
    found = search.matching(texts, query.words)
    if query.rows is not None:
        named = np.zeros(len(found), dtype=bool)
        named[[row for row in query.rows if 0 <= row < len(found)]] = True
        found &= named
    if query.classes:
        found &= np.isin(numbers, query.classes)
    if query.column and query.values:
        cells = pc.cast(table[query.column], pa.string())
        found &= pc.fill_null(pc.is_in(cells, pa.array(query.values, pa.string())), False).to_numpy()
    rows = np.flatnonzero(found)
    return rows[_order(texts, numbers, rows, query.order)]


def _order(texts: pa.ChunkedArray, numbers: np.ndarray, rows: np.ndarray, order: Order) -> np.ndarray | slice:
    if order == "row":
        return slice(None)
    if order == "class":
        by = np.where(numbers < 0, numbers.max(initial=0) + 1, numbers)[rows]
    else:
        lengths = pc.fill_null(pc.utf8_length(texts), 0).to_numpy()[rows].astype(np.int64)
        by = lengths if order == "shortest" else -lengths
    return np.argsort(by, kind="stable")
