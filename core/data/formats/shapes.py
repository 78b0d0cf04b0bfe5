"""JSON documents to rows: the shapes that pandas, the Hub's viewer, APIs and Label Studio write.

Knows how rows are arranged in a document; nothing of files, types or what a column means. Guarantees that what it takes
for rows is all of one array or object, and that what lies beside them is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.data.formats import labelstudio, within
from core.data.formats.column_names import are_names, named, nameless
from core.data.odd import MOST_ODD, Odd
from core.data.table import EVALUATION_SPLITS
from core.data.table import are_names as are_class_names
from core.errors import SourceError
from core.messages import Message

MOST_DEEP = 6
_EXPECTED = Message('Expected one object per row, such as {{"text": "Great place", "stars": 5}}.')
_KINDS = {
    dict: Message("an object"),
    list: Message("an array"),
    str: Message("a string"),
    bool: Message("true or false"),
    type(None): Message("null"),
}
_NUMBER = Message("a number")
_PARTS = frozenset({"train", "training", *EVALUATION_SPLITS})

Row = dict[str, Any]


@dataclass
class Rows:
    """Rows of a document; `is_plain` says that the document is nothing but them."""

    items: list[Row]
    notes: list[Message] = field(default_factory=list)
    is_plain: bool = True
    class_names: Mapping[str, list[str]] = field(default_factory=dict)
    left_out: tuple[Odd, ...] = ()
    repaired: tuple[Odd, ...] = ()


def of_lines(file: str, values: Sequence[Any], lines: Sequence[int]) -> Rows:
    """Rows of a file with one value a line.

    Raises:
        SourceError: a value is no object.
    """
    if len(values) > 1 and all(isinstance(value, list) for value in values):
        return _of_arrays(values, lines)
    for value, line in zip(values, lines, strict=True):
        if not isinstance(value, dict):
            raise SourceError(
                Message(
                    "{name}: line {line} is {found}, expected an object.", name=file, line=line, found=_kind(value)
                ),
                _EXPECTED,
            )
    return _of_objects(list(values))


def of_document(file: str, document: Any) -> Rows:
    """Rows of one document.

    Raises:
        SourceError: it holds none.
    """
    if isinstance(document, list):
        return _of_list(file, document)
    if not isinstance(document, dict):
        return of_lines(file, [document], [1])
    if found := _of_pandas(document) or _of_parts(document) or _of_columns(file, document) or _of_keys(document):
        found.is_plain = False
        return found
    if (path := _longest(document)) is not None:
        inner: Any = document
        beside: list[str] = []
        for key in path:
            beside += [each for each in inner if each != key]
            inner = inner[key]
        found = _of_list(file, inner, _classes(document))
        found.is_plain = False
        where = ".".join(path)
        note = Message("The rows are those under {key!r}.", key=where)
        if beside:
            note = Message(
                "The rows are those under {key!r}; what lies beside them is not read: {others}.",
                key=where,
                others=", ".join(beside),
            )
        found.notes.insert(0, note)
        return found
    return _of_objects([document])


def _kind(value: Any) -> Message:
    return _KINDS.get(type(value), _NUMBER)


def _of_list(file: str, found: list[Any], class_names: Mapping[str, list[str]] | None = None) -> Rows:
    if len(found) > 1 and all(isinstance(each, list) for each in found):
        return _of_arrays(found, range(1, len(found) + 1))
    for place, row in enumerate(found, 1):
        if not isinstance(row, dict):
            raise SourceError(
                Message(
                    "{name}: element {place} is {found}, expected an object.", name=file, place=place, found=_kind(row)
                ),
                _EXPECTED,
            )
    return _of_objects(found, class_names)


def _of_objects(rows: list[Row], class_names: Mapping[str, list[str]] | None = None) -> Rows:
    """Objects that are rows, or have them within: of the Hub's viewer, of Label Studio, pages of an API."""
    made = Rows(rows, class_names=class_names or {})
    if (key := within.key_of(rows)) is not None:
        made.items, made.is_plain = within.rows_of(rows, key), False
        made.notes.append(Message("The rows are those under {key!r}.", key=key))
        if without := [place for place, row in enumerate(rows, 1) if not row.get(key)]:
            lines = tuple((at, "") for at in without[:MOST_ODD])
            made.left_out = (Odd(Message("without any rows under {key!r}", key=key), len(without), lines),)
    if rows and all(isinstance(row.get("row"), dict) and "row_idx" in row for row in rows):
        cut = [place for place, row in enumerate(rows, 1) if row.get("truncated_cells")]
        made.items, made.is_plain = [row["row"] for row in rows], False
        if cut:
            made.repaired = (
                Odd(
                    Message("with cells that the Hub's viewer cut short"),
                    len(cut),
                    tuple((at, "") for at in cut[:MOST_ODD]),
                ),
            )
    several = labelstudio.Several()
    if labelstudio.are_tasks(made.items):
        made.items, made.is_plain = labelstudio.rows_of(made.items, several), False
        made.notes.append(Message("Read as Label Studio exports it: the first annotation of each task."))
    elif any(labelstudio.is_choice(value) for row in made.items for value in row.values()):
        made.items, made.is_plain = labelstudio.without_choices(made.items, several), False
    made.notes += several.notes
    made.repaired += several.odd
    return made


