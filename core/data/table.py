"""What was read from a source: one Arrow table per split.

Arrow is the common currency, so that a page can look at data without importing datasets or torch. Knows
nothing of which column is the text or the label. Guarantees that there is a `train` split.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.odd import Odd
from core.errors import SourceError
from core.messages import Message

_HEAD_CHARACTERS = 16
# Stands between the labels of a cell that is a list.
BETWEEN = "\x1f"
MOST_COLUMNS, MOST_NAME, MOST_NESTED = 5_000, 10_000, 100
EVALUATION_SPLITS = ("test", "validation", "valid", "val", "dev", "eval")


@dataclass(frozen=True)
class Table:
    """Splits by name, and what was noticed while reading them.

    `class_names` maps a column whose integers stand for classes to the names of these, in order; `notes` are
    for the user; `layout` says how the source is written, as JSON has it, in the words of what read it; `left_out`
    are rows of the source that are no rows here, `repaired` rows that are not quite as they stand there.
    """

    splits: dict[str, pa.Table]
    class_names: dict[str, list[str]] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    layout: Mapping[str, Any] = field(default_factory=dict)
    left_out: tuple[Odd, ...] = ()
    repaired: tuple[Odd, ...] = ()

    @property
    def train(self) -> pa.Table:
        return self.splits["train"]

    @property
    def rows(self) -> int:
        """Rows of all splits together."""
        return sum(split.num_rows for split in self.splits.values())


def class_names_in(schema: pa.Schema) -> dict[str, list[str]]:
    """Class names that the datasets library left in the metadata of a Parquet or Arrow file.

    Returns:
        Column -> names in the order of their integers; empty where there is no such metadata.
    """
    raw = (schema.metadata or {}).get(b"huggingface")
    if not raw:
        return {}
    try:
        features = json.loads(raw)["info"]["features"]
        return {
            column: kind["names"]
            for column, kind in features.items()
            if isinstance(kind, dict) and are_names(kind.get("names"))
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def are_names(found: object) -> bool:
    """Whether these can be the names of classes, whoever wrote them."""
    if not isinstance(found, list) or not all(isinstance(each, str) and each.isprintable() for each in found):
        return False
    return len(set(found)) == len(found)


def refuse_doubled(file: str, names: Sequence[str], remedy: Message) -> None:
    """See that no two columns of a file have one name.

    Raises:
        SourceError: two have.
    """
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if twice:
        columns = ", ".join(map(repr, twice))
        raise SourceError(
            Message("{name} has more than one column called {columns}.", name=file, columns=columns), remedy
        )


def refuse_wide(file: str, columns: int) -> None:
    """See that a file has no more columns than a page can list.

    Raises:
        SourceError: it has.
    """
    if columns > MOST_COLUMNS:
        raise SourceError(
            Message(
                "{name} has {columns:,} columns, expected at most {most:,}.",
                name=file,
                columns=columns,
                most=MOST_COLUMNS,
            ),
            Message("Keep the review and its rating, and leave out the others."),
        )


def refuse_misshapen(file: str, table: pa.Table) -> None:
    """See that a page can list the columns and that no cell is nested deeper than what walks through it can follow.

    Raises:
        SourceError: there are too many, one has a text for a name, or one is nested too deep.
    """
    refuse_wide(file, table.num_columns)
    if longest := next((name for name in table.column_names if len(name) > MOST_NAME), None):
        raise SourceError(
            Message(
                "{name} has a column name of {count:,} characters ({column!r}), expected at most {most:,}.",
                name=file,
                count=len(longest),
                column=longest,
                most=MOST_NAME,
            ),
            Message("Give every column a short name."),
        )
    level, depth = list(table.schema.types), 0
    while level := [kind.field(place).type for kind in level for place in range(kind.num_fields)]:
        depth += 1
        if depth > MOST_NESTED:
            raise SourceError(
                Message("{name} is nested more than {most} deep.", name=file, most=MOST_NESTED),
                Message("Keep the review and its rating, and leave out the others."),
            )


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this type holds strings."""
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column without dictionary encoding, strings as ordinary strings."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    # Many kernels do not know string views, which some Parquet writers produce.
    return column.cast(pa.large_string()) if pa.types.is_string_view(column.type) else column


def flat(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """As `plain`, and a list of strings is one string with BETWEEN between its parts."""
    cells = plain(column)
    kind = cells.type
    if (pa.types.is_list(kind) or pa.types.is_large_list(kind)) and kind.value_type in (pa.string(), pa.large_string()):
        return pc.binary_join(cells, pa.scalar(BETWEEN, kind.value_type))
    return cells


def values(column: pa.ChunkedArray) -> list[Any]:
    """The cells as Python has them; a time that it has not, such as of the year 300,000, is the name of its type."""
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError, pa.ArrowException):
        return [_value(cell) for cell in column]


def _value(cell: pa.Scalar) -> Any:
    try:
        return cell.as_py()
    except (ValueError, OverflowError, pa.ArrowException):
        return str(cell.type)


def trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The strings of a column without surrounding white space."""
    return pc.utf8_trim_whitespace(plain(column))


def blank(column: pa.ChunkedArray) -> np.ndarray:
    """Which cells of a text column have no text, bool (N,): missing ones, and those of white space alone."""
    cells = plain(column)
    # Trimming a copy of every text would take as much memory again; a few characters tell for nearly all.
    head = pc.utf8_trim_whitespace(pc.utf8_slice_codeunits(cells, 0, _HEAD_CHARACTERS))
    empty = pc.fill_null(pc.equal(pc.binary_length(head), 0), True).to_numpy()
    if len(doubtful := np.flatnonzero(empty)):
        rest = trimmed(cells.take(pa.array(doubtful)))
        empty = np.array(empty)
        empty[doubtful] = pc.fill_null(pc.equal(pc.binary_length(rest), 0), True).to_numpy()
    return np.asarray(empty)
