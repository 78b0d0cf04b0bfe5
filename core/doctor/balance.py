"""How the rows are shared among the classes."""

from __future__ import annotations

import numpy as np

from core.doctor.finding import Finding, Severity
from core.doctor.grades import found
from core.doctor.texts import Reviews
from core.messages import Message

# The share of the commonest class from which accuracy says next to nothing, and from which it misleads.
SERIOUS, WARNING = 0.9, 0.75
# How many times as many rows the commonest class has as the rarest, and its share, from which it is worth a word.
RATIO, NOTED = 3.0, 0.4
# Rows of a class from which as many of each make a training part that is large enough.
ENOUGH = 100
# Fewer rows of a class than this teach and measure little.
RARE = 10
_NAMED = 5


def imbalance(reviews: Reviews) -> Finding | None:
    """A class that most rows have, so that a model which always says it looks good."""
    counts = np.bincount(reviews.numbers[reviews.used], minlength=len(reviews.names))
    present = counts[counts > 0]
    share = counts.max() / max(1, counts.sum())
    if len(present) < 2 or (share < WARNING and (share < NOTED or present.max() < RATIO * present.min())):
        return None
    severity: Severity = "serious" if share >= SERIOUS else "warning" if share >= WARNING else "note"
    common, rare = int(counts.argmax()), int(np.where(counts > 0, counts, counts.max() + 1).argmin())
    rows = reviews.used[reviews.numbers[reviews.used] == common]
    values = {
        "common": reviews.names[common],
        "share": float(share),
        "rare": reviews.names[rare],
        "rare_share": float(counts[rare] / counts.sum()),
    }
    balanced = bool(present.min() >= ENOUGH)
    told = (
        Message(
            "{common} has {share:.0%} of the rows, {rare} {rare_share:.1%}. A model that always says {common} has an "
            "accuracy of {share:.0%}: judge by macro-F1. The remedy trains on as many rows of each class.",
            **values,
        )
        if balanced
        else Message(
            "{common} has {share:.0%} of the rows, {rare} {rare_share:.1%}. A model that always says {common} has an "
            "accuracy of {share:.0%}: judge by macro-F1. The remedy keeps the shares alike in both parts, so that rare "
            "classes are measured.",
            **values,
        )
    )
    remedy = {"data.subset": "balanced" if balanced else "stratified"}
    return found("imbalance", severity, rows, told, remedy)


def rare_classes(reviews: Reviews) -> Finding | None:
    """Classes with too few rows to be learnt or measured."""
    counts = np.bincount(reviews.numbers[reviews.used], minlength=len(reviews.names))
    rare = np.flatnonzero((counts < RARE) & (counts > 0))
    if not len(rare):
        return None
    single = np.flatnonzero(counts == 1)
    rows = reviews.used[np.isin(reviews.numbers[reviews.used], rare)]
    listed = ", ".join(f"{reviews.names[each]} ({counts[each]})" for each in rare[:_NAMED])
    if len(single):
        return found(
            "rare_classes",
            "serious",
            rows,
            Message(
                "Classes with fewer than {most} rows: {classes:,} ({listed}); with a single one: {single:,}. A row "
                "that is learnt from can't measure, so these can't be both. Add rows, or merge or leave out classes.",
                most=RARE,
                classes=len(rare),
                listed=listed,
                single=len(single),
            ),
        )
    return found(
        "rare_classes",
        "warning",
        rows,
        Message(
            "Classes with fewer than {most} rows: {classes:,} ({listed}). Their scores are chance. Add rows, or merge "
            "or leave out classes; the remedy sees to it that both parts have some.",
            most=RARE,
            classes=len(rare),
            listed=listed,
        ),
        {"data.subset": "stratified"},
    )
