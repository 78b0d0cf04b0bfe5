"""What a table holds: classes, lengths in words, empty and repeated rows.

Knows columns and labels; knows nothing of tokens. Works on Arrow buffers in pieces, so that a table of
650,000 reviews takes seconds. Guarantees that the counts of the classes and the empty rows add up to all
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from core import tasks
from core.data.columns import Columns, choose
from core.data.rows import usable
from core.data.source import read
from core.data.table import EVALUATION_SPLITS, Table, trimmed
from core.tasks import Task

HISTOGRAM_BINS = 40
# Counting words takes twenty bytes for each byte of a piece.
_PIECE_ROWS = 4000
_RARE_ROWS = 10
_IS_SPACE = np.isin(np.arange(256), list(b" \t\n\v\f\r"))


@dataclass(frozen=True)
class Words:
    """Words per usable review; a word is what stands between white space."""

    min: int
    median: float
    p95: float
    max: int


@dataclass(frozen=True)
class Histogram:
    """`counts[i]` reviews have from `edges[i]` to below `edges[i + 1]` words; K counts, K + 1 edges."""

    edges: list[float]
    counts: list[int]


@dataclass(frozen=True)
class Profile:
    """A report on a table.

    `rows`, `counts`, `empty`, `duplicates`, `words` and `length_histogram` are over all splits that have both
    columns; `counts` leaves out the empty rows, which have a blank text or no label; `duplicates` is how many
    rows repeat the text of an earlier one; `commonest_share` is the share of the commonest class, 0..1, which
    a model must beat.
    """

    rows: int
    classes: list[str]
    counts: dict[str, int]
    empty: int
    duplicates: int
    splits: dict[str, int]
    columns: list[str]
    text_column: str
    label_column: str
    ratings: list[float] | None
    task: str
    words: Words
    length_histogram: Histogram
    commonest_share: float
    notes: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, strings, lists and dicts, ready for JSON."""
        return asdict(self)


def profile(
    source: str | Table,
    text: str | None = None,
    label: str | None = None,
    task: str = "auto",
    *,
    bins: int = HISTOGRAM_BINS,
    progress: Callable[[float], object] = lambda _share: None,
) -> Profile:
    """Report on a source.

    Args:
        source: a source such as `sample:reviews`, or a table that was read before.
        text: the column with the review, None to guess it.
        label: the column with the rating, None to guess it.
        task: as `data.task` has it.
        bins: most bins of the length histogram, >= 1.
        progress: told after each piece which share of the rows was measured, 0..1.

    Raises:
        DataError: the source, the columns or the labels do not work.
        HubError: the hub does not answer, or has no such dataset.
    """
    table = read(source) if isinstance(source, str) else source
    columns = choose(table, text, label)
    learned = tasks.fit(table, columns.label, task)
    splits = {
        name: split for name, split in table.splits.items() if {columns.text, columns.label} <= set(split.column_names)
    }
    rows = sum(split.num_rows for split in splits.values())
    told = _counted(rows, progress)
    measured = {name: _measure(split, columns, learned, told) for name, split in splits.items()}
    numbers, lengths, hashes = (np.concatenate(arrays) for arrays in zip(*measured.values(), strict=True))
    counts = dict(zip(learned.names, np.bincount(numbers, minlength=len(learned.names)).tolist(), strict=True))
    return Profile(
        rows=rows,
        classes=list(learned.names),
        counts=counts,
        empty=rows - len(numbers),
        duplicates=len(hashes) - len(np.unique(hashes)),
        splits={name: split.num_rows for name, split in table.splits.items()},
        columns=table.train.column_names,
        text_column=columns.text,
        label_column=columns.label,
        ratings=learned.worth.tolist() if learned.worth is not None else None,
        task=learned.name,
        words=_words(lengths),
        length_histogram=_histogram(lengths, bins),
        commonest_share=max(counts.values()) / max(1, len(numbers)),
        notes=[
            *table.notes,
            *_class_notes(counts),
            *_leaks({name: each[2] for name, each in measured.items()}),
        ],
    )


