"""Single rows of a table, by their number: the splits that have both columns one after the other, from 0."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from core.data.columns import Columns
from core.data.table import Table, plain
from core.inspection.search import matching
from core.tasks import Task


def searched(table: Table, columns: Columns, words: str) -> list[int]:
    """Numbers of the rows whose text has all these words, whatever their case."""
    masks = [matching(split[columns.text], words) for split in _splits(table, columns)]
    return [int(row) for row in np.flatnonzero(np.concatenate(masks))]


def listed(table: Table, columns: Columns, task: Task, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Row, text and class of these rows; the class is None where the row names none."""
    splits = list(_splits(table, columns))
    ends = np.cumsum([split.num_rows for split in splits])
    found = []
    for number in numbers:
        place = int(np.searchsorted(ends, number, side="right"))
        split = splits[place]
        at = int(number - (ends[place] - split.num_rows))
        label = int(task.encode(split[columns.label].slice(at, 1))[0])
        text = plain(split[columns.text].slice(at, 1))[0].as_py()
        found.append({"row": int(number), "text": text or "", "label": task.names[label] if label >= 0 else None})
    return found


def _splits(table: Table, columns: Columns) -> list[pa.Table]:
    return [split for split in table.splits.values() if {columns.text, columns.label} <= set(split.column_names)]
