"""What a label column holds, before anything is made of it: its forms, how each is written, how many rows have it.

Knows numbers, strings, booleans, lists of strings and the class names of the hub; knows nothing of what classes mean.
Guarantees that cells which look the same are one form, and that `encode` gives every cell the form that was counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.guess import MOST_CLASSES
from core.data.table import BETWEEN, Table, blank, flat, values
from core.errors import LabelError
from core.messages import Message
from core.tasks import spellings

# More different cells than any mapping is written for; folding them would take seconds.
MOST_CELLS = 100_000
_MOST_LIST = 2_000
_STRING = r"""(?:'[^'\\]*'|"[^"\\]*")"""
_LIST, _LISTED = re.compile(rf"\[\s*{_STRING}(?:\s*,\s*{_STRING})*\s*\]"), re.compile(_STRING)
_SPELLINGS_SHOWN = 3
ANOTHER = Message("Choose another label column, or round the values to a few steps.")


@dataclass(frozen=True)
class Written:
    """F forms of a label column.

    Attributes:
        column: its name.
        forms: each form, as `form_of` gives it.
        cells: how each is written most often.
        counts: how many rows of all splits have it; of a table whose text column is known, rows with a text.
        also: some other spellings of a form, and how many rows have one of those.
        class_names: of the hub; each form is then the place of a name.
    """

    column: str
    forms: tuple[str, ...]
    cells: tuple[str, ...]
    counts: tuple[int, ...]
    also: dict[str, tuple[tuple[str, ...], int]] = field(default_factory=dict)
    class_names: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What each number of `encode` stands for."""
        return self.cells

    @property
    def named(self) -> bool:
        """Whether classes have names of the hub's own."""
        return bool(self.class_names)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {form: number for number, form in enumerate(self.forms)}

    def encode(self, column: pa.ChunkedArray) -> np.ndarray:
        """The number of each cell's form, int64 (N,); -1 where the cell is empty or has none of them."""
        return encode(column, self._place)


def look(table: Table, column: str, text: str | None = None) -> Written:
    """Find all forms of a label column in all splits, so that one which only the evaluation part has is known too.

    Args:
        table: what was read.
        column: a column of the `train` split.
        text: the text column: rows without a text are not counted; None counts all rows.

    Raises:
        LabelError: the cells are nested or bytes, or far too many are different.
    """
    every: Counter[str] = Counter()
    usable: Counter[str] = Counter()
    for split in table.splits.values():
        if column not in split.column_names:
            continue
        cells = split[column]
        _add(every, cells, column)
        if text in split.column_names:
            _add(usable, cells.filter(pa.array(~blank(split[text]))), column)
    counted = every if text is None else usable
    if column in table.class_names:
        names = tuple(table.class_names[column])
        forms = tuple(str(place) for place in range(len(names)))
        found: Counter[str] = Counter()
        for cell, count in counted.items():
            found[form_of(cell)] += count
        return Written(column, forms, forms, tuple(found[form] for form in forms), class_names=names)
    return _written(column, every, counted)


def _written(column: str, every: Mapping[str, int], counted: Mapping[str, int]) -> Written:
    spelled: dict[str, Counter[str]] = {}
    for cell, count in every.items():
        spelled.setdefault(form_of(cell), Counter())[cell] += count
    cells, counts, also = [], [], {}
    for form, found in spelled.items():
        # Of spellings that are as frequent the plainest.
        usual = max(found, key=lambda cell: (found[cell], cell == form, cell))
        cells.append(usual.strip())
        counts.append(sum(counted.get(cell, 0) for cell in found))
        others = [cell for cell, _ in found.most_common() if cell != usual]
        # 5 and 5.0 are one number, whoever wrote them.
        if others and not all(spellings.NUMBER.fullmatch(cell.strip()) for cell in found):
            also[form] = (tuple(others[:_SPELLINGS_SHOWN]), sum(found[cell] for cell in others))
    return Written(column, tuple(spelled), tuple(cells), tuple(counts), also)


def _add(counted: Counter[str], column: pa.ChunkedArray, name: str) -> None:
    """Count the cells of a part of a label column as they are written; empty ones are left out."""
    cells = flat(column)
    if pa.types.is_nested(cells.type) or pa.types.is_binary(cells.type) or pa.types.is_large_binary(cells.type):
        raise LabelError(
            Message(
                "The label column {column!r} holds {kind}, expected one value per row.",
                column=name,
                kind=str(cells.type),
            ),
            ANOTHER,
        )
    found = pc.value_counts(cells)
    if len(found) > MOST_CELLS:
        raise too_many(name, len(found))
    for value, count in zip(values(found.field("values")), found.field("counts").to_pylist(), strict=True):
        if (cell := _cell(value)) is not None:
            counted[cell] += count


def too_many(column: str, count: int) -> LabelError:
    """What to say of a column with more different values than a model can learn."""
    return LabelError(
        Message(
            "The label column {column!r} holds {count:,} different values, expected at most {most} classes.",
            column=column,
            count=count,
            most=MOST_CLASSES,
        ),
        Message("Choose another label column, or merge the values into a few with data.classes."),
    )


def _cell(value: object) -> str | None:
    """A cell as it is written; None for an empty one."""
    if isinstance(value, bool):
        return str(value).lower()
    # A float column has NaN for an empty cell.
    if value is None or value != value:
        return None
    text = str(value)
    if text.startswith("[") and len(text) <= _MOST_LIST and _LIST.fullmatch(text):
        # As pandas writes a list, or JSON.
        text = BETWEEN.join(part[1:-1] for part in _LISTED.findall(text))
    return text if spellings.folded(text) else None


def form_of(cell: str) -> str:
    """One plain form for cells that mean the same, such as 5, 5.0 and ' 5', or Good and good."""
    if BETWEEN in cell:
        return BETWEEN.join(part for each in cell.split(BETWEEN) if (part := form_of(each)))
    form = spellings.folded(cell)
    return plain_number(float(form)) if spellings.NUMBER.fullmatch(form) else form


def plain_number(number: float) -> str:
    """A number in as few digits as it takes."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def encode(column: pa.ChunkedArray, place: Mapping[str, int]) -> np.ndarray:
    """Turn the N cells of a label column into numbers.

    Args:
        column: of any type that `look` takes.
        place: the number of each form.

    Returns:
        int64 (N,), and -1 where the cell is empty or of no known form.
    """
    # int8 or int16 codes would do, but the trainer wants int64.
    parts = [_encode_chunk(chunk, place) for chunk in flat(column).chunks]
    return np.concatenate([np.empty(0, np.int64), *parts])


def _encode_chunk(chunk: pa.Array, place: Mapping[str, int]) -> np.ndarray:
    if pa.types.is_null(chunk.type):
        return np.full(len(chunk), -1, np.int64)
    coded = chunk.dictionary_encode()
    cells = [_cell(value) for value in values(coded.dictionary)]
    numbers = [-1 if cell is None else place.get(form_of(cell), -1) for cell in cells]
    # Null rows have a null index, which becomes the -1 at the end of the list.
    index = pc.fill_null(coded.indices, len(numbers)).to_numpy(zero_copy_only=False)
    encoded: np.ndarray = np.array([*numbers, -1], np.int64)[index]
    return encoded
