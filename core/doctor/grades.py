"""How a finding is put together: its severity by a share of rows, its first rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.doctor.finding import MOST_ROWS, Finding, Severity
from core.messages import Message

ORDER: tuple[Severity, ...] = ("serious", "warning", "note")


def graded(share: float, *, warning: float, serious: float = 2.0) -> Severity:
    """The severity of a fault that so large a share of the rows has, 0..1; limits above 1 are never reached."""
    if share >= serious:
        return "serious"
    return "warning" if share >= warning else "note"


def found(
    rule: str,
    severity: Severity,
    rows: Sequence[int] | np.ndarray,
    words: Message,
    remedy: dict[str, Any] | None = None,
    *,
    count: int | None = None,
    seen: int | None = None,
) -> Finding | None:
    """The finding of these rows; None where there are none and no other count is given."""
    count = len(rows) if count is None else count
    if not count:
        return None
    return Finding(rule, severity, count, words, [int(row) for row in rows[:MOST_ROWS]], remedy, seen)
