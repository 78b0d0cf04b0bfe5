"""From a source to the rows of one run: `text` and `label`, a training part and an evaluation part.

With a test split it does what the Hugging Face tutorial does,
`dataset["train"].shuffle(seed=seed).select(range(n))`, and the same for the test split. Without one it cuts
the evaluation part off one seeded permutation first, so that other training sizes are measured on the same
reviews. Knows nothing of tokens or models. Guarantees that no row is empty, no row is in both parts, and
every surprise is a note.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.config.source import Source
from core.data import certainty, parts
from core.data.columns import Columns, choose
from core.data.reading import read
from core.data.table import EVALUATION_SPLITS, Table, flat, plain, trimmed, values
from core.errors import DataError
from core.messages import Message

if TYPE_CHECKING:
    from datasets import Dataset

Subset = Literal["shuffle", "stratified", "balanced"]
Part = Literal["training", "evaluation"]
# How rows were picked: in the order of one shuffle, with the class shares, or by another shuffle for want of rows for
# those.
How = Literal["shuffled", "stratified", "reshuffled"]
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
    """

    layout: Mapping[str, Any]
    eval_split: str | None
    cells: tuple[tuple[Cell, int], ...]
    as_text: bool
    incomplete: bool
    train_how: How
    eval_how: How


@dataclass(frozen=True)
class Prepared(Generic[TargetT]):
    """Both parts, with columns `text` (string) and `label` (ClassLabel); `notes` are for the user."""

    train: Dataset
    eval: Dataset
    task: TargetT
    columns: Columns
    notes: tuple[Message, ...]
    origin: Origin


@dataclass(frozen=True)
class _Rows:
    """Usable rows of one split: `table` has text and label, `labels` the same labels as an array (N,)."""

    split: str
    table: pa.Table
    labels: np.ndarray
    lost: int

    def __len__(self) -> int:
        return len(self.labels)


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
    in_proportion: bool = False,
) -> Prepared[TargetT]:
    """Read a source and pick the rows of a run.

    Args:
        source: where the reviews come from, or a table that was read before.
        text_column: the review, None to guess it.
        label_column: the rating, None to guess it.
        fit: finds out what a label column teaches.
        train_size: training rows wanted, >= 1.
        eval_size: evaluation rows wanted, >= 1.
        seed: the same seed picks the same rows in the same order.
        subset: `shuffle` takes rows at random, `stratified` keeps the class shares.
        in_proportion: a table with too few rows for both parts is divided in the proportion asked for, as it once was.

    Raises:
        DataError: the source, the columns or the labels do not work, or too few rows are usable: fewer than one to
            learn from and two to measure with, where not `in_proportion`.
        HubError: the hub does not answer, or has no such dataset.
    """
    table = source if isinstance(source, Table) else read(source)
    columns = choose(table, text_column, label_column)
    task = fit(table, columns.label, text=columns.text)
    notes = [*table.notes, *task.notes]
    rows = _usable(table.train, "train", columns, task, notes)
    held_out = _evaluation(table, columns, task, notes)
    held = None if held_out is None else len(held_out)
    divide = parts.in_proportion if in_proportion else parts.fitting
    taken = divide(len(rows), held, train_size=train_size, eval_size=eval_size)
    if taken[1] == 1 and not in_proportion:
        raise _too_few(len(rows), held)
    if held_out is None:
        (train, train_how), (evaluation, eval_how) = _cut(
            rows, (train_size, eval_size), taken, seed, subset, task, notes
        )
    else:
        train, train_how = _pick(rows, train_size, taken[0], seed, subset, task, "training", notes)
        evaluation, eval_how = _pick(held_out, eval_size, taken[1], seed, subset, task, "evaluation", notes)
    written, as_text = cells(table, columns.label, task)
    origin = Origin(
        layout=table.layout,
        eval_split=None if held_out is None else held_out.split,
        cells=written,
        as_text=as_text,
        incomplete=bool(rows.lost or (held_out is not None and held_out.lost)),
        train_how=train_how,
        eval_how=eval_how,
    )
    # Not Dataset.unique, which copies every chosen review first.
    learned, measured = (np.asarray(part.with_format("numpy")["label"]) for part in (train, evaluation))
    notes += certainty.notes(learned, measured, task.names)
    half = table.train.num_rows / 2
    both = [
        # A smaller part of a table lets go of the rest of it.
        part if len(part) > half else part.flatten_indices(keep_in_memory=True)
        for part in (train, evaluation)
    ]
    del table, rows, held_out, train, evaluation
    # Arrow's allocator would hold on to the room that the table took.
    pa.default_memory_pool().release_unused()
    return Prepared(both[0], both[1], task, columns, tuple(notes), origin)


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


def _usable(split: pa.Table, name: str, columns: Columns, task: Target, notes: list[Message]) -> _Rows:
    mask, numbers = usable(split, columns, task)
    table = pa.table({"text": plain(split[columns.text]), "label": numbers})
    lost = int(len(mask) - mask.sum())
    if lost:
        # Only now, so that a table without empty rows keeps the tutorial's order exactly.
        table, numbers = table.filter(pa.array(mask)), numbers[mask]
    if lost == 1:
        notes.append(Message("1 row of {split} without text or label was left out.", split=name))
    elif lost:
        notes.append(Message("{rows:,} rows of {split} without text or label were left out.", rows=lost, split=name))
    return _Rows(name, table, numbers, lost)


