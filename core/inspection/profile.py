"""What a table holds: classes, lengths in words, empty and repeated rows.

Knows columns and labels; knows nothing of tokens. Works on Arrow buffers in pieces, so that a table of
650,000 reviews takes seconds. Guarantees that the counts of the classes and the empty rows add up to all
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

import numpy as np
import pyarrow as pa

from core import tasks
from core.config.run_config import ClassConfig
from core.config.source import Source
from core.data import several
from core.data.columns import Columns, Ranking, choose, why, with_text
from core.data.odd import Odd
from core.data.reading import read
from core.data.rows import offer, usable
from core.data.table import EVALUATION_SPLITS, Table, trimmed
from core.data.unspaced import QUARTERS, quarter_words
from core.messages import Message
from core.tasks import labels
from core.tasks.labels import Labels, no_answer_note
from core.tasks.written import Written, look

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
    columns; `counts` leaves out the empty rows, which have a blank text or a label that is no class, and `usable` are
    the other rows by split; `duplicates` is how many rows repeat the text of an earlier one, and like the lengths is of
    all rows with a text and something in the label column; `commonest_share` is the share of the commonest class, 0..1,
    which a model must beat. `left_out` and `repaired` are rows of the source as `Table` has them; `why` says for `text`
    and `label` why this column. `labels` are the classes; `written` is what the label column holds, `by_form` how many
    usable rows of each split have each of its forms, and `about_table` the notes that no choice of classes changes:
    from these `as_task` makes what another choice makes of it. `leaks` are those of them about texts in both parts.
    `layout` says how the source is written.
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
    written: Written
    by_form: dict[str, list[int]]
    about_table: list[Message]
    layout: dict[str, Any]
    left_out: tuple[Odd, ...] = ()
    repaired: tuple[Odd, ...] = ()
    why: dict[str, Message] = field(default_factory=dict)
    leaks: list[Message] = field(default_factory=list)

    def as_task(self, task: str, classes: Sequence[ClassConfig] = ()) -> Profile:
        """The same table where `data.task` and `data.classes` say something else; nothing is read for that.

        Raises:
            LabelError: no numbers where ratings were asked for, or classes that the column does not have.
        """
        return replace(self, **_learned(self.written, self.by_form, self.rows, self.about_table, task, classes))

    def notes_beside(self, rules: Collection[str]) -> list[Message]:
        """The notes but for what is said beside them: by findings of the doctor, or where classes are chosen.

        Args:
            rules: of these findings.
        """
        said = no_answer_note(self.labels.no_answer)
        if "rare_classes" in rules:
            said += _rare(self.counts)
        if "leaks" in rules:
            said += self.leaks
        return [note for note in self.notes if note not in said]

    @property
    def classes_found(self) -> list[dict[str, Any]]:
        """Name, worth and rows of each class in order; a row with several labels counts for each of them."""
        worth: Sequence[float | None] = self.ratings or [None] * len(self.classes)
        counts = self.labels.having if self.labels.separator else self.counts.values()
        each = zip(self.classes, worth, counts, strict=True)
        return [{"name": name, "value": value, "count": count} for name, value, count in each]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, strings, lists and dicts, ready for JSON; the messages in English."""
        found = {name: value for name, value in asdict(self).items() if name not in _OF_PAGES}
        odd = [
            {"why": str(each.why), "count": each.count, "lines": [list(line) for line in each.lines]}
            for each in (*self.repaired, *self.left_out)
        ]
        return found | {
            "notes": [str(note) for note in self.notes],
            "guess": {
                "text": self.text_column,
                "text_columns": list(several.parts_of(self.text_column, self.columns) or (self.text_column,)),
                "label": self.label_column,
                "why": " ".join(str(reason) for reason in self.why.values()),
            },
            "classes_found": self.classes_found,
            "repaired": sum(each.count for each in self.repaired),
            "left_out": sum(each.count for each in self.left_out),
            "odd": odd,
        }


# What pages need to look at a report in another way.
_OF_PAGES = {"labels", "written", "by_form", "about_table", "layout", "left_out", "repaired", "why", "leaks"}


