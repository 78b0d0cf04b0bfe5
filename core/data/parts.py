"""How many rows a run learns from and how many measure it: what pages say, estimates count and `prepare` takes.

Knows numbers of usable rows, those with text and label, and names of splits; knows no tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.config import DataConfig
from core.data.table import EVALUATION_SPLITS


@dataclass(frozen=True)
class Parts:
    """The rows of both parts.

    Attributes:
        train, eval: rows that are taken.
        train_of: usable rows of the split that training takes from.
        eval_split: the split that evaluation takes from; None where it is cut off the training split.
        eval_of: usable rows of that split.
        test: rows that are kept for the test.
    """

    train: int
    eval: int
    train_of: int
    eval_split: str | None
    eval_of: int
    test: int = 0


def evaluation_split(usable: Mapping[str, int]) -> str | None:
    """The split that measures a run, the first that has labels; None where there is none.

    Args:
        usable: rows with text and label by split.
    """
    return next((name for name in EVALUATION_SPLITS if usable.get(name)), None)


def fitting(train_rows: int, eval_rows: int | None, *, train_size: int, eval_size: int) -> tuple[int, int]:
    """How many of the rows that are wanted there are.

    Args:
        train_rows: usable rows of the training split.
        eval_rows: usable rows of the evaluation split; None where it is cut off the training split. If that has too
            few rows for both parts, the evaluation part keeps what was asked for, at most half of the rows, or more
            where the training part has all that it wants; the training part gets the rest.
        train_size, eval_size: rows wanted.
    """
    if eval_rows is not None:
        return min(train_size, train_rows), min(eval_size, eval_rows)
    evaluation = min(eval_size, max(train_rows // 2, train_rows - train_size))
    return min(train_size, train_rows - evaluation), evaluation


def in_proportion(train_rows: int, eval_rows: int | None, *, train_size: int, eval_size: int) -> tuple[int, int]:
    """As `fitting` divided a split with too few rows for both parts before: in the proportion asked for.

    Of ten million training reviews and sixteen, a table of 1,610 had one left to measure with. A run that began so goes
    on with the rows that it had.
    """
    if eval_rows is not None or train_rows >= train_size + eval_size:
        return fitting(train_rows, eval_rows, train_size=train_size, eval_size=eval_size)
    evaluation = min(max(1, round(train_rows * eval_size / (train_size + eval_size))), max(train_rows - 1, 0))
    return train_rows - evaluation, evaluation


def tested(train_rows: int, eval_rows: int | None, train_size: int, eval_size: int, test_size: int) -> int:
    """How many rows are kept for a test that has no split of its own: what was asked for, or a fair share.

    Args:
        train_rows, eval_rows: as `fitting` has them; it divides what is left.
        train_size, eval_size, test_size: rows wanted.
    """
    if eval_rows is None:
        return min(test_size, max(train_rows // 3, train_rows - train_size - eval_size))
    return min(test_size, max(eval_rows // 2, eval_rows - eval_size))


def own_test(usable: Iterable[str], split: str) -> tuple[str | None, str | None]:
    """The split that measures and the one that is for the test alone, of a source that may have both, in this order.

    Args:
        usable: splits with text and label, in the order of EVALUATION_SPLITS.
        split: of the configuration; parts that go by a column take none of them but the test.
    """
    names = [name for name in usable if name in EVALUATION_SPLITS]
    test = "test" if "test" in names and (split != "source" or len(names) > 1) else None
    if split != "source":
        return None, test
    return next((name for name in names if name != test), None), test


def planned(data: DataConfig, usable: Mapping[str, int]) -> Parts:
    """What a run with this configuration takes of a table, before remedies, whose findings nobody knows yet.

    Args:
        data: the configuration; where parts go by a column, which rows these are is not known here, and the sizes are
            those of a cut.
        usable: rows with text and label by split, `train` among them.
    """
    split, test, rows = evaluation_split(usable), None, usable["train"]
    if data.test_size or data.split != "source":
        there = [name for name in EVALUATION_SPLITS if usable.get(name)]
        split, test = own_test(there, data.split)
    held = usable[split] if split else None
    cut = 0 if test else tested(rows, held, data.train_size, data.eval_size, data.test_size)
    train, evaluation = fitting(
        rows - cut if held is None else rows,
        None if held is None else held - cut,
        train_size=data.train_size,
        eval_size=data.eval_size,
    )
    kept = min(data.test_size, usable[test]) if test else cut
    return Parts(train, evaluation, rows, split, rows if held is None else held, kept)
