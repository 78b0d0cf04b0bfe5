"""Which column is the review and which is its rating.

Looks at names, types and the first rows; knows nothing of what the classes mean. Guarantees two different
columns that exist, the text one holding strings.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from core.data import guess
from core.data.guess import MOST_CLASSES
from core.data.table import Table, is_text
from core.errors import ColumnError
from core.messages import Message


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
        raise ColumnError(
            Message("The column {name!r} is both text and label.", name=text),
            Message("Choose two different columns."),
        )
    texts, labels = candidates(table)
    text = text or _first_text(texts, label, table)
    label = label or next((name for name in labels if name != text), None)
    if label is None:
        raise ColumnError(
            Message(
                "No column can be the label; expected one with 2 to {most} different values. Found: {columns}.",
                most=MOST_CLASSES,
                columns=_listed(table),
            ),
            _how_to_choose(table),
        )
    return Columns(text, label)


def text_column(table: Table, named: str | None, usual: str | None) -> str:
    """The column with the review alone: as named, else the usual one where the table has it, else a guess.

    Raises:
        ColumnError: the named column is missing or holds no strings, or no column does.
    """
    if named is not None:
        _check_text(table, named)
        return named
    texts, _labels = candidates(table)
    return usual if usual in texts else _first_text(texts, None, table)


def candidates(table: Table) -> tuple[list[str], list[str]]:
    """Columns that could be the text and columns that could be the label, each best first.

    A column may be in both lists; `choose` never takes it for both.
    """
    texts = [each.name for each in guess.texts(table.train)]
    labels = [each.name for each in guess.labels(table.train, table.class_names)]
    # What reads most like a review is a label only when nothing else is: a sentence for each row can look like few
    # classes in a small table.
    labels.sort(key=lambda name: name in texts[:1])
    return texts, labels


def _check_text(table: Table, name: str) -> None:
    if name not in table.train.column_names:
        raise _missing(name, table.train.column_names)
    kind = table.train.schema.field(name).type
    if not is_text(kind):
        raise ColumnError(
            Message("The text column {name!r} holds {kind}, expected text.", name=name, kind=str(kind)),
            _how_to_choose(table),
        )


def _first_text(texts: list[str], taken: str | None, table: Table) -> str:
    for name in texts:
        if name != taken:
            return name
    raise ColumnError(
        Message(
            "No column can be the text; expected one with strings. Found: {columns}.",
            columns=_listed(table),
        ),
        _how_to_choose(table),
    )


def _listed(table: Table) -> str:
    return ", ".join(f"{field.name} ({field.type})" for field in table.train.schema)


def _missing(name: str, known: list[str]) -> ColumnError:
    folded = {each.casefold(): each for each in known}
    near = get_close_matches(name.casefold(), folded, n=1)
    return ColumnError(
        Message("There is no column {name!r}. The columns are: {known}.", name=name, known=", ".join(known)),
        Message("Did you mean {name!r}?", name=folded[near[0]]) if near else Message("Choose one of these."),
    )


def _how_to_choose(table: Table) -> Message:
    if len(table.train.column_names) > 1:
        return Message("Name the text column and the label column.")
    return Message("The table needs two columns: the review and its rating. Check the delimiter of the file.")