def _learned(
    written: Written,
    by_form: dict[str, list[int]],
    rows: int,
    about_table: Sequence[Message],
    task: str,
    classes: Sequence[ClassConfig],
) -> dict[str, Any]:
    """The fields of a profile that depend on what is learned."""
    found = labels.choose(written, classes)
    learned = tasks.of_labels(found, written.column, named=written.named, task=task)
    place = {form: number for number, form in enumerate(written.forms)}
    taken = [[place[form] for form in forms] for forms in found.forms]
    of_class = {
        split: [sum(forms[number] for number in numbers) for numbers in taken] for split, forms in by_form.items()
    }
    counts = dict(zip(learned.names, map(sum, zip(*of_class.values(), strict=True)), strict=True))
    usable = sum(counts.values())
    return {
        "classes": list(learned.names),
        "counts": counts,
        "empty": rows - usable,
        "usable": {split: sum(each) for split, each in of_class.items()},
        "ratings": learned.worth.tolist() if learned.worth is not None else None,
        "task": learned.name,
        "commonest_share": max(counts.values()) / max(1, usable),
        "notes": [*about_table, *found.notes, *_rare(counts)],
        "labels": found,
    }


def profile(
    source: Source | Table,
    text: str | None = None,
    label: str | None = None,
    task: str = "auto",
    *,
    classes: Sequence[ClassConfig] = (),
    bins: int = HISTOGRAM_BINS,
    progress: Callable[[float], object] = lambda _share: None,
) -> Profile:
    """Report on a source.

    Args:
        source: where the reviews come from, or a table that was read before.
        text: the column with the review, None to guess it.
        label: the column with the rating, None to guess it.
        task, classes: as `data.task` and `data.classes` have them.
        bins: most bins of the length histogram, >= 1.
        progress: told after each piece which share of the rows was measured, 0..1.

    Raises:
        DataError: the source, the columns or the labels do not work.
        HubError: the hub does not answer, or has no such dataset.
    """
    table = source if isinstance(source, Table) else read(source)
    ranking = Ranking.of(table) if text is None or label is None else None
    columns = choose(table, text, label, ranking)
    names, table = table.train.column_names, with_text(table, columns)
    written = look(table, columns.label, columns.text)
    # What cannot be learned is said before the table is measured.
    tasks.of_labels(labels.choose(written, classes), columns.label, named=written.named, task=task)
    measured = _measure(table, columns, written, progress)
    # A text that is put together of several columns is ranked with the others.
    because = why(table, columns, (text is None, label is None), ranking if columns.text in names else None)
    return _described(table, columns, names, written, measured, because, bins, (task, classes))


def _described(
    table: Table,
    columns: Columns,
    names: list[str],
    written: Written,
    measured: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
    because: dict[str, Message],
    bins: int,
    learned: tuple[str, Sequence[ClassConfig]],
) -> Profile:
    """The profile of what was measured; `names` are the columns of the source, `learned` the task and its classes."""
    lengths, hashes = (np.concatenate(arrays) for arrays in zip(*(each[1:] for each in measured.values()), strict=True))
    by_form = {
        name: np.bincount(numbers, minlength=len(written.forms)).tolist()
        for name, (numbers, _lengths, _hashes) in measured.items()
    }
    rows = sum(table.splits[name].num_rows for name in measured)
    leaks = _leaks({name: hashed for name, (_numbers, _lengths, hashed) in measured.items()})
    offered = [] if set(EVALUATION_SPLITS) & set(table.splits) else offer(table, columns)
    about_table = [*table.notes, *offered, *leaks]
    return Profile(
        rows=rows,
        duplicates=len(hashes) - len(np.unique(hashes)),
        splits={name: split.num_rows for name, split in table.splits.items()},
        columns=names,
        text_column=columns.text,
        label_column=columns.label,
        words=WordCounts.of(lengths),
        length_histogram=Histogram.of(lengths, bins),
        written=written,
        by_form=by_form,
        about_table=about_table,
        layout=dict(table.layout),
        left_out=table.left_out,
        repaired=table.repaired,
        why=because,
        leaks=leaks,
        **_learned(written, by_form, rows, about_table, *learned),
    )


def _measure(
    table: Table, columns: Columns, learned: Written, progress: Callable[[float], object]
) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Number of the label's form, words and hash of the text of every row with text and label, int64 (M,), by split."""
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
