"""Which column is the review and which is its rating.

Looks at names, types and the first rows; knows nothing of what the classes mean. Guarantees two different
columns that exist, the text one holding strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

import pyarrow as pa
import pyarrow.compute as pc

from core.data.table import Table, is_text, plain
from core.errors import ColumnError

# Best first: what the well-known review datasets call it.
LABEL_NAMES = (
    "stars", "star", "rating", "ratings", "star_rating", "review_rating", "overall", "score", "label",
    "labels", "class", "sentiment", "target", "category", "polarity", "emotion", "y",
)  # fmt: skip
MOST_CLASSES = 100
_FEW_CLASSES = 20
_SAMPLE_ROWS = 10_000


@dataclass(frozen=True)
class Columns:
    """The names of the two columns that matter."""

    text: str
    label: str


def choose(table: Table, text: str | None = None, label: str | None = None) -> Columns:
    """Check the columns that were named and guess those that were not.

    Args:
        table: what was read; the `train` split decides.
        text: the column with the review, None to guess it.
        label: the column with the rating, None to guess it.

    Raises:
        ColumnError: a named column is missing, the text column holds no strings, both are the same, or
            nothing fits.
    """
    if text is not None:
        _check_text(table, text)
    if label is not None and label not in table.train.column_names:
        raise _missing(label, table.train.column_names)
    if text is not None and text == label:
        raise ColumnError(f"The column {text!r} is both text and label.", "Choose two different columns.")
    texts, labels = candidates(table)
    text = text or _first(texts, label, "text", table)
    return Columns(text, label or _first(labels, text, "label", table))


def text_column(table: Table, named: str | None, usual: str | None) -> str:
    """The column with the review alone: as named, else the usual one where the table has it, else a guess.

    Raises:
        ColumnError: the named column is missing or holds no strings, or no column does.
    """
    if named is not None:
        _check_text(table, named)
        return named
    texts, _labels = candidates(table)
    return usual if usual in texts else _first(texts, None, "text", table)


def candidates(table: Table) -> tuple[list[str], list[str]]:
    """Columns that could be the text and columns that could be the label, each best first.

    A column may be in both lists; `choose` never takes it for both.
    """
    head = table.train.slice(0, _SAMPLE_ROWS)
    texts = sorted(
        (name for name in head.column_names if is_text(head.schema.field(name).type)),
        key=lambda name: -_mean_length(head[name]),
    )
    ranks = {name: _label_rank(name, head[name], name in table.class_names) for name in head.column_names}
    labels = [name for name in head.column_names if ranks[name] is not None]
    # The longest text is a label only when nothing else is: a sentence for each row can look like few classes
    # in a small table.
    labels.sort(key=lambda name: (name in texts[:1], ranks[name]))
    return texts, labels


def _check_text(table: Table, name: str) -> None:
    if name not in table.train.column_names:
        raise _missing(name, table.train.column_names)
    kind = table.train.schema.field(name).type
    if not is_text(kind):
        raise ColumnError(f"The text column {name!r} holds {kind}, expected text.", _choose_advice(table))


def _first(names: list[str], taken: str | None, what: str, table: Table) -> str:
    for name in names:
        if name != taken:
            return name
    expected = "strings" if what == "text" else f"2 to {MOST_CLASSES} different values"
    listed = ", ".join(f"{field.name} ({field.type})" for field in table.train.schema)
    raise ColumnError(
        f"No column can be the {what}; expected one with {expected}. Found: {listed}.",
        _choose_advice(table),
    )


def _missing(name: str, known: list[str]) -> ColumnError:
    folded = {each.casefold(): each for each in known}
    near = get_close_matches(name.casefold(), folded, n=1)
    advice = f"Did you mean {folded[near[0]]!r}?" if near else "Choose one of these."
    return ColumnError(f"There is no column {name!r}. The columns are: {', '.join(known)}.", advice)


def _choose_advice(table: Table) -> str:
    if len(table.train.column_names) > 1:
        return "Name the text column and the label column."
    return "The table needs two columns: the review and its rating. Check the delimiter of the file."


def _mean_length(column: pa.ChunkedArray) -> float:
    """Mean characters of the cells that are not null."""
    kind = plain(column).cast(pa.large_string())
    return float(pc.mean(pc.utf8_length(kind)).as_py() or 0.0)


def _label_rank(name: str, column: pa.ChunkedArray, is_class: bool) -> tuple[int, int] | None:
    """Lower is better, None is no label: class columns of the hub, known names, then few different values."""
    classes = _distinct(column)
    if classes is None or (classes < 2 and not is_class):
        return None
    place = _name_place(name)
    if is_class:
        return (0, place)
    if place < len(LABEL_NAMES):
        return (1, place) if classes <= MOST_CLASSES else (4, place)
    if classes > MOST_CLASSES or classes > max(2, len(column) // 2):
        return None
    return (2, classes) if classes <= _FEW_CLASSES else (3, classes)


def _name_place(name: str) -> int:
    folded = name.strip().casefold().replace(" ", "_").replace("-", "_")
    return LABEL_NAMES.index(folded) if folded in LABEL_NAMES else len(LABEL_NAMES)


def _distinct(column: pa.ChunkedArray) -> int | None:
    """Different values, or None where the type can't be a class."""
    kind = plain(column).type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_null(kind):
        return None
    if pa.types.is_temporal(kind):
        return None
    return int(pc.count_distinct(plain(column)).as_py())