def _of_arrays(found: Sequence[list[Any]], lines: Sequence[int]) -> Rows:
    """Arrays, the first of which may hold the names."""
    first = found[0]
    has_names = are_names(first, found[1:]) and all(cell.strip() for cell in first)
    width = len(first) if has_names else max(map(len, found))
    names, notes = named(first) if has_names else nameless(width)
    rows, long, short = [], [], []
    for line, cells in list(zip(lines, found, strict=True))[has_names:]:
        if len(cells) > width:
            long.append((line, str(cells)[:500]))
            continue
        if len(cells) < width:
            short.append((line, str(cells)[:500]))
        rows.append(dict(zip(names, cells, strict=False)))
    made = Rows(rows, list(notes), is_plain=False)
    if long:
        made.left_out = (Odd(Message("with more cells than the header"), len(long), tuple(long[:MOST_ODD])),)
    if short:
        made.repaired = (
            Odd(
                Message("with fewer cells than the header; the missing ones are empty"),
                len(short),
                tuple(short[:MOST_ODD]),
            ),
        )
    return made


def _of_pandas(document: Row) -> Rows | None:
    """pandas' orients `split` and `table`."""
    columns, data, schema = document.get("columns"), document.get("data"), document.get("schema")
    if isinstance(columns, list) and isinstance(data, list) and data and all(isinstance(row, list) for row in data):
        names, notes = named([str(name) for name in columns])
        if all(len(row) == len(names) for row in data):
            return Rows([dict(zip(names, row, strict=True)) for row in data], list(notes))
    if isinstance(schema, dict) and isinstance(schema.get("fields"), list) and _are_rows(data):
        index = schema.get("primaryKey")
        aside = set(index) if isinstance(index, list) and all(isinstance(each, str) for each in index) else set()
        aside &= {"index"}
        return Rows([{name: cell for name, cell in row.items() if name not in aside} for row in data or []])
    return None


def _of_parts(document: Row) -> Rows | None:
    """A list of rows for each part, such as `train` and `test`; the part of a row becomes a column of its own."""
    parts = {name: rows for name, rows in document.items() if name.casefold() in _PARTS and _are_rows(rows)}
    if len(parts) < 2:
        return None
    others = [name for name in document if name not in parts]
    notes = [Message("Not read, since it is no column: {names}.", names=", ".join(others))] if others else []
    return Rows([{"split": name} | row for name, rows in parts.items() for row in rows], notes)


def _are_rows(found: Any) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(row, dict) for row in found)


