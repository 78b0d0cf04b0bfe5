"""Which part of a run a row belongs to, by a column: one that names the parts, one of groups, one of times.

Works on cells as text, so that a script that read the table with pandas finds the same parts. Knows no texts and no
classes. Guarantees that no group is on two sides, and that no row to learn from is later than one that measures.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from core.data.table import plain, values
from core.errors import ColumnError, DataError
from core.messages import Message

Side = Literal["train", "eval", "test"]
# A column with more different values names no parts.
_MOST_NAMES = 40
_SHOWN = 6
_NAMES: Mapping[str, Side] = {
    **dict.fromkeys(("train", "training", "trn", "learn", "fit", "訓練", "学習", "训练", "训练集"), "train"),
    **dict.fromkeys(
        (
            "valid",
            "validation",
            "val",
            "dev",
            "development",
            "eval",
            "evaluation",
            "publictest",
            "検証",
            "評価",
            "验证",
            "验证集",
        ),
        "eval",
    ),
    **dict.fromkeys(
        ("test", "testing", "tst", "holdout", "hold-out", "privatetest", "テスト", "测试", "测试集"), "test"
    ),
}
_TRUE, _FALSE = frozenset({"true", "yes", "y", "t", "1"}), frozenset({"false", "no", "n", "f", "0"})
_WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+")
_SPLIT_WORDS = frozenset({"split", "splits", "subset", "fold", "folds", "set", "part", "partition", "usage"})
_FOLDS = frozenset({"fold", "folds", "kfold"})


@dataclass(frozen=True)
class Meaning:
    """What the values of a column say: `sides` maps a folded value to the part of its rows."""

    sides: Mapping[str, Side]

    def words(self) -> Message:
        """Which values learn, measure and are kept for the test."""
        told = []
        for side, words in (
            ("train", Message("training")),
            ("eval", Message("evaluation")),
            ("test", Message("test")),
        ):
            named = [value for value, of in self.sides.items() if of == side]
            if named:
                told.append(Message("{part}: {values}", part=words, values=_listed(named)))
        return Message.joined(told, "; ")


def cells(column: pa.ChunkedArray) -> list[str | None]:
    """The cells of a column as text, None where there is nothing."""
    return as_text(values(plain(column)))


def as_text(found: Iterable[Any]) -> list[str | None]:
    """Values as text: whole numbers alike whether they were read as such or as decimals; None for nothing."""
    return [_text(value) for value in found]


def _text(value: Any) -> str | None:
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    return str(value).strip() or None


def meaning(name: str, written: Sequence[str | None]) -> Meaning | None:
    """What a column says of the parts; None where it does not name a part to learn from and one to measure with.

    Args:
        name: of the column: `is_valid` says what true is.
        written: its N cells as text.
    """
    counts = Counter(cell.casefold() for cell in written if cell is not None)
    if not 2 <= len(counts) <= _MOST_NAMES:
        return None
    sides = _by_word(counts) or _by_truth(name, counts) or _by_number(name, counts)
    return Meaning(sides) if sides and set(sides.values()) > {"train"} and "train" in sides.values() else None


def offered(table: pa.Table, taken: Iterable[str]) -> tuple[str, Meaning] | None:
    """A column that names the parts, and what it says; None where there is none.

    Args:
        taken: columns that are something else: text and label.
    """
    for name in table.column_names:
        words = {word.casefold() for word in _WORD.findall(name)}
        called = words & _SPLIT_WORDS or words & set(_NAMES)
        if name in set(taken) or not called:
            continue
        found = meaning(name, cells(table[name]))
        if found is not None:
            return name, found
    return None


def by_name(name: str, written: Sequence[str | None]) -> tuple[np.ndarray, Meaning]:
    """The part of each row: "train", "eval", "test" or "", str (N,).

    Raises:
        DataError: no part can be told from these values.
    """
    found = meaning(name, written)
    if found is None:
        seen = Counter(cell for cell in written if cell is not None)
        raise DataError(
            Message(
                "The column {column!r} names no parts; found {values}, expected values such as train, valid and test, "
                "0, 1 and 2, or is_valid true and false.",
                column=name,
                values=_listed([value for value, _ in seen.most_common(_SHOWN + 1)]) or Message("nothing"),
            ),
            Message("Choose another column, or set data.split to source."),
        )
    return np.array([found.sides.get(cell.casefold(), "") if cell else "" for cell in written]), found


def by_group(name: str, written: Sequence[str | None], sizes: Sequence[int], seed: int) -> list[np.ndarray]:
    """Rows of parts that share no group, as near as whole groups come to the sizes; the last array is the rest.

    Args:
        written: the group of each of N rows; rows without one are groups of their own.
        sizes: rows wanted, part by part, each filled before the next.

    Raises:
        DataError: there are fewer groups than parts.
    """
    codes: dict[str, int] = {}
    groups = np.empty(len(written), np.int64)
    alone = 0
    for row, cell in enumerate(written):
        alone -= cell is None
        groups[row] = alone if cell is None else codes.setdefault(cell, len(codes))
    _, first, groups = np.unique(groups, return_index=True, return_inverse=True)
    rows = np.bincount(groups)
    if len(rows) <= len(sizes):
        raise DataError(
            Message(
                "The column {column!r} has {groups} different values in the rows that can be used, expected at least "
                "{least}: one for each part.",
                column=name,
                groups=len(rows),
                least=len(sizes) + 1,
            ),
            Message("Choose another column, or set data.split to source."),
        )
    # Numbered as they come, whatever they are called.
    order = np.random.default_rng(seed).permutation(len(rows))
    by_coming = np.argsort(first, kind="stable")[order]
    side = np.full(len(rows), len(sizes))
    for part, size in enumerate(sizes):
        free = by_coming[side[by_coming] == len(sizes)]
        # A group is kept back for each part that is still to be filled, and for the rest.
        taken = _filling(rows[free], size, len(free) - (len(sizes) - part))
        side[free[taken]] = part
    of_row = side[groups]
    return [np.flatnonzero(of_row == part) for part in range(len(sizes) + 1)]


def _filling(rows: np.ndarray, size: int, most: int) -> list[int]:
    """Which of the groups, at most `most`, make up about `size` rows: those that fit, then one that comes nearer."""
    taken: list[int] = []
    count = 0
    for group, here in enumerate(rows.tolist()):
        if len(taken) >= most or count >= size:
            break
        if count + here <= size:
            taken.append(group)
            count += here
    left = np.setdiff1d(np.arange(len(rows)), taken)
    if count < size and len(taken) < most and len(left):
        smallest = int(left[np.argmin(rows[left])])
        if not taken or count + rows[smallest] - size < size - count:
            taken.append(smallest)
    return taken


def times(name: str, written: Sequence[str | None]) -> np.ndarray:
    """When each row was written, seconds since 1970 as float64 (N,), NaN where that is not known.

    Raises:
        DataError: no cell is a date.
    """
    known = {cell: None for cell in written if cell is not None}
    found = _seconds(list(known))
    if not np.isfinite(found).any():
        raise DataError(
            Message(
                "The column {column!r} has no dates; found {values}, expected dates such as 2024-05-31 or seconds "
                "since 1970.",
                column=name,
                values=_listed(list(known)[: _SHOWN + 1]) or Message("nothing"),
            ),
            Message("Choose another column, or set data.split to source."),
        )
    by_cell = dict(zip(known, found.tolist(), strict=True))
    return np.array([math.nan if cell is None else by_cell[cell] for cell in written])


def column_of(table: pa.Table, name: str | None) -> str:
    """The column of the parts, which was asked for.

    Raises:
        ColumnError: none was named, or the table has no such column.
    """
    if name is None:
        raise ColumnError(
            Message("data.split goes by a column, but data.split_column names none."),
            Message("Name the column, or set data.split to source."),
        )
    if name not in table.column_names:
        raise ColumnError(
            Message(
                "There is no column {name!r}. The columns are: {known}.", name=name, known=", ".join(table.column_names)
            ),
            Message("Choose one of these."),
        )
    return name


def _by_word(counts: Counter[str]) -> dict[str, Side]:
    """Values that are words for the parts, most rows' at least."""
    sides = {value: _NAMES[bare] for value in counts if (bare := value.strip(" _-.").removesuffix("_set")) in _NAMES}
    return sides if 2 * sum(counts[value] for value in sides) >= counts.total() else {}


