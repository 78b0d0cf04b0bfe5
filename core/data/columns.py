"""Which column is the review and which is its rating.

Looks at names, types and the first rows; knows nothing of what the classes mean. Guarantees two different columns that
exist, or that `with_text` makes of several that do, the text one holding strings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Self

import pyarrow as pa

from core.config import DataConfig
from core.data import guess, several
from core.data.guess import MOST_CLASSES
from core.data.table import Table, is_text
from core.errors import ColumnError
from core.messages import Message

# Reasons why a column is no label that are told, and the longest name of such a column.
_MOST_REASONS, _MOST_NAME = 4, 40


@dataclass(frozen=True)
class Columns:
    """The names of the two columns that matter.

    Attributes:
        texts: the columns that the text is made of, where these are several: `text` is then the name of what
            `with_text` makes of them.
        nothing: what stands in these where nothing was written, such as `no negative`.
        guessed: whether several were put together without being asked for.
    """

    text: str
    label: str
    texts: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    guessed: bool = False


def named_text(data: DataConfig) -> str | None:
    """The text column that a configuration names, several as one; None where it is to be guessed."""
    return several.name_of(list(dict.fromkeys(data.text_columns))) if data.text_columns else data.text_column


@dataclass(frozen=True)
class Ranking:
    """Columns that could be the text and that could be the label, each best first; a column may be in both."""

    texts: list[guess.Candidate]
    labels: list[guess.Candidate]

    @classmethod
    def of(cls, table: Table) -> Self:
        """Look through the first rows of every column."""
        return cls(guess.texts(table.train), guess.labels(table.train, table.class_names))

    @property
    def names(self) -> tuple[list[str], list[str]]:
        """Texts and labels by name, as `choose` takes them."""
        texts, labels = ([each.name for each in role] for role in (self.texts, self.labels))
        # What reads most like a review is a label only when nothing else is: a sentence for each row can look like few
        # classes in a small table.
        labels.sort(key=lambda name: name in texts[:1])
        return texts, labels


def choose(table: Table, text: str | None = None, label: str | None = None, ranking: Ranking | None = None) -> Columns:
    """Check the columns that were named and guess those that were not.

    Args:
        table: what was read; the `train` split decides.
        text: the column with the review, or several joined by " + "; None to guess it.
        label: the column with the rating, None to guess it.
        ranking: of the table, where it is known.

    Raises:
        ColumnError: a named column is missing, the text column holds no strings, both are the same, or
            nothing fits.
    """
    texts = () if text is None else text_parts(table, text)
    if label is not None and label not in table.train.column_names:
        raise _missing(label, table.train.column_names)
    if label is not None and label in texts:
        raise ColumnError(
            Message("The column {name!r} is both text and label.", name=label),
            Message("Choose two different columns."),
        )
    guessed = not texts
    # What was named is not looked for.
    ranked, labels = (ranking or Ranking.of(table)).names if guessed or label is None else ([], [])
    if guessed:
        texts = (_first_text(ranked, label, table),)
    label = label or next((name for name in labels if name not in texts), None)
    if label is None:
        raise _no_label(table, texts[0])
    if guessed:
        texts = several.guessed(table.train, texts[0], [label]) or texts
    if len(texts) == 1:
        return Columns(texts[0], label)
    return Columns(several.name_of(texts), label, texts, several.nothings(table.train, texts), guessed)


def with_text(table: Table, columns: Columns) -> Table:
    """The table with the text column that several make up; as it is where the text is a column of its own.

    Splits that lack one of these have no text. A guess is a note.
    """
    if not columns.texts or columns.text in table.train.column_names:
        return table
    splits = {
        name: split.append_column(columns.text, several.join(split, columns.texts, columns.nothing))
        if set(columns.texts) <= set(split.column_names)
        else split
        for name, split in table.splits.items()
    }
    notes = list(table.notes)
    if columns.guessed:
        notes.append(Message("Several columns are read as one text: {columns}.", columns=", ".join(columns.texts)))
    if columns.nothing:
        cells = ", ".join(map(repr, columns.nothing))
        notes.append(Message("Cells that say that nothing was written count as blank: {cells}.", cells=cells))
    return replace(table, splits=splits, notes=tuple(notes))


def text_cells(split: pa.Table, name: str) -> pa.ChunkedArray:
    """The cells of a text column, or of the several that its name stands for; `choose` has found them to be there."""
    if name in split.column_names:
        return split[name]
    texts = several.parts_of(name, split.column_names)
    return several.join(split, texts, several.nothings(split, texts))


def text_parts(table: Table, name: str) -> tuple[str, ...]:
    """The columns that a text column's name stands for: itself, or several joined by " + ".

    Raises:
        ColumnError: one is missing or holds no strings.
    """
    parts = several.parts_of(name, table.train.column_names) or (name,)
    for each in parts:
        _check_text(table, each)
    return parts


def text_column(table: Table, named: str | None, usual: str | None) -> str:
    """The column with the review alone: as named, else the usual one where the table has it, else a guess.

    Raises:
        ColumnError: the named column is missing or holds no strings, or no column does.
    """
    if named is not None:
        _check_text(table, named)
        return named
    texts = [each.name for each in guess.texts(table.train)]
    return usual if usual in texts else _first_text(texts, None, table)


def why(
    table: Table, columns: Columns, guessed: tuple[bool, bool] = (True, True), ranking: Ranking | None = None
) -> dict[str, Message]:
    """Why these columns, for people: under `text` and `label` what speaks for each and against the runner-up.

    Args:
        columns: as `choose` found them.
        guessed: whether the text and the label were guessed; what was chosen needs no reason.
        ranking: of the table, where it is known.
    """
    ranking = ranking or (Ranking.of(table) if any(guessed) else Ranking([], []))
    listed = (ranking.texts, ranking.labels)
    found = {}
    for role, name, other, each, is_guess in zip(
        ("text", "label"), (columns.text, columns.label), (columns.label, columns.text), listed, guessed, strict=True
    ):
        known = {candidate.name: candidate for candidate in each if candidate.name != other}
        # A text that was put together of several columns has the reasons of the best of them.
        parts = several.parts_of(name, table.train.column_names) or (name,)
        own = [known.pop(each) for each in list(known) if each in {name, *parts}]
        best = own[0] if own else None
        following = next(iter(known.values()), None)
        # Reasons are put in as they are stored, so that what is read again is equal.
        if best is None or not is_guess:
            found[role] = Message("{name!r} was chosen.", name=name)
        elif following is None or following.but is None:
            found[role] = Message("{name!r}: {why}.", name=name, why=best.why.to_dict())
        else:
            found[role] = Message(
                "{name!r}: {why}. Next best {other!r}: {but}.",
                name=name,
                why=best.why.to_dict(),
                other=following.name,
                but=following.but.to_dict(),
            )
    return found


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


def _no_label(table: Table, text: str) -> ColumnError:
    """What to say where no column can be the label: why each of the nearest cannot."""
    reasons = guess.no_labels(table.train, table.class_names)
    near = [
        Message("{name!r} {why}", name=name, why=reason)
        for name, reason in reasons.items()
        if name != text and len(name) <= _MOST_NAME
    ][:_MOST_REASONS]
    if not near:
        return ColumnError(
            Message(
                "No column can be the label; expected one with 2 to {most} different values. Found: {columns}.",
                most=MOST_CLASSES,
                columns=_listed(table),
            ),
            _how_to_choose(table),
        )
    return ColumnError(
        Message(
            "No column can be the label; expected one with 2 to {most} different values. {reasons}.",
            most=MOST_CLASSES,
            reasons=Message.joined(near, "; "),
        ),
        Message("Add a column with the class of each row, or name the label column."),
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