def _of_columns(file: str, document: Row) -> Rows | None:
    """A list of cells for each column."""
    lists = {name: cells for name, cells in document.items() if isinstance(cells, list)}
    if not lists or (len(lists) < 2 and len(document) > 1):
        return None
    if any(isinstance(cell, dict | list) for cells in lists.values() for cell in cells[:3]):
        return None
    others = [name for name in document if name not in lists]
    # A text beside lists: one row with lists in it.
    is_row = any(isinstance(document[name], dict) or " " in str(document[name]).strip() for name in others)
    if is_row or len(others) > len(lists):
        return None
    lengths = {name: len(cells) for name, cells in lists.items()}
    if len(set(lengths.values())) > 1:
        if others or min(lengths.values()) < 2:
            # One row with lists in it.
            return None
        raise _of_unlike_lengths(file, lengths)
    if others and min(lengths.values()) < 2:
        return None
    notes = [Message("Not read, since it is no column: {names}.", names=", ".join(others))] if others else []
    return Rows([dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)], notes)


def _of_unlike_lengths(file: str, lengths: Mapping[str, int]) -> SourceError:
    (name, count), *others = lengths.items()
    other, more = next(each for each in others if each[1] != count)
    return SourceError(
        Message(
            "{name}: the column {column!r} has {count:,} cells and {other!r} has {more:,}, expected as many.",
            name=file,
            column=name,
            count=count,
            other=other,
            more=more,
        ),
        Message("Write the file again, with one cell a row in each column."),
    )


def _of_keys(document: Row) -> Rows | None:
    """An object for each column (pandas' orient `columns`), or for each row (its `index`, and ids)."""
    inner = list(document.values())
    if not inner or not all(isinstance(each, dict) and each for each in inner):
        return None
    # The same keys in each: these are rows, or the outer ones are.
    alike = all(each.keys() == inner[0].keys() for each in inner)
    count = len(inner[0])
    if len(inner) == 1 and not _are_numbers(inner[0]):
        return None
    cells = [cell for each in inner[:20] for cell in list(each.values())[:20]]
    if any(isinstance(cell, list) and cell and isinstance(cell[0], dict) for cell in cells):
        return None
    by_column = alike and (_are_numbers(inner[0]) or (not _are_numbers(document) and count > len(inner)))
    if by_column and _are_numbers(document) and len(inner) > count:
        by_column = False
    if by_column:
        if any(isinstance(cell, dict) for cell in cells):
            return None
        return Rows([{name: each[key] for name, each in document.items()} for key in inner[0]])
    common = set(inner[0]).intersection(*inner)
    if len(inner) < 2 or not (alike or _are_numbers(document) or (common and len(inner) > 2)):
        return None
    if _are_numbers(document):
        return Rows(inner)
    return Rows([{"key": key, **each} if "key" not in each else each for key, each in document.items()])


def _are_numbers(found: Mapping[str, Any]) -> bool:
    return all(key.isdecimal() for key in found)


def _longest(document: Row) -> tuple[str, ...] | None:
    """Where the longest array of rows lies, at most MOST_DEEP levels down."""
    best: tuple[int, tuple[str, ...]] = (0, ())
    level: list[tuple[tuple[str, ...], Row]] = [((), document)]
    for _ in range(MOST_DEEP):
        deeper = []
        for path, each in level:
            for key, value in each.items():
                is_rows = _are_rows(value) or (
                    isinstance(value, list) and len(value) > 1 and all(isinstance(row, list) for row in value)
                )
                if is_rows and key != "features" and len(value) > best[0]:
                    best = (len(value), (*path, key))
                if isinstance(value, dict):
                    deeper.append(((*path, key), value))
        if best[0]:
            break
        level = deeper
    return _checked(document, best[1]) if best[0] else None


def _checked(document: Row, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """None where the document is rather one row: texts beside one short list of objects, say."""
    inner: Any = document
    for key in path:
        inner = inner[key]
    texts = [value for value in document.values() if isinstance(value, str) and len(value.split()) > 8]
    return None if texts and len(inner) < 5 else path


def _classes(document: Row) -> dict[str, list[str]]:
    """What classes are called, as the Hub's viewer lists them."""
    features = document.get("features")
    if not isinstance(features, list):
        return {}
    named = {each.get("name"): each.get("type") for each in features if isinstance(each, dict)}
    return {
        name: kind["names"]
        for name, kind in named.items()
        if isinstance(name, str) and isinstance(kind, dict) and are_class_names(kind.get("names"))
    }