def _by_truth(name: str, counts: Counter[str]) -> dict[str, Side]:
    """True and false, or 1 and 0, of a column whose name says what is true."""
    if not set(counts) <= _TRUE | _FALSE:
        return {}
    words = [word.casefold() for word in _WORD.findall(name)]
    true = next((_NAMES[word] for word in words if word in _NAMES), None)
    if true is None and set(counts) == {"0", "1"}:
        # The usual order: train, then what measures.
        true = "eval"
    if true is None:
        return {}
    false: Side = "eval" if true == "train" else "train"
    return {value: true if value in _TRUE else false for value in counts}


def _by_number(name: str, counts: Counter[str]) -> dict[str, Side]:
    """Numbers from 0 or 1 on: train, valid and test, or folds, the last of which measures."""
    if not all(value.isdecimal() for value in counts):
        return {}
    numbers = sorted(map(int, counts))
    if numbers[0] > 1 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return {}
    if {word.casefold() for word in _WORD.findall(name)} & _FOLDS:
        return {value: "eval" if int(value) == numbers[-1] else "train" for value in sorted(counts, key=int)}
    order: tuple[Side, ...] = ("train", "eval", "test")
    if len(numbers) > len(order):
        return {}
    return {value: order[int(value) - numbers[0]] for value in sorted(counts, key=int)}


