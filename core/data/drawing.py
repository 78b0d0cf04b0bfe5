"""Drawing the rows of one part out of a pool of rows: at random, by class, by group, by time.

Knows class numbers and the column of the parts; knows no classes' names and no datasets. Guarantees that no row is
drawn twice, and that the same seed draws the same rows in the same order.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyarrow as pa

from core.config.run_config import Remedy
from core.data import remedies, splits
from core.errors import DataError
from core.messages import Message

Subset = Literal["shuffle", "stratified", "balanced"]
Split = Literal["source", "column", "grouped", "time"]
Part = Literal["training", "evaluation", "test"]
# How rows were picked: in the order of one shuffle, with the class shares, or by another shuffle for want of rows for
# those.
How = Literal["shuffled", "stratified", "reshuffled"]


@dataclass(frozen=True)
class Wanted:
    """What a configuration asks for; the attributes are those of `core.data.rows.prepare`."""

    train_size: int
    eval_size: int
    seed: int
    test_size: int = 0
    subset: Subset = "shuffle"
    split: Split = "source"
    split_column: str | None = None
    remedies: tuple[Remedy, ...] = ()
    in_proportion: bool = False


@dataclass(frozen=True)
class Pool:
    """Usable rows that parts are taken from.

    Attributes:
        split: the split that they stand in.
        table: N rows with `text` and `label`.
        labels: the labels, int64 (N,).
        numbers: where the rows stand in the source, from 0, its splits one after the other; int64 (N,).
        by: cells of the column of the parts, where there is one.
        lost: rows of the split that could not be used.
    """

    split: str
    table: pa.Table
    labels: np.ndarray
    numbers: np.ndarray
    by: tuple[str | None, ...] = ()
    lost: int = 0

    def __len__(self) -> int:
        return len(self.labels)

    def only(self, mask: np.ndarray, split: str | None = None) -> Pool:
        """The rows of a mask (N,), called as before or by another name."""
        if mask.all():
            return replace(self, split=split or self.split)
        return replace(
            self,
            split=split or self.split,
            # Only where rows go, so that a table without odd rows keeps its pieces.
            table=self.table.filter(pa.array(mask)),
            labels=self.labels[mask],
            numbers=self.numbers[mask],
            by=tuple(itertools.compress(self.by, mask)),
        )


@dataclass(frozen=True)
class Picked:
    """One part: rows of a pool in the order of the run, and how they were picked."""

    pool: Pool
    rows: np.ndarray
    how: How = "shuffled"

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def labels(self) -> np.ndarray:
        """The class numbers, int64 (N,)."""
        found: np.ndarray = self.pool.labels[self.rows]
        return found

    @property
    def numbers(self) -> np.ndarray:
        """Where the rows stand in the source, int64 (N,)."""
        found: np.ndarray = self.pool.numbers[self.rows]
        return found


def alone(pool: Pool, size: int, wanted: Wanted, part: Part, notes: list[Message]) -> Picked:
    """Rows of a split that is one part of the run alone."""
    refuse_empty(pool, part)
    note_short(size, len(pool), part, notes)
    taken = min(size, len(pool))
    if wanted.subset == "stratified" and taken < len(pool):
        return _stratified(pool, np.arange(len(pool)), taken, wanted.seed, part, notes)
    return Picked(pool, np.random.default_rng(wanted.seed).permutation(len(pool))[:taken])


def cut(
    pool: Pool, kept: int, eval_size: int, wanted: Wanted, notes: list[Message]
) -> tuple[Picked, Picked, np.ndarray]:
    """Test and evaluation part off one seeded permutation, and the rest of it."""
    order = np.random.default_rng(wanted.seed).permutation(len(pool))
    tested, measured = Picked(pool, order[len(order) - kept :]), Picked(pool, order[:eval_size])
    if wanted.subset == "stratified":
        if kept:
            tested = _stratified(pool, order, kept, wanted.seed, "test", notes)
            order = _without(order, tested.rows)
        measured = Picked(pool, order)
        if eval_size < len(order):
            measured = _stratified(pool, order, eval_size, wanted.seed, "evaluation", notes)
    return tested, measured, _without(_without(order, tested.rows), measured.rows)


def grouped(
    pool: Pool, kept: int, eval_size: int, wanted: Wanted, notes: list[Message]
) -> tuple[Picked, Picked, np.ndarray]:
    """Test and evaluation part of whole groups, and the rows of the other groups, in random order."""
    column = str(wanted.split_column)
    sizes = [kept, eval_size] if kept else [eval_size]
    found = [_shuffled(rows, wanted.seed) for rows in splits.by_group(column, pool.by, sizes, wanted.seed)]
    *sides, rest = found
    picked = [Picked(pool, side[:size]) for side, size in zip(sides, sizes, strict=True)]
    notes.append(
        Message(
            "No value of {column} stands in two parts: {eval_rows:,} reviews measure, {rest:,} are left to learn from.",
            column=column,
            eval_rows=len(picked[-1]),
            rest=len(rest),
        )
    )
    if len(picked[-1]) < 2:
        raise too_few(len(pool), None)
    return picked[0] if kept else Picked(pool, rest[:0]), picked[-1], rest


def timed(
    pool: Pool, kept: int, eval_size: int, wanted: Wanted, notes: list[Message]
) -> tuple[Picked, Picked, np.ndarray]:
    """The latest rows for the test, those before them to measure with, and the earlier ones in random order."""
    rows = np.arange(len(pool))
    end = len(rows) - kept
    begin = end - eval_size
    notes.append(
        Message(
            "The latest reviews measure, those from {date} on; {column} says when they were written.",
            date=pool.by[begin],
            column=wanted.split_column,
        )
    )
    tested, measured, rest = (_shuffled(side, wanted.seed) for side in (rows[end:], rows[begin:end], rows[:begin]))
    return Picked(pool, tested), Picked(pool, measured), rest


def learned(
    pool: Pool,
    rest: np.ndarray,
    size: int,
    others: Iterable[Picked | None],
    wanted: Wanted,
    notes: list[Message],
) -> Picked:
    """The training part, of the rows that no other part has.

    Args:
        rest: row numbers (M,) in random order.
        others: the parts whose texts are no texts to learn from where leaks are remedied.
    """
    if "leaks" in wanted.remedies:
        texts = pool.table["text"].take(pa.array(rest))
        measured = [each.pool.table["text"].take(pa.array(each.rows)) for each in others if each is not None]
        stay = remedies.leaks(texts, *measured)
        notes.append(left_out("leaks", int((~stay).sum()), len(rest), pool.split))
        if not stay.any():
            raise DataError(
                Message("Every text to learn from is also one that measures; none is left."),
                Message("Add reviews, or take leaks back in data.remedies and use duplicates."),
            )
        rest = rest[stay]
    if wanted.subset == "balanced":
        return Picked(pool, _balanced(pool.labels[rest], rest, size, notes))
    if wanted.subset == "stratified" and size < len(rest):
        return _stratified(pool, rest, size, wanted.seed, "training", notes)
    return Picked(pool, rest[:size])


def _balanced(labels: np.ndarray, rest: np.ndarray, size: int, notes: list[Message]) -> np.ndarray:
    """As many rows of each class as the rarest allows, and as were asked for, in random order."""
    classes, counts = np.unique(labels, return_counts=True)
    each = min(max(1, size // len(classes)), int(counts.min()))
    chosen = np.zeros(len(rest), bool)
    for number in classes:
        chosen[np.flatnonzero(labels == number)[:each]] = True
    notes.append(
        Message(
            "Balanced: {each:,} training reviews of each of {classes} classes; the rarest has {rarest:,}.",
            each=each,
            classes=len(classes),
            rarest=int(counts.min()),
        )
    )
    return rest[chosen]


def _stratified(pool: Pool, candidates: np.ndarray, size: int, seed: int, part: Part, notes: list[Message]) -> Picked:
    """`size` of the candidate rows with the class shares of them all, in random order.

    Args:
        candidates: row numbers (M,) in random order, M > size.
    """
    from sklearn.model_selection import train_test_split

    try:
        chosen, _ = train_test_split(candidates, train_size=size, stratify=pool.labels[candidates], random_state=seed)
    except ValueError:
        told = {
            "training": Message(
                "A class is too rare to keep its share in the training part; its rows are taken at random."
            ),
            "evaluation": Message(
                "A class is too rare to keep its share in the evaluation part; its rows are taken at random."
            ),
            "test": Message("A class is too rare to keep its share in the test part; its rows are taken at random."),
        }
        notes.append(told[part])
        return Picked(pool, np.random.default_rng(seed).permutation(candidates)[:size], "reshuffled")
    return Picked(pool, np.asarray(chosen), "stratified")


def _shuffled(rows: np.ndarray, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).permutation(rows)


def _without(order: np.ndarray, taken: np.ndarray) -> np.ndarray:
    rest: np.ndarray = order[~np.isin(order, taken)]
    return rest


def note_short(asked: int, there: int, part: Part, notes: list[Message]) -> None:
    if asked <= there:
        return
    values = {"asked": asked, "rows": there}
    told = {
        "training": Message("Asked for {asked:,} training reviews; there are {rows:,}, all are used.", **values),
        "evaluation": Message("Asked for {asked:,} evaluation reviews; there are {rows:,}, all are used.", **values),
        "test": Message("Asked for {asked:,} test reviews; {rows:,} are kept.", **values),
    }
    notes.append(told[part])


def refuse_empty(pool: Pool, part: Part) -> None:
    if not len(pool):
        found = {
            "training": Message("The training part has no row with text and label."),
            "evaluation": Message("The evaluation part has no row with text and label."),
            "test": Message("The test part has no row with text and label."),
        }
        raise DataError(found[part], Message("Choose other columns or another dataset."))


def too_few(rows: int, held_out: int | None) -> DataError:
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


def left_out(remedy: Remedy, rows: int, of: int, split: str) -> Message:
    """That a remedy left out rows."""
    return Message(
        "Remedy {remedy}: {rows:,} of {total:,} rows of {split} left out.",
        remedy=remedy,
        rows=rows,
        total=of,
        split=split,
    )
