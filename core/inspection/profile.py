"""What a table holds: classes, lengths in words, empty and repeated rows.

Knows columns and labels; knows nothing of tokens. Works on Arrow buffers in pieces, so that a table of
650,000 reviews takes seconds. Guarantees that the counts of the classes and the empty rows add up to all
rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
import pyarrow as pa

from core import tasks
from core.config.source import Source
from core.data.columns import Columns, choose
from core.data.reading import read
from core.data.rows import usable
from core.data.table import EVALUATION_SPLITS, Table, trimmed
from core.data.unspaced import QUARTERS, quarter_words
from core.messages import Message
from core.tasks import Task, labels
from core.tasks.labels import Labels

HISTOGRAM_BINS = 40
# Counting words takes twenty bytes for each byte of a piece.
_PIECE_ROWS = 4000
_RARE_ROWS = 10
_IS_SPACE = np.isin(np.arange(256), list(b" \t\n\v\f\r"))


@dataclass(frozen=True)
class WordCounts:
    """Words per usable review; what a word is, `count_words` says."""

    min: int
    median: float
    p95: float
    max: int

    @classmethod
    def of(cls, lengths: np.ndarray) -> Self:
        """Of the lengths (N,) of all reviews."""
        if not len(lengths):
            return cls(0, 0.0, 0.0, 0)
        median, p95 = np.percentile(lengths, [50, 95]).tolist()
        return cls(int(lengths.min()), median, p95, int(lengths.max()))


@dataclass(frozen=True)
class Histogram:
    """`counts[i]` reviews have from `edges[i]` to below `edges[i + 1]` words; K counts, K + 1 edges."""

    edges: list[float]
    counts: list[int]

    @classmethod
    def of(cls, lengths: np.ndarray, bins: int) -> Self:
        """Of lengths (N,), in at most `bins` bins."""
        longest = int(lengths.max(initial=0)) + 1
        # Edges are whole numbers: a bin that ends between two lengths would look emptier than its neighbours.
        width = -(-longest // max(1, bins))
        edges = np.arange(0, longest + width, width)
        counts, _ = np.histogram(lengths, edges)
        return cls([float(edge) for edge in edges], counts.tolist())


@dataclass(frozen=True)
class Profile:
    """A report on a table.

    `rows`, `counts`, `empty`, `duplicates`, `words` and `length_histogram` are over all splits that have both
    columns; `counts` leaves out the empty rows, which have a blank text or no label, and `usable` are the other rows
    by split; `duplicates` is how many rows repeat the text of an earlier one; `commonest_share` is the share of the
    commonest class, 0..1, which a model must beat. `labels` is how the classes are written, from which `as_task` makes
    what another task calls them; `named` says whether their names are the hub's own; `layout` says how the source is
    written.
    """

    rows: int
    classes: list[str]
    counts: dict[str, int]
    empty: int
    duplicates: int
    splits: dict[str, int]
    usable: dict[str, int]
    columns: list[str]
    text_column: str
    label_column: str
    ratings: list[float] | None
    task: str
    words: WordCounts
    length_histogram: Histogram
    commonest_share: float
    notes: list[Message]
    labels: Labels
    named: bool
    layout: dict[str, Any]

    def as_task(self, task: str) -> Profile:
        """The same table where `data.task` says something else; nothing is read for that.

        Raises:
            LabelError: no numbers where ratings were asked for.
        """
        learned = tasks.of_labels(self.labels, self.label_column, named=self.named, task=task)
        counts = dict(zip(learned.names, self.counts.values(), strict=True))
        before, now = _rare(self.counts), _rare(counts)
        return replace(
            self,
            classes=list(learned.names),
            counts=counts,
            ratings=learned.worth.tolist() if learned.worth is not None else None,
            task=learned.name,
            notes=[*(note for note in self.notes if note not in before), *now],
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, strings, lists and dicts, ready for JSON; the notes in English."""
        found = asdict(self) | {"notes": [str(note) for note in self.notes]}
        return {name: value for name, value in found.items() if name not in {"labels", "named", "layout"}}


def profile(
    source: Source | Table,
    text: str | None = None,
    label: str | None = None,
    task: str = "auto",
    *,
    bins: int = HISTOGRAM_BINS,
    progress: Callable[[float], object] = lambda _share: None,
) -> Profile:
    """Report on a source.

    Args:
        source: where the reviews come from, or a table that was read before.
        text: the column with the review, None to guess it.
        label: the column with the rating, None to guess it.
        task: as `data.task` has it.
        bins: most bins of the length histogram, >= 1.
        progress: told after each piece which share of the rows was measured, 0..1.

    Raises:
        DataError: the source, the columns or the labels do not work.
        HubError: the hub does not answer, or has no such dataset.
    """
    table = source if isinstance(source, Table) else read(source)
    columns = choose(table, text, label)
    found, named = labels.fit(table, columns.label), columns.label in table.class_names
    learned = tasks.of_labels(found, columns.label, named=named, task=task)
    measured = _measure(table, columns, learned, progress)
    numbers, lengths, hashes = (np.concatenate(arrays) for arrays in zip(*measured.values(), strict=True))
    rows = sum(table.splits[name].num_rows for name in measured)
    counts = dict(zip(learned.names, np.bincount(numbers, minlength=len(learned.names)).tolist(), strict=True))
    return Profile(
        rows=rows,
        classes=list(learned.names),
        counts=counts,
        empty=rows - len(numbers),
        duplicates=len(hashes) - len(np.unique(hashes)),
        splits={name: split.num_rows for name, split in table.splits.items()},
        usable={name: len(each[0]) for name, each in measured.items()},
        columns=table.train.column_names,
        text_column=columns.text,
        label_column=columns.label,
        ratings=learned.worth.tolist() if learned.worth is not None else None,
        task=learned.name,
        words=WordCounts.of(lengths),
        length_histogram=Histogram.of(lengths, bins),
        commonest_share=max(counts.values()) / max(1, len(numbers)),
        notes=[
            *table.notes,
            *_rare(counts),
            *_leaks({name: hashed for name, (_numbers, _lengths, hashed) in measured.items()}),
        ],
        labels=found,
        named=named,
        layout=dict(table.layout),
    )