# After ISO 8601, which is tried first.
_FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%m %d, %Y",
    "%a %b %d %H:%M:%S %z %Y",
    "%a %b %d %H:%M:%S %Z %Y",
    "%a, %d %b %Y %H:%M:%S %z",
    "%B %Y",
    "%b %Y",
)
# Which comes first, day or month, a whole column tells.
_SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2\d{2,4}")
_YEARS, _DAYS = (1900.0, 2200.0), (19_000_101.0, 22_001_231.0)


def _seconds(written: list[str]) -> np.ndarray:
    """Seconds since 1970 of N cells, NaN where one is no date."""
    import pandas as pd

    numbers = pd.to_numeric(pd.Series(written, dtype=object), errors="coerce").to_numpy(float)
    if len(written) and np.isfinite(numbers).mean() > 0.5:
        return _of_numbers(numbers)
    cells = pd.Series(written, dtype=object).str.replace(
        r"^\s*(\d{4})年(\d{1,2})月(\d{1,2})日", r"\1-\2-\3", regex=True
    )
    # As shops write it: "Reviewed in the United States on May 6, 2020", "on 1 October 2018".
    cells = cells.str.replace(r"^(?:.* )?on (?=[A-Z][a-z]+ \d|\d{1,2} [A-Z])", "", regex=True).str.strip()
    found = np.full(len(written), np.nan)
    for form in ("ISO8601", *_day_or_month(written), *_FORMATS):
        open_ = np.flatnonzero(np.isnan(found))
        if not len(open_):
            break
        parsed = pd.to_datetime(cells.iloc[open_], format=form, errors="coerce", utc=True)
        there = parsed.notna().to_numpy()
        microseconds = parsed[there].dt.as_unit("us").astype("int64").to_numpy()
        found[open_[there]] = microseconds / 1e6
    return found


def _of_numbers(numbers: np.ndarray) -> np.ndarray:
    """Years, days such as 20240531, or time since 1970 in seconds, or in thousandths and so on of them."""
    import pandas as pd

    there = numbers[np.isfinite(numbers)]
    whole = bool((there == np.floor(there)).all())
    if whole and _YEARS[0] <= there.min() and there.max() < _YEARS[1]:
        return np.array([_new_year(number) for number in numbers])
    if whole and _DAYS[0] <= there.min() and there.max() <= _DAYS[1]:
        days = pd.Series([f"{number:.0f}" for number in numbers])
        parsed = pd.to_datetime(days, format="%Y%m%d", errors="coerce", utc=True)
        return np.where(parsed.notna(), parsed.dt.as_unit("s").astype("int64").to_numpy(), np.nan)
    # Any second of these centuries has fewer than twelve digits.
    size = float(np.abs(there).max())
    return numbers / next((unit for unit in (1.0, 1e3, 1e6, 1e9) if size / unit < 1e11), 1e9)


def _new_year(number: float) -> float:
    if not math.isfinite(number):
        return math.nan
    return datetime(int(number), 1, 1, tzinfo=UTC).timestamp()


def _day_or_month(written: Sequence[str]) -> list[str]:
    """The formats of 31/05/2024 and 05/31/2024, in the order that this column speaks for."""
    seen = [found for cell in written if (found := _SLASHED.match(cell.strip()))]
    day_first = any(int(found[1]) > 12 for found in seen) and not any(int(found[3]) > 12 for found in seen)
    orders = ("%d{0}%m{0}", "%m{0}%d{0}") if day_first else ("%m{0}%d{0}", "%d{0}%m{0}")
    return [
        order.format(sign) + year + clock
        for order in orders
        for sign in ("/", "-")
        for year in ("%Y", "%y")
        for clock in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
        if seen
    ]


def _listed(found: Sequence[str]) -> str:
    return ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