def _evaluation(table: Table, columns: Columns, task: Target, notes: list[Message]) -> _Rows | None:
    """The first evaluation split that has labels; competitions publish test splits without."""
    for name in EVALUATION_SPLITS:
        split = table.splits.get(name)
        if split is None or not {columns.text, columns.label} <= set(split.column_names):
            continue
        if not usable(split, columns, task)[0].any():
            notes.append(Message("The split {split} has no labels and is not used.", split=name))
            continue
        if name != "test":
            notes.append(Message("The split {split} is used for evaluation.", split=name))
        return _usable(split, name, columns, task, notes)
    return None


def _pick(
    rows: _Rows, size: int, taken: int, seed: int, subset: Subset, task: Target, part: Part, notes: list[Message]
) -> tuple[Dataset, How]:
    """Rows of a split that is one part of the run alone."""
    there = len(rows)
    if not there:
        found = (
            Message("The training part has no row with text and label.")
            if part == "training"
            else Message("The evaluation part has no row with text and label.")
        )
        raise DataError(found, Message("Choose other columns or another dataset."))
    if size > there and part == "training":
        notes.append(
            Message("Asked for {asked:,} training reviews; there are {rows:,}, all are used.", asked=size, rows=there)
        )
    elif size > there:
        notes.append(
            Message("Asked for {asked:,} evaluation reviews; there are {rows:,}, all are used.", asked=size, rows=there)
        )
    dataset = _dataset(rows.table, task)
    if subset == "stratified" and taken < there:
        picked, how = _stratified(np.arange(there), rows.labels, taken, seed, part, notes)
        return dataset.select(picked), how
    return dataset.shuffle(seed=seed).select(range(taken)), "shuffled"


def _cut(
    rows: _Rows,
    asked: tuple[int, int],
    taken: tuple[int, int],
    seed: int,
    subset: Subset,
    task: Target,
    notes: list[Message],
) -> tuple[tuple[Dataset, How], tuple[Dataset, How]]:
    """Both parts of one split: the sizes asked for, or those that were taken of it where there are fewer."""
    there = len(rows)
    if not taken[1]:
        raise _too_few(there, None)
    (train_taken, eval_taken), (train_asked, eval_asked) = taken, asked
    if taken != asked:
        notes.append(
            Message(
                "Asked for {train_asked:,} training and {eval_asked:,} evaluation reviews; the table has {rows:,}, "
                "so {train_rows:,} and {eval_rows:,} are used.",
                train_asked=train_asked,
                eval_asked=eval_asked,
                rows=there,
                train_rows=train_taken,
                eval_rows=eval_taken,
            )
        )
    order = np.random.default_rng(seed).permutation(there)
    train_how: How = "shuffled"
    eval_how: How = "shuffled"
    evaluation = order[:eval_taken]
    if subset == "stratified":
        evaluation, eval_how = _stratified(order, rows.labels, eval_taken, seed, "evaluation", notes)
    rest = order[~np.isin(order, evaluation)]
    train = rest[:train_taken]
    if subset == "stratified" and train_taken < len(rest):
        train, train_how = _stratified(rest, rows.labels, train_taken, seed, "training", notes)
    dataset = _dataset(rows.table, task)
    return (dataset.select(train), train_how), (dataset.select(evaluation), eval_how)


def _stratified(
    candidates: np.ndarray, labels: np.ndarray, size: int, seed: int, part: Part, notes: list[Message]
) -> tuple[np.ndarray, How]:
    """`size` of the candidate rows with the class shares of them all, in random order.

    Args:
        candidates: row numbers (M,) in random order, M > size.
        labels: class of every row of the split.
    """
    from sklearn.model_selection import train_test_split

    try:
        chosen, _ = train_test_split(candidates, train_size=size, stratify=labels[candidates], random_state=seed)
    except ValueError:
        notes.append(
            Message("A class is too rare to keep its share in the training part; its rows are taken at random.")
            if part == "training"
            else Message("A class is too rare to keep its share in the evaluation part; its rows are taken at random.")
        )
        return np.random.default_rng(seed).permutation(candidates)[:size], "reshuffled"
    return np.asarray(chosen), "stratified"


def _dataset(table: pa.Table, task: Target) -> Dataset:
    from datasets import ClassLabel, Dataset, DatasetInfo, Features, Value
    from datasets.fingerprint import generate_random_fingerprint

    text = Value("large_string" if pa.types.is_large_string(table.schema.field("text").type) else "string")
    features = Features({"text": text, "label": ClassLabel(names=list(task.names))})
    return Dataset(
        table.replace_schema_metadata(None),
        info=DatasetInfo(features=features),
        # A fingerprint of the content costs a copy and a hash of the whole table, for a cache that is not
        # used here.
        fingerprint=generate_random_fingerprint(),
    )


def _too_few(rows: int, held_out: int | None) -> DataError:
    """What to say where one row, or none, is left to measure with: right or wrong, it would say nothing.

    Args:
        rows: usable rows of the training split.
        held_out: usable rows of the evaluation split; None where it is cut off the training split.
    """
    if held_out is not None:
        return DataError(
            Message("The evaluation part has 1 row with text and label, expected at least 2."),
            Message("Add reviews to it, or choose another dataset."),
        )
    return DataError(
        Message(
            "There are {rows} rows with text and label, expected at least 4: half of them measure what was learned.",
            rows=rows,
        ),
        Message("Add reviews, or check the text and label columns."),
    )
