"""The reviews of a table as the rules see them: one pass over all rows, and texts by their number.

Knows Arrow and what is cheap to say of every text: what it is equal to, how many words it has, which marks stand in it.
Knows no rule. Guarantees that row numbers count the splits of the table one after the other, from 0, and that the same
table gives the same samples.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.data import parts
from core.data.columns import Columns
from core.data.near import UNSPACED
from core.data.remedies import folded, key
from core.data.rows import usable
from core.data.table import Table, plain
from core.doctor import marks
from core.tasks import Task

PIECE = 4_000
# Of longer texts only the beginning is looked at where a rule reads a sample.
MOST_CHARACTERS = 20_000
_WORD = re.compile(UNSPACED.pattern + r"|[^\W" + UNSPACED.pattern.strip("[]") + "]+")
# The last word of the last text is followed by as many bytes as are hashed, and one more.
_PAD = bytes(17)
_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


class Stopped(Exception):  # noqa: N818 - not an error: nobody needs the answer any more
    """The examination was given up."""


def words(text: str) -> list[str]:
    """The words of a text without case or marks; signs of scripts without spaces one by one."""
    return _WORD.findall(text.casefold())


@dataclass(frozen=True)
class Reviews:
    """N rows of all splits that have both columns.

    Attributes:
        columns: the two that matter.
        names: the K classes.
        worth: what each class is worth, (K,); None where classes are no ratings.
        splits: the splits by name, and where each begins among the N rows.
        numbers: class of each row, int64 (N,), -1 for none.
        usable: bool (N,), whether text and label are there.
        same: uint64 (N,), equal for equal texts, as remedies compare them.
        words: int64 (N,), words of each text.
        kin: uint64 (N,), often equal for texts that are nearly the same.
        marked: mark -> bool (N,), see `core/doctor/marks.py`.
    """

    table: Table
    columns: Columns
    names: tuple[str, ...]
    worth: np.ndarray | None
    splits: dict[str, int]
    numbers: np.ndarray
    usable: np.ndarray
    same: np.ndarray
    words: np.ndarray
    kin: np.ndarray
    marked: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def used(self) -> np.ndarray:
        """Numbers of the usable rows, ascending."""
        return np.flatnonzero(self.usable)

    def of_split(self, name: str) -> np.ndarray:
        """Numbers of the usable rows of a split."""
        start = self.splits[name]
        mask = self.usable[start : start + self.table.splits[name].num_rows]
        found: np.ndarray = np.flatnonzero(mask) + start
        return found

    @property
    def evaluation(self) -> str | None:
        """The split that measures a run; None where it is cut off the training split."""
        return parts.evaluation_split({name: len(self.of_split(name)) for name in self.splits})

    def text(self, row: int) -> str:
        """The text of a row, its beginning where it is long; empty for an empty cell."""
        name = next(name for name in reversed(self.splits) if self.splits[name] <= row)
        cell = self.table.splits[name][self.columns.text][int(row) - self.splits[name]]
        return str(cell.as_py() or "")[:MOST_CHARACTERS]

    def texts(self, rows: Iterable[int]) -> list[str]:
        # One by one: taking many rows of Arrow at once copies the whole column first.
        return [self.text(row) for row in rows]

    def sample(self, most: int, among: np.ndarray | None = None) -> np.ndarray:
        """At most so many of these rows (of the usable ones), at random, ascending; the same at every call."""
        among = self.used if among is None else among
        if len(among) <= most:
            return among
        return np.sort(np.random.default_rng(0).choice(among, most, replace=False))

    def distinct(self) -> np.ndarray:
        """Usable rows without those that repeat an earlier text."""
        used = self.used
        _, first = np.unique(self.same[used], return_index=True)
        return np.sort(used[first])


def gather(
    table: Table,
    columns: Columns,
    task: Task,
    *,
    progress: Callable[[float], object] = lambda _share: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Reviews:
    """Look at every row once.

    Raises:
        Stopped: it was asked to.
    """
    splits = {name: s for name, s in table.splits.items() if {columns.text, columns.label} <= set(s.column_names)}
    total, begins, done = sum(split.num_rows for split in splits.values()), {}, 0
    pieces: list[tuple[np.ndarray, ...]] = [_seen(pa.chunked_array([], pa.string()))]
    labels: list[tuple[np.ndarray, np.ndarray]] = [(np.empty(0, bool), np.empty(0, np.int64))]
    for name, split in splits.items():
        begins[name] = done
        for start in range(0, split.num_rows, PIECE):
            if stopped():
                raise Stopped
            piece = split.slice(start, PIECE)
            labels.append(usable(piece, columns, task))
            pieces.append(_seen(plain(piece[columns.text])))
            done += piece.num_rows
            progress(done / total)
    mask, numbers = (np.concatenate(each) for each in zip(*labels, strict=True))
    same, counts, kin, *marked = (np.concatenate(each) for each in zip(*pieces, strict=True))
    return Reviews(
        table=Table(splits, table.class_names, table.notes, table.layout),
        columns=columns,
        names=tuple(task.names),
        worth=task.worth,
        splits=begins,
        numbers=numbers,
        usable=mask,
        same=same,
        words=counts,
        kin=kin,
        marked=dict(zip(marks.FOUND, marked, strict=True)),
    )


def _seen(texts: pa.ChunkedArray) -> tuple[np.ndarray, ...]:
    """`same`, `words`, `kin` and every mark of M texts, each (M,)."""
    same, counts, plain_texts = [], [], []
    for text in texts.to_pylist():
        together = folded(text or "")
        signs = 0 if together.isascii() else len(UNSPACED.findall(together))
        words_of = together.count(" ") + 1 if together else 0
        same.append(key(together))
        counts.append(words_of if signs == 0 else max(words_of, -(-signs // 2)))
        plain_texts.append(together.encode())
    return (
        np.array(same, np.uint64),
        np.array(counts, np.int64),
        _kin(plain_texts),
        *(find(texts) for find in marks.FOUND.values()),
    )


def _kin(texts: list[bytes]) -> np.ndarray:
    """The least hash of any 16 bytes that begin a word: two texts share it about as often as they share words.

    Source: https://en.wikipedia.org/wiki/MinHash
    """
    if not texts:
        return np.empty(0, np.uint64)
    joined = b" " + b" ".join(texts) + _PAD
    letters = np.frombuffer(joined, np.uint8)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    begins = np.concatenate([[1], 1 + np.cumsum(lengths + 1)[:-1]])
    # Three bytes make a sign of a script without spaces; each begins a word of its own.
    heads = (letters[:-17] == 0x20) | (letters[1:-16] >= 0xE0)
    heads = np.concatenate([[False], heads])
    heads[begins] = True
    at = np.flatnonzero(heads)
    eight = np.ndarray((len(joined) - 7,), np.dtype("<u8"), joined, strides=(1,))
    hashed = (eight[at] * _FIRST) ^ (eight[at + 8] * _SECOND)
    hashed = (hashed ^ (hashed >> np.uint64(29))) * _FIRST
    hashed ^= hashed >> np.uint64(32)
    found: np.ndarray = np.minimum.reduceat(hashed, np.searchsorted(at, begins))
    return found
