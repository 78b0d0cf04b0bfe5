"""What a rule found in a table: how bad it is, where, and what can be done about it.

Knows no rule and no table. Guarantees that a finding can be written as JSON and read again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from core.messages import Message

# Scores can't be trusted; the model will be worse; good to know.
Severity = Literal["serious", "warning", "note"]
# Rows that a finding names; it counts all of them.
MOST_ROWS = 1_000


@dataclass(frozen=True)
class Finding:
    """One fault of a table.

    Attributes:
        rule: its name, such as `duplicates`; the command `rows --find` takes it.
        severity: what it costs to leave it.
        count: how many rows have it.
        words: what was found and what follows, in a sentence or two.
        rows: the first of these rows, at most MOST_ROWS: numbers from 0, the splits of the table one after the other.
        remedy: settings by dotted path that do something about it, None where there are none.
        seen: how many rows were looked at, None where it was all of them.
    """

    rule: str
    severity: Severity
    count: int
    words: Message
    rows: list[int] = field(default_factory=list)
    remedy: dict[str, Any] | None = None
    seen: int | None = None