def _measure(
    table: Table, columns: Columns, learned: Task, progress: Callable[[float], object]
) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Class number, length in words and hash of the text of every usable row, all int64 (M,), by split."""
    splits = {
        name: split.select([columns.text, columns.label])
        for name, split in table.splits.items()
        if {columns.text, columns.label} <= set(split.column_names)
    }
    rows, done, empty = sum(split.num_rows for split in splits.values()), 0, np.empty(0, np.int64)
    measured = {}
    for name, split in splits.items():
        parts = [(empty, empty, empty)]
        for start in range(0, split.num_rows, _PIECE_ROWS):
            piece = split.slice(start, _PIECE_ROWS)
            mask, numbers = usable(piece, columns, learned)
            texts = trimmed(piece[columns.text]).filter(pa.array(mask))
            # 64 bits for a text: two of a million different ones share a hash once in 37 million tables.
            hashed = (hash(text) for chunk in texts.chunks for text in chunk.to_pylist())
            parts.append((numbers[mask], count_words(texts), np.fromiter(hashed, np.int64, len(texts))))
            done += piece.num_rows
            progress(done / rows)
        numbers, lengths, hashes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        measured[name] = (numbers, lengths, hashes)
    return measured


def count_words(texts: pa.ChunkedArray) -> np.ndarray:
    """Words of each text, int64 (N,); 0 for an empty one. Only white space of ASCII separates words.

    In scripts without spaces every two characters are a word, every four in Thai and its neighbours; other words and
    numbers among them count as ever.

    Counts the bytes that begin a word, straight from the Arrow buffers: splitting copies every word.
    """
    counts = [np.empty(0, np.int64)]
    for chunk in filter(len, texts.chunks):
        width = np.int64 if pa.types.is_large_string(chunk.type) else np.int32
        _, offsets, data = chunk.buffers()
        ends = np.frombuffer(offsets, width)[chunk.offset : chunk.offset + len(chunk) + 1]
        letters = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]] if data else np.empty(0, np.uint8)
        space = _IS_SPACE[letters]
        unspaced = quarter_words(letters)
        if unspaced is not None:
            space |= unspaced[1]
        begins = ~space
        begins[1:] &= space[:-1]
        ends = ends - ends[0]
        # The first byte of a text begins a word whatever the byte before it, which belongs to another text.
        first = ends[:-1][ends[:-1] < ends[1:]]
        begins[first] = ~space[first]
        before = np.concatenate([[0], np.cumsum(begins, dtype=np.int64)])
        words = before[ends[1:]] - before[ends[:-1]]
        if unspaced is not None:
            quarters = np.concatenate([[0], np.cumsum(unspaced[0], dtype=np.int64)])
            words += -(-(quarters[ends[1:]] - quarters[ends[:-1]]) // QUARTERS)
            # A text of nothing but their punctuation is a word.
            filled = np.concatenate([[0], np.cumsum(~_IS_SPACE[letters], dtype=np.int64)])
            words = np.maximum(words, filled[ends[1:]] > filled[ends[:-1]])
        counts.append(words)
    return np.concatenate(counts)


def _rare(counts: dict[str, int]) -> list[Message]:
    """A note on the classes that are too rare to learn."""
    rare = [f"{name} ({count:,})" for name, count in counts.items() if count < _RARE_ROWS]
    return [Message("Too few rows to learn much from: {classes}.", classes=", ".join(rare))] if rare else []


def _leaks(hashes: dict[str, np.ndarray]) -> list[Message]:
    """A note on the texts of the evaluation split that the training split has too."""
    split = next((name for name in EVALUATION_SPLITS if name in hashes), None)
    shared = len(np.intersect1d(hashes["train"], hashes[split])) if split else 0
    values = {"texts": shared, "split": split}
    if shared == 1:
        return [
            Message(
                "{texts:,} text occurs in both train and {split}; the scores will look a little too good.", **values
            )
        ]
    if shared:
        return [
            Message(
                "{texts:,} texts occur in both train and {split}; the scores will look a little too good.", **values
            )
        ]
    return []
