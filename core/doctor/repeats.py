"""Texts that stand in the table more than once: copies, copies with another label, copies on both sides of a run.

All three look at all rows, by a hash of the text (see `core/doctor/texts.py`). How much copies flatter a score depends
on the sizes of both parts, so `Copies` keeps what is needed to say it for any.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.config import DataConfig
from core.data import parts
from core.doctor.finding import MOST_ROWS, Finding
from core.doctor.grades import found, graded
from core.doctor.linear import accuracy
from core.doctor.texts import Reviews
from core.messages import Message

# Rows of either part by which it is measured how much better a text is answered that was learnt from.
GAIN_ROWS = 1_000
# The share of rows with copies from which parts at random hold enough of them.
_OFTEN = 0.2
# Fewer answers than this say too little about a gain.
_FEW = 4
_ROUNDS = 3


@dataclass(frozen=True)
class Copies:
    """Rows that measure a run and whose text may be learnt from as well.

    Attributes:
        split: the split that measures a run; None where it is cut off the training split at random.
        train_rows, eval_rows: usable rows to take of; the same rows where there is no such split.
        counts: how many copies a row has on the training side (or anywhere else in the table) -> how many such rows.
        gain: how much more often a copy is answered right because it was learnt from, 0..1.
        rows: the first of these rows.
    """

    split: str | None
    train_rows: int
    eval_rows: int
    counts: dict[int, int] = field(default_factory=dict)
    gain: float = 0.0
    rows: list[int] = field(default_factory=list)


def duplicates(reviews: Reviews) -> Finding | None:
    """Rows whose text stands in an earlier row."""
    again = np.setdiff1d(reviews.used, reviews.distinct(), assume_unique=True)
    share = len(again) / max(1, len(reviews.used))
    return found(
        "duplicates",
        graded(share, warning=0.01, serious=0.5),
        again,
        Message(
            "Rows that repeat the text of an earlier row: {count:,} of {rows:,} ({share:.1%}). They teach nothing new "
            "and count several times in the scores; the remedy keeps the first of each.",
            count=len(again),
            rows=len(reviews.used),
            share=share,
        ),
        {"data.remedies": ["duplicates"]},
    )


def conflicts(reviews: Reviews) -> Finding | None:
    """Rows of one text with different labels."""
    used = reviews.used
    _, text, size = np.unique(reviews.same[used], return_inverse=True, return_counts=True)
    labels = reviews.numbers[used]
    least, most = np.full(len(size), labels.max(initial=0)), np.full(len(size), -1)
    np.minimum.at(least, text, labels)
    np.maximum.at(most, text, labels)
    torn = (least < most)[text]
    rows = used[torn]
    share = len(rows) / max(1, len(used))
    return found(
        "conflicts",
        graded(share, warning=0.01),
        rows,
        Message(
            "Rows whose text has another label elsewhere: {count:,} of {rows:,}, different texts: {texts:,}. No model "
            "can be right about both; the remedy leaves all of them out.",
            count=len(rows),
            rows=len(used),
            texts=len(np.unique(text[torn])),
        ),
        {"data.remedies": ["conflicts"]},
    )


def copies(reviews: Reviews) -> Copies:
    """What the sizes of both parts turn into a number of leaks."""
    split = reviews.evaluation
    if not len(reviews.of_split("train")):
        return Copies(split, 0, 0)
    if split is None:
        rows = reviews.of_split("train")
        same = reviews.same[rows]
        _, place, size = np.unique(same, return_inverse=True, return_counts=True)
        others, train = size[place] - 1, rows
    else:
        rows, train = reviews.of_split(split), reviews.of_split("train")
        known, size = np.unique(reviews.same[train], return_counts=True)
        place = np.searchsorted(known, reviews.same[rows]).clip(max=len(known) - 1)
        others = np.where(known[place] == reviews.same[rows], size[place], 0)
    leaking = rows[others > 0]
    often, counts = np.unique(others[others > 0], return_counts=True)
    return Copies(
        split,
        len(train),
        len(rows),
        dict(zip(often.tolist(), counts.tolist(), strict=True)),
        _gain(reviews, leaking, train, halved=split is None) if len(leaking) else 0.0,
        leaking[:MOST_ROWS].tolist(),
    )


def _gain(reviews: Reviews, leaking: np.ndarray, train: np.ndarray, *, halved: bool) -> float:
    """How much more often a linear model is right about copies when it has learnt from them.

    Args:
        leaking: rows that have copies.
        train: rows that may be learnt from, the copies among them.
        halved: whether both parts are cut from the same rows.
    """
    draw = np.random.default_rng(0)
    gains = []
    for _round in range(_ROUNDS):
        learnt, asked = (_cut if halved else _beside)(reviews, leaking, train, draw)
        asked = asked[np.isin(reviews.same[asked], reviews.same[learnt])]
        apart = learnt[~np.isin(reviews.same[learnt], reviews.same[asked])]
        if len(asked) >= _FEW:
            gains.append(accuracy(reviews, learnt, asked) - accuracy(reviews, apart, asked))
    return float(np.clip(np.mean(gains), 0, 1)) if gains else 0.0


def _cut(
    reviews: Reviews, leaking: np.ndarray, train: np.ndarray, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Two parts of the rows at random, as a run cuts them; where copies are rare, with more of them."""
    rows = draw.permutation(train)
    if len(leaking) < _OFTEN * len(train):
        known, size = np.unique(reviews.same[leaking], return_counts=True)
        order = draw.permutation(len(known))
        # Texts with all their copies, until there are enough rows.
        chosen = known[order[: int(np.searchsorted(np.cumsum(size[order]), GAIN_ROWS)) + 1]]
        copied = np.isin(reviews.same[rows], chosen)
        rows = draw.permutation(np.concatenate([rows[copied], rows[~copied][:GAIN_ROWS]]))
    rows = rows[: 2 * GAIN_ROWS]
    return rows[len(rows) // 2 :], rows[: len(rows) // 2]


def _beside(
    reviews: Reviews, leaking: np.ndarray, train: np.ndarray, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Rows to learn from, copies among them, and rows of the other split that have these copies."""
    asked = draw.permutation(leaking)[:GAIN_ROWS]
    rows = draw.permutation(train)
    copied = np.isin(reviews.same[rows], reviews.same[asked])
    return np.concatenate([rows[copied][:GAIN_ROWS], rows[~copied][:GAIN_ROWS]]), asked


def leaks(found_copies: Copies, data: DataConfig) -> Finding | None:
    """Texts that a run would both learn from and be measured on."""
    both = (found_copies.train_rows, None if found_copies.split is None else found_copies.eval_rows)
    train, evaluation = parts.fitting(*both, train_size=data.train_size, eval_size=data.eval_size)
    if not train or not evaluation or not found_copies.counts:
        return None
    # How likely each copy is to be among the rows that are learnt from.
    pool = found_copies.train_rows - (found_copies.split is None)
    taken = min(1.0, train / max(1, pool))
    leaking = sum(rows * (1 - (1 - taken) ** others) for others, rows in found_copies.counts.items())
    share = leaking / max(1, found_copies.eval_rows)
    points = 100 * share * found_copies.gain
    values = {"leaked": round(share * evaluation), "rows": evaluation, "share": share, "points": points}
    if values["leaked"] < 1:
        return None
    told = (
        Message(
            "Of {rows:,} evaluation reviews drawn at random, about {leaked:,} ({share:.0%}) have a text that stands in "
            "training too. The model has seen the answers: by a linear model, accuracy looks about {points:.1f} points "
            "too good. The remedy takes these texts out of training.",
            **values,
        )
        if found_copies.split is None
        else Message(
            "Of {rows:,} reviews of {split}, about {leaked:,} ({share:.0%}) have a text that stands in training too. "
            "The model has seen the answers: by a linear model, accuracy looks about {points:.1f} points too good. The "
            "remedy takes these texts out of training.",
            split=found_copies.split,
            **values,
        )
    )
    severity = graded(max(share, points / 100 * 5), warning=0.01, serious=0.1)
    count = sum(found_copies.counts.values())
    return found("leaks", severity, found_copies.rows, told, {"data.remedies": ["leaks"]}, count=count)