def _counted(rows: int, progress: Callable[[float], object]) -> Callable[[int], object]:
    """What takes numbers of rows that were measured and tells their share of all."""
    done = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress(done / rows)

    return told


def _measure(
    split: pa.Table, columns: Columns, learned: Task, told: Callable[[int], object]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Class number, length in words and hash of the text of every usable row, all int64 (M,)."""
    parts = []
    for piece in _pieces(split.select([columns.text, columns.label])):
        parts.append(_measure_piece(piece, columns, learned))
        told(piece.num_rows)
    empty = np.empty(0, np.int64)
    numbers, lengths, hashes = (np.concatenate(arrays) for arrays in zip((empty,) * 3, *parts, strict=True))
    return numbers, lengths, hashes


def _measure_piece(piece: pa.Table, columns: Columns, learned: Task) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mask, numbers = usable(piece, columns, learned)
    texts = trimmed(piece[columns.text]).filter(pa.array(mask))
    # 64 bits for a text: two of a million different ones share a hash once in 37 million tables.
    hashes = np.fromiter((hash(text) for chunk in texts.chunks for text in chunk.to_pylist()), np.int64, len(texts))
    return numbers[mask], count_words(texts), hashes


def _pieces(split: pa.Table) -> Iterator[pa.Table]:
    for start in range(0, split.num_rows, _PIECE_ROWS):
        yield split.slice(start, _PIECE_ROWS)


def count_words(texts: pa.ChunkedArray) -> np.ndarray:
    """Words of each text, int64 (N,); 0 for an empty one. Only white space of ASCII separates words."""
    return np.concatenate([np.empty(0, np.int64), *(_count_words(chunk) for chunk in texts.chunks)])


def _count_words(chunk: pa.Array) -> np.ndarray:
    """Count the bytes that begin a word, straight from the Arrow buffers: splitting copies every word."""
    if not len(chunk):
        return np.empty(0, np.int64)
    width = np.int64 if pa.types.is_large_string(chunk.type) else np.int32
    _, offsets, data = chunk.buffers()
    ends = np.frombuffer(offsets, width)[chunk.offset : chunk.offset + len(chunk) + 1]
    letters = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]] if data else np.empty(0, np.uint8)
    space = _IS_SPACE[letters]
    begins = ~space
    begins[1:] &= space[:-1]
    ends = ends - ends[0]
    # The first byte of a text begins a word whatever the byte before it, which belongs to another text.
    first = ends[:-1][ends[:-1] < ends[1:]]
    begins[first] = ~space[first]
    before = np.concatenate([[0], np.cumsum(begins, dtype=np.int64)])
    counts: np.ndarray = before[ends[1:]] - before[ends[:-1]]
    return counts


def _words(lengths: np.ndarray) -> Words:
    if not len(lengths):
        return Words(0, 0.0, 0.0, 0)
    median, p95 = np.percentile(lengths, [50, 95]).tolist()
    return Words(int(lengths.min()), median, p95, int(lengths.max()))


def _histogram(lengths: np.ndarray, bins: int) -> Histogram:
    longest = int(lengths.max(initial=0)) + 1
    # Edges are whole numbers: a bin that ends between two lengths would look emptier than its neighbours.
    width = -(-longest // max(1, bins))
    edges = np.arange(0, longest + width, width)
    counts, _ = np.histogram(lengths, edges)
    return Histogram([float(edge) for edge in edges], counts.tolist())


def _class_notes(counts: dict[str, int]) -> list[str]:
    rare = [f"{name} ({count:,})" for name, count in counts.items() if count < _RARE_ROWS]
    if not rare:
        return []
    return [f"Too few rows to learn much from: {', '.join(rare)}."]


def _leaks(hashes: dict[str, np.ndarray]) -> list[str]:
    """Texts of the evaluation split that the training split has too: they flatter the score."""
    name = next((each for each in EVALUATION_SPLITS if each in hashes), None)
    shared = len(np.intersect1d(hashes["train"], hashes[name])) if name else 0
    if not shared:
        return []
    verb = "text occurs" if shared == 1 else "texts occur"
    return [f"{shared:,} {verb} in both train and {name}; the scores will look a little too good."]
