"""From a source to the rows of one run: `text` and `label`, a part to learn from, one that measures, one for a test.

Finds the columns, the classes and the rows that can be used; `core.data.picking` says which of these are in which
part. Knows nothing of tokens or models. Guarantees that no row is empty, no row is in two parts, and every surprise is
a note.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.config.run_config import Remedy
from core.config.source import Source
from core.data import certainty, parts, picking, splits
from core.data.columns import Columns, choose, with_text
from core.data.drawing import How, Picked, Pool, Split, Subset, Wanted
from core.data.reading import read
from core.data.table import EVALUATION_SPLITS, Table, flat, plain, trimmed, values
from core.messages import Message

if TYPE_CHECKING:
    from datasets import Dataset

# A label as it stands in the table.
Cell = str | int | float | bool
PIECE = 20_000


class Target(Protocol):
    """What the rows of a run must know of the task that it learns."""

    @property
    def names(self) -> tuple[str, ...]:
        """The classes, in the order of their numbers."""

    def encode(self, column: pa.ChunkedArray) -> np.ndarray:
        """Class numbers of N cells, int64 (N,), -1 where a cell names none."""


class Learned(Target, Protocol):
    """What is learned of a label column."""

    @property
    def notes(self) -> tuple[Message, ...]:
        """What was odd about the labels."""


TargetT = TypeVar("TargetT", bound=Learned)
FittedT = TypeVar("FittedT", bound=Learned, covariant=True)


class Fit(Protocol[FittedT]):
    """Finds out what a label column teaches of the rows that have a text."""

    def __call__(self, table: Table, column: str, /, *, text: str) -> FittedT: ...


@dataclass(frozen=True)
class Origin:
    """Where the rows of a run were found and how they were picked, so that a script can do it again.

    Attributes:
        layout: how the source is written, in the words of what read it.
        eval_split: the split that the evaluation part is taken from; None where it was cut off the training split.
        cells: each way in which the table writes a label, and its class number.
        as_text: whether `cells` has the labels' texts, since JSON has no such type.
        incomplete: whether rows without text or label were left out.
        train_how, eval_how: how the rows of each part were picked.
        pools: the split that each part is taken from, where it has one of its own: `train`, `eval`, `test`.
    """

    layout: Mapping[str, Any]
    eval_split: str | None
    cells: tuple[tuple[Cell, int], ...]
    as_text: bool
    incomplete: bool
    train_how: How
    eval_how: How
    pools: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared(Generic[TargetT]):
    """The parts, with columns `text` (string) and `label` (ClassLabel); `notes` are for the user.

    `test` is kept for one last score, None where none was asked for: nothing is learned from it and nothing chosen by
    it. `test_numbers` are its rows in the source, from 0, the splits one after the other.
    """

    train: Dataset
    eval: Dataset
    task: TargetT
    columns: Columns
    notes: tuple[Message, ...]
    origin: Origin
    test: Dataset | None = None
    test_numbers: tuple[int, ...] = ()


def prepare(
    source: Source | Table,
    text_column: str | None,
    label_column: str | None,
    *,
    fit: Fit[TargetT],
    train_size: int,
    eval_size: int,
    seed: int,
    subset: Subset = "shuffle",
    test_size: int = 0,
    split: Split = "source",
    split_column: str | None = None,
    remedies: Sequence[Remedy] = (),
    in_proportion: bool = False,
) -> Prepared[TargetT]:
    """Read a source and pick the rows of a run.

    Args:
        source: where the reviews come from, or a table that was read before.
        text_column: the review, several joined by " + "; None to guess it.
        label_column: the rating, None to guess it.
        fit: finds out what a label column teaches.
        train_size: training rows wanted, >= 1.
        eval_size: evaluation rows wanted, >= 1.
        seed: the same seed picks the same rows in the same order.
        subset: `shuffle` takes rows at random, `stratified` keeps the class shares, `balanced` takes as many of each
            class to learn from.
        test_size: rows that are kept from all else, of the source's own test split where another one measures.
        split: what the parts go by: the source's own, or a column that names them, groups rows or dates them.
        split_column: that column.
        remedies: what is done about faults of the table first.
        in_proportion: a table with too few rows for both parts is divided in the proportion asked for, as it once was.

    Raises:
        DataError: the source, the columns or the labels do not work, or too few rows are usable: fewer than one to
            learn from and two to measure with, where not `in_proportion`.
        HubError: the hub does not answer, or has no such dataset.
    """
    wanted = Wanted(train_size, eval_size, seed, test_size, subset, split, split_column, tuple(remedies), in_proportion)
    table = source if isinstance(source, Table) else read(source, rows=train_size + eval_size + test_size)
    columns = choose(table, text_column, label_column)
    prepared = _prepared(with_text(table, columns), columns, fit, wanted)
    del table
    # Arrow's allocator would hold on to the room that the table took.
    pa.default_memory_pool().release_unused()
    return prepared


def _prepared(table: Table, columns: Columns, fit: Fit[TargetT], wanted: Wanted) -> Prepared[TargetT]:
    task = fit(table, columns.label, text=columns.text)
    notes = [*table.notes, *task.notes]
    by = None if wanted.split == "source" else splits.column_of(table.train, wanted.split_column)
    wanted = replace(wanted, split_column=by)
    rows = _usable(table, "train", columns, task, notes, by)
    held_out, test = _held_out(table, columns, task, wanted, notes)
    if by is None and held_out is None:
        notes += offer(table, columns)
    found = picking.pick(rows, held_out, test, wanted, notes)
    pools = {part: pool for part, pool in (("train", rows), ("eval", held_out), ("test", test)) if pool is not None}
    notes += certainty.notes(found.train.labels, found.eval.labels, task.names)
    half = table.train.num_rows / 2
    return Prepared(
        _dataset(found.train, task, half),
        _dataset(found.eval, task, half),
        task,
        columns,
        tuple(notes),
        _origin(table, columns, task, pools, found),
        None if found.test is None else _dataset(found.test, task, half),
        () if found.test is None else tuple(found.test.numbers.tolist()),
    )


def _origin(table: Table, columns: Columns, task: Target, pools: Mapping[str, Pool], found: picking.Parts) -> Origin:
    written, as_text = cells(table, columns.label, task)
    return Origin(
        layout=table.layout,
        eval_split=pools["eval"].split if "eval" in pools else None,
        cells=written,
        as_text=as_text,
        incomplete=any(pool.lost > 0 for pool in pools.values()),
        train_how=found.train.how,
        eval_how=found.eval.how,
        pools={part: pool.split for part, pool in pools.items()},
    )


def offer(table: Table, columns: Columns) -> list[Message]:
    """A note on a column that names the parts, which a run could go by."""
    found = splits.offered(table.train, {columns.text, columns.label, *columns.texts})
    if found is None:
        return []
    name, meaning = found
    return [
        Message(
            "The column {column} names parts ({meaning}); set data.split to column and data.split_column to {column} "
            "to use them.",
            column=name,
            meaning=meaning.words(),
        )
    ]


def usable(split: pa.Table, columns: Columns, task: Target) -> tuple[np.ndarray, np.ndarray]:
    """Which rows of a split can be used, and their class.

    Args:
        split: N rows.

    Returns:
        mask: bool (N,), False where the text is blank or the label empty; numbers: int64 (N,), -1 for no
            label.
    """
    numbers = task.encode(split[columns.label])
    texts = split[columns.text]
    # Piece by piece: trimmed texts take as much memory as the texts themselves.
    blank = [
        pc.equal(pc.fill_null(trimmed(texts.slice(start, PIECE)), ""), "").to_numpy()
        for start in range(0, len(texts), PIECE)
    ]
    return (numbers >= 0) & ~np.concatenate([np.empty(0, bool), *blank]), numbers


def cells(table: Table, column: str, task: Target) -> tuple[tuple[tuple[Cell, int], ...], bool]:
    """Each way in which a table writes a label, and the number of its class.

    Returns:
        Cells and numbers, and whether the cells are texts of what JSON can't write.
    """
    found: list[tuple[Any, int]] = []
    for split in table.splits.values():
        if column in split.column_names:
            written = pc.unique(flat(split[column]))
            numbers = task.encode(pa.chunked_array([written])).tolist()
            # A list with one label is no cell of JSON, and goes as its text.
            listed = pa.types.is_nested(plain(split[column]).type)
            seen = [[cell] if listed else cell for cell in values(written)]
            found += [pair for pair in zip(seen, numbers, strict=True) if pair[1] >= 0]
    as_text = any(not isinstance(cell, Cell) or cell in (math.inf, -math.inf) for cell, _ in found)
    return tuple({str(cell) if as_text else cell: number for cell, number in found}.items()), as_text


def _usable(
    table: Table, name: str, columns: Columns, task: Target, notes: list[Message], by: str | None = None
) -> Pool:
    """The rows of a split that can be used; `by` is the column of the parts."""
    split = table.splits[name]
    mask, labels = usable(split, columns, task)
    before = itertools.takewhile(lambda each: each != name, table.splits)
    numbers = np.arange(len(mask)) + sum(table.splits[each].num_rows for each in before)
    cells_of = () if by is None else tuple(splits.cells(split[by]))
    pool = Pool(name, pa.table({"text": plain(split[columns.text]), "label": labels}), labels, numbers, cells_of)
    lost = int(len(mask) - mask.sum())
    if lost == 1:
        notes.append(Message("1 row of {split} without text or label was left out.", split=name))
    elif lost:
        notes.append(Message("{rows:,} rows of {split} without text or label were left out.", rows=lost, split=name))
    return replace(pool.only(mask), lost=lost)


def _held_out(
    table: Table, columns: Columns, task: Target, wanted: Wanted, notes: list[Message]
) -> tuple[Pool | None, Pool | None]:
    """The split that measures, the first that has labels, and one for the test alone where one is asked for.

    Competitions publish test splits without labels.
    """
    there = []
    for name in EVALUATION_SPLITS:
        split = table.splits.get(name)
        if split is None or not {columns.text, columns.label} <= set(split.column_names):
            continue
        if not usable(split, columns, task)[0].any():
            notes.append(Message("The split {split} has no labels and is not used.", split=name))
            continue
        there.append(name)
        if not wanted.test_size:
            break
    measures, tests = there[0] if there and wanted.split == "source" else None, None
    if wanted.test_size:
        measures, tests = parts.own_test(there, wanted.split)
    if measures is not None and measures != "test":
        notes.append(Message("The split {split} is used for evaluation.", split=measures))
    if tests is not None:
        notes.append(Message("The split {split} is kept for the test.", split=tests))
    for name in there:
        if wanted.split != "source" and name != tests:
            notes.append(Message("The split {split} is not used: the parts go by a column.", split=name))
    held_out, test = (
        None if name is None else _usable(table, name, columns, task, notes) for name in (measures, tests)
    )
    return held_out, test


def _dataset(part: Picked, task: Target, half: float) -> Dataset:
    """A part as a dataset; one of fewer than `half` the rows of its table lets go of the rest of it."""
    from datasets import ClassLabel, Dataset, DatasetInfo, Features, Value
    from datasets.fingerprint import generate_random_fingerprint

    table = part.pool.table.select(["text", "label"])
    text = Value("large_string" if pa.types.is_large_string(table.schema.field("text").type) else "string")
    features = Features({"text": text, "label": ClassLabel(names=list(task.names))})
    whole = Dataset(
        table.replace_schema_metadata(None),
        info=DatasetInfo(features=features),
        # A fingerprint of the content costs a copy and a hash of the whole table, for a cache that is not
        # used here.
        fingerprint=generate_random_fingerprint(),
    )
    found = whole.select(part.rows)
    return found if len(found) > half else found.flatten_indices(keep_in_memory=True)
