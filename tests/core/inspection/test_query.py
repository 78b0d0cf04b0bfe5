"""What is asked of a table: words, classes, rows handed over, values of a column, and every order."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from core.inspection import query
from core.inspection.query import Query

TABLE = pa.table(
    {
        "text": pa.chunked_array([["good soup", "bad", "good"], [None, "a long good review"]]),
        "shop": ["north", "south", "north", "north", None],
        "year": [2024, 2025, 2025, 2024, 2025],
    }
)
NUMBERS = np.array([1, 0, 1, -1, 0])


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        (Query(), [0, 1, 2, 3, 4]),
        (Query("good"), [0, 2, 4]),
        (Query(classes=(0,)), [1, 4]),
        (Query("good", classes=(0, 1)), [0, 2, 4]),
        (Query(rows=(4, 2, 2, 99, -1)), [2, 4]),
        (Query(rows=()), []),
        (Query(column="shop", values=("north",)), [0, 2, 3]),
        (Query(column="year", values=("2025", "1999")), [1, 2, 4]),
        (Query("good", (1,), (0, 1), "shop", ("north",)), [0]),
        (Query(order="longest"), [4, 0, 2, 1, 3]),
        (Query(order="shortest"), [3, 1, 2, 0, 4]),
        (Query(order="class"), [1, 4, 0, 2, 3]),
        (Query("good", order="class"), [4, 0, 2]),
        (Query("nothing like it", order="longest"), []),
    ],
)
def test_the_rows_that_are_asked_for_in_their_order(asked: Query, rows: list[int]) -> None:
    assert query.find(TABLE, TABLE["text"], NUMBERS, asked).tolist() == rows
