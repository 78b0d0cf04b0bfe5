"""How the table's rows should be parted: columns that say when or of whom, and parts that differ.

Looks at other columns than text and label, and, where the source has an evaluation part of its own, at both.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.table import is_text, plain, values
from core.doctor.finding import Finding
from core.doctor.grades import found
from core.doctor.texts import Reviews, words
from core.messages import Message

_CELLS, _LONGEST_DATE, _MOST_COLUMNS = 500, 80, 200
# How much larger the greatest difference of two parts must be than chance allows, and how large to matter: of class
# shares, of the distribution of lengths, of the distribution of words.
_SURE = 1e-4
LABELS, LENGTHS, VOCABULARY = 0.1, 0.15, 0.08
MOST_TEXTS = 4_000
_COMMON_WORDS = 500
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"""(?:\d{{4}}[-/.年]\s?\d{{1,2}}[-/.月]\s?\d{{1,2}}日?
    |\d{{1,2}}[-/.\s](?:\d{{1,2}}|{_MONTH})[-/.,\s]+\d{{2,4}}
    |(?:\w+,?\s+)?(?:\d{{1,2}}\s+)?{_MONTH}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s+)?\d{{4}})
    (?:[T\s,].*)?""",
    re.IGNORECASE | re.VERBOSE,
)
_DATE_NAME = re.compile(r"date|time|created|posted|published|_at$|day$|日付|日時|日$", re.IGNORECASE)
# Seconds and milliseconds since 1970, and days since 1900 as spreadsheets count.
_MOMENTS = ((631_152_000, 4_102_444_800), (631_152_000_000, 4_102_444_800_000), (32_874, 73_051))
_GROUP_NAME = re.compile(
    r"(?:^|[_\s.-]|(?<=[a-z])(?=[A-Z]))(?:business|user|author|reviewer|customer|product|item|asin|hotel|restaurant|shop|"
    r"store|seller|vendor|company|brand|movie|film|book|game|app|place|venue|session|thread|conversation|patient|"
    r"article|document|source|speaker|writer)s?(?:[_\s.-]?(?:id|name|key|no))?$|ユーザー|投稿者|会員|商品|店名|店舗|ホテル|施設",
    re.IGNORECASE,
)
# Different values from which both parts get some, and rows a value from which many are of one.
FEWEST_GROUPS, FEWEST_ROWS = 10, 2.0


def dates(reviews: Reviews) -> Finding | None:
    """A column that says when a row was written, in a table without an evaluation part."""
    if reviews.evaluation is not None:
        return None
    for name in _others(reviews):
        cells = plain(reviews.table.train[name])
        if _are_dates(name, cells):
            return found(
                "dates",
                "note",
                [],
                Message(
                    "The column {column} says when a row was written. A model is used on what is written later: the "
                    "remedy measures it on the latest rows, which is harder and more honest than on rows at random.",
                    column=name,
                ),
                {"data.split": "time", "data.split_column": name},
                count=len(cells) - cells.null_count,
            )
    return None


def groups(reviews: Reviews) -> Finding | None:
    """A column of users, shops or things, each with several rows, in a table without an evaluation part."""
    if reviews.evaluation is not None:
        return None
    rows = reviews.table.train.num_rows
    for name in _others(reviews):
        cells = plain(reviews.table.train[name])
        if not _GROUP_NAME.search(name) or not (is_text(cells.type) or pa.types.is_integer(cells.type)):
            continue
        counts = np.asarray(pc.value_counts(cells).field("counts"))
        if len(counts) >= FEWEST_GROUPS and rows / len(counts) >= FEWEST_ROWS:
            several = int(counts[counts > 1].sum())
            return found(
                "groups",
                "note",
                [],
                Message(
                    "The column {column} has {values:,} different values for {rows:,} rows. A model may learn what is "
                    "said of one of them instead of what is meant; the remedy keeps all rows of a value on one side.",
                    column=name,
                    values=len(counts),
                    rows=rows,
                ),
                {"data.split": "grouped", "data.split_column": name},
                count=several,
            )
    return None


def drift(reviews: Reviews) -> Finding | None:
    """An evaluation part of the source's own that is not like its training part.

    Sources: https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.ks_2samp.html and chi2_contingency.
    """
    from scipy.stats import chi2_contingency, ks_2samp  # type: ignore[import-untyped]

    split = reviews.evaluation
    if split is None:
        return None
    train, held = reviews.of_split("train"), reviews.of_split(split)
    if min(len(train), len(held)) < 20:
        return None
    told: list[Message] = []
    counts = np.array([np.bincount(reviews.numbers[rows], minlength=len(reviews.names)) for rows in (train, held)])
    shares = counts / counts.sum(axis=1, keepdims=True)
    moved = np.abs(shares[0] - shares[1])
    present = counts[:, counts.sum(axis=0) > 0]
    if moved.sum() / 2 >= LABELS and present.shape[1] > 1 and chi2_contingency(present).pvalue < _SURE:
        most = int(moved.argmax())
        told.append(
            Message(
                "{name} has {before:.0%} of the rows of one and {after:.0%} of the other",
                name=reviews.names[most],
                before=float(shares[0][most]),
                after=float(shares[1][most]),
            )
        )
    lengths = ks_2samp(reviews.words[train], reviews.words[held], method="asymp")
    if lengths.statistic >= LENGTHS and lengths.pvalue < _SURE:
        before, after = (float(np.median(reviews.words[rows])) for rows in (train, held))
        told.append(Message("their texts have {before:,.0f} and {after:,.0f} words", before=before, after=after))
    if _words_apart(reviews, train, held) >= VOCABULARY:
        told.append(Message("their words differ more than chance allows"))
    if not told:
        return None
    return found(
        "drift",
        "warning",
        held,
        Message(
            "The training part and {split} are not alike: {how}. Scores then say how well the model does elsewhere, "
            "not what it has learnt.",
            split=split,
            how=Message.joined(told, "; "),
        ),
    )


def _words_apart(reviews: Reviews, train: np.ndarray, held: np.ndarray) -> float:
    """How far the distributions of common words are apart, 0..1, beyond that of two halves of the training part."""
    size = min(MOST_TEXTS, len(held), len(train) // 2)
    if size < 100:
        return 0.0
    draw = np.random.default_rng(0)
    mixed = draw.permutation(train)
    parts = [mixed[:size], mixed[size : 2 * size], draw.permutation(held)[:size]]
    counted = [Counter(word for text in reviews.texts(rows) for word in set(words(text))) for rows in parts]
    common = [word for word, _count in sum(counted, Counter[str]()).most_common(_COMMON_WORDS)]
    shares = [np.array([count[word] for word in common]) / max(1, sum(count[w] for w in common)) for count in counted]
    return float((np.abs(shares[0] - shares[2]).sum() - np.abs(shares[0] - shares[1]).sum()) / 2)


def _others(reviews: Reviews) -> list[str]:
    mine = {reviews.columns.text, reviews.columns.label}
    return [name for name in reviews.table.train.column_names if name not in mine][:_MOST_COLUMNS]


def _are_dates(name: str, cells: pa.ChunkedArray) -> bool:
    """Whether a column holds dates, and different ones."""
    step = max(1, len(cells) // _CELLS)
    # One by one: taking many rows of Arrow at once copies the whole column first.
    some = [cell for row in range(0, len(cells), step) for cell in values(cells.slice(row, 1)) if cell is not None]
    if len(some) < 2 or len({str(cell) for cell in some}) < 2:
        return False
    if pa.types.is_date(cells.type) or pa.types.is_timestamp(cells.type):
        return True
    if is_text(cells.type):
        return sum(bool(_DATE.fullmatch(cell[:_LONGEST_DATE].strip())) for cell in some) >= 0.95 * len(some)
    return bool(_DATE_NAME.search(name)) and _are_moments(some)


def _are_moments(some: list[Any]) -> bool:
    if not all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in some):
        return False
    return any(low <= min(some) and max(some) <= high for low, high in _MOMENTS)
