"""Which of the usable rows a run learns from, which measure it and which are kept for the test.

With a split to measure with it does what the Hugging Face tutorial does,
`dataset["train"].shuffle(seed=seed).select(range(n))`, and the same for the test split. Without one it cuts the
evaluation part off one seeded permutation first, so that other training sizes are measured on the same reviews; a test
part comes off its other end, so that asking for one changes neither of the others where there are enough rows. Knows
texts, class numbers and the column of the parts; knows no datasets and no task. Guarantees that no row is in two parts,
and that every surprise is a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from core.config.run_config import Remedy
from core.data import drawing, parts, remedies, splits
from core.data.drawing import Picked, Pool, Wanted
from core.errors import DataError
from core.messages import Message


@dataclass(frozen=True)
class Parts:
    """The parts of a run; `test` is None where none was asked for."""

    train: Picked
    eval: Picked
    test: Picked | None


def pick(rows: Pool, held_out: Pool | None, test: Pool | None, wanted: Wanted, notes: list[Message]) -> Parts:
    """Pick the rows of each part.

    Args:
        rows: of the training split.
        held_out: of the split to measure with; None where that part is taken from the training split.
        test: of a split that is there for the test alone.
        notes: what is worth saying is added.

    Raises:
        DataError: too few rows are left, or the column of the parts tells none.
    """
    if wanted.split == "column":
        rows, held_out, test = _by_column(rows, test, wanted, notes)
    elif wanted.split == "time":
        rows = _dated(rows, wanted, notes)
    rows = _remedied(rows, wanted, notes)
    held_out = None if held_out is None else _remedied(held_out, wanted, notes)
    test = None if test is None or not wanted.test_size else _remedied(test, wanted, notes)
    kept = None if test is None else drawing.alone(test, wanted.test_size, wanted, "test", notes)
    if held_out is None:
        return _of_one(rows, kept, wanted, notes)
    return _of_two(rows, held_out, kept, wanted, notes)


def parts_of(pools: Mapping[str, Mapping[str, Any]], **wanted: Any) -> dict[str, pa.Table]:
    """`pick` for a script that has read the rows itself.

    Args:
        pools: by part, `train` and those of `eval` and `test` that have a split of their own: the columns `text`,
            `label` and, where a column says the parts, `by`.
        wanted: as `Wanted` has it.

    Returns:
        Tables with `text` and `label` by part.
    """
    made = {name: _pool(name, columns) for name, columns in pools.items()}
    found = pick(made["train"], made.get("eval"), made.get("test"), Wanted(**wanted), [])
    picked = {"train": found.train, "eval": found.eval, "test": found.test}
    return {name: part.pool.table.take(part.rows) for name, part in picked.items() if part is not None}


def _pool(name: str, columns: Mapping[str, Any]) -> Pool:
    texts, labels = pa.chunked_array([pa.array(list(columns["text"]), pa.string())]), list(columns["label"])
    numbers = np.array(labels, np.int64)
    table = pa.table({"text": texts, "label": pa.array(numbers)})
    return Pool(name, table, numbers, np.arange(len(numbers)), tuple(splits.as_text(columns.get("by", ()))))


def _by_column(
    rows: Pool, test: Pool | None, wanted: Wanted, notes: list[Message]
) -> tuple[Pool, Pool | None, Pool | None]:
    column = str(wanted.split_column)
    side, meaning = splits.by_name(column, rows.by)
    notes.append(Message("The column {column} tells the parts: {meaning}.", column=column, meaning=meaning.words()))
    if unknown := int((side == "").sum()):
        notes.append(Message("Left out, since {column} names no part: {rows:,} rows.", column=column, rows=unknown))
    names = {"train": "train", "eval": "evaluation", "test": "test"}
    train, held_out, kept = (rows.only(side == part, name) for part, name in names.items())
    if not len(held_out):
        # As with a source that has a test split alone.
        return train, kept, test
    if len(kept) and not wanted.test_size:
        notes.append(Message("Kept for a test, and not used: {rows:,} rows.", rows=len(kept)))
    return train, held_out, kept if len(kept) else test


def _dated(rows: Pool, wanted: Wanted, notes: list[Message]) -> Pool:
    """The rows from the earliest to the latest; those without a date are left out."""
    column = str(wanted.split_column)
    times = splits.times(column, rows.by)
    known = np.flatnonzero(np.isfinite(times))
    if lost := len(rows) - len(known):
        notes.append(Message("Left out, since {column} has no date there: {rows:,} rows.", column=column, rows=lost))
    order = known[np.argsort(times[known], kind="stable")]
    by = tuple(rows.by[row] for row in order)
    table = rows.table.take(pa.array(order))
    return replace(rows, table=table, labels=rows.labels[order], numbers=rows.numbers[order], by=by)


def _remedied(pool: Pool, wanted: Wanted, notes: list[Message]) -> Pool:
    """The pool after the remedies, but for that of leaks, which needs the parts."""
    before = len(pool)
    for remedy in remedies.ordered(wanted.remedies):
        texts = pool.table["text"]
        if remedy in remedies.ON_TEXTS:
            better = remedies.ON_TEXTS[remedy](texts)
            changed = remedies.different(texts, better)
            notes.append(_told(remedy, "changed", changed, pool))
            pool = replace(pool, table=pool.table.set_column(0, "text", better))
            blank = remedies.blank(better)
            if blank.any():
                notes.append(_told(remedy, "blank", int(blank.sum()), pool))
                pool = pool.only(~blank)
        elif remedy in remedies.ON_ROWS:
            stay = remedies.ON_ROWS[remedy](texts, pool.labels)
            notes.append(_told(remedy, "out", int((~stay).sum()), pool))
            pool = pool.only(stay)
    if before and not len(pool):
        raise DataError(
            Message(
                "The remedies {remedies} leave none of the {rows:,} rows of {split}.",
                remedies=", ".join(remedies.ordered(wanted.remedies)),
                rows=before,
                split=pool.split,
            ),
            Message("Take one of them back in data.remedies."),
        )
    return pool


def _told(remedy: Remedy, what: Literal["changed", "blank", "out"], rows: int, pool: Pool) -> Message:
    values = {"remedy": remedy, "rows": rows, "total": len(pool), "split": pool.split}
    if what == "changed":
        return Message("Remedy {remedy}: {rows:,} of {total:,} texts of {split} changed.", **values)
    if what == "blank":
        return Message("Remedy {remedy}: {rows:,} of {total:,} texts of {split} were blank then, left out.", **values)
    return drawing.left_out(remedy, rows, len(pool), pool.split)


def _of_one(rows: Pool, test: Picked | None, wanted: Wanted, notes: list[Message]) -> Parts:
    """All parts of one split; a test that has its own is there already."""
    there, asked = len(rows), wanted.test_size if test is None else 0
    kept = parts.tested(there, None, wanted.train_size, wanted.eval_size, asked)
    taken = _divide(there - kept, None, wanted)
    if not taken[1] or (taken[1] == 1 and not wanted.in_proportion) or (asked and kept < 2):
        raise drawing.too_few(there, None)
    if (*taken, kept) != (wanted.train_size, wanted.eval_size, asked):
        notes.append(_fewer(wanted, asked, taken, kept, there))
    if wanted.split == "grouped":
        tested, measured, rest = drawing.grouped(rows, kept, taken[1], wanted, notes)
    elif wanted.split == "time":
        tested, measured, rest = drawing.timed(rows, kept, taken[1], wanted, notes)
    else:
        tested, measured, rest = drawing.cut(rows, kept, taken[1], wanted, notes)
    test = tested if asked else test
    size = taken[0] if wanted.split == "source" else wanted.train_size
    return Parts(drawing.learned(rows, rest, size, (measured, test), wanted, notes), measured, test)


def _of_two(rows: Pool, held_out: Pool, test: Picked | None, wanted: Wanted, notes: list[Message]) -> Parts:
    """A split to learn from and one to measure with, which gives up rows to a test that has no split of its own."""
    asked = wanted.test_size if test is None else 0
    kept = parts.tested(len(rows), len(held_out), wanted.train_size, wanted.eval_size, asked)
    train_size, eval_size = _divide(len(rows), len(held_out) - kept, wanted)
    if (eval_size == 1 and not wanted.in_proportion) or (asked and kept < 2):
        raise drawing.too_few(len(rows), len(held_out))
    drawing.refuse_empty(rows, "training")
    drawing.refuse_empty(held_out, "evaluation")
    drawing.note_short(wanted.train_size, len(rows), "training", notes)
    later: list[Message] = []
    if kept:
        if kept < asked:
            drawing.note_short(asked, kept, "test", later)
        test, measured, _rest = drawing.cut(held_out, kept, eval_size, wanted, later)
    else:
        measured = drawing.alone(held_out, wanted.eval_size, wanted, "evaluation", later)
    order = np.random.default_rng(wanted.seed).permutation(len(rows))
    if wanted.subset == "stratified" and train_size < len(rows):
        order = np.arange(len(rows))
    train = drawing.learned(rows, order, train_size, (measured, test), wanted, notes)
    notes += later
    return Parts(train, measured, test)


def _divide(train_rows: int, eval_rows: int | None, wanted: Wanted) -> tuple[int, int]:
    divide = parts.in_proportion if wanted.in_proportion else parts.fitting
    return divide(train_rows, eval_rows, train_size=wanted.train_size, eval_size=wanted.eval_size)


def _fewer(wanted: Wanted, asked: int, taken: tuple[int, int], kept: int, there: int) -> Message:
    """That one split has fewer rows than were asked of it."""
    values = {
        "train_asked": wanted.train_size,
        "eval_asked": wanted.eval_size,
        "rows": there,
        "train_rows": taken[0],
        "eval_rows": taken[1],
    }
    if asked:
        return Message(
            "Asked for {train_asked:,} training, {eval_asked:,} evaluation and {test_asked:,} test reviews; the table "
            "has {rows:,}, so {train_rows:,}, {eval_rows:,} and {test_rows:,} are used.",
            test_asked=asked,
            test_rows=kept,
            **values,
        )
    return Message(
        "Asked for {train_asked:,} training and {eval_asked:,} evaluation reviews; the table has {rows:,}, "
        "so {train_rows:,} and {eval_rows:,} are used.",
        **values,
    )
