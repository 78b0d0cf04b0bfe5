"""What was promised, how often it was looked at, and how often it was broken.

Knows nothing of runs. Guarantees that a promise which was never looked at is not in the table.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Verdict:
    """The outcome of one kind of fault.

    `facts` are lines to print with the table: how many faults there were, and what they hit.
    """

    fault: str
    checked: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    facts: list[str] = field(default_factory=list)

    def check(self, promise: str, kept: bool, detail: object = "") -> bool:
        """Count one look at a promise; says at once on standard error if it was broken."""
        self.checked[promise] += 1
        if not kept:
            self.broken[promise] += 1
            print(f"BROKEN ({self.fault}): {promise}: {detail}", file=sys.stderr, flush=True)
        return kept

    @property
    def ok(self) -> bool:
        return not self.broken.total()

    def rows(self) -> list[str]:
        """The lines of a markdown table."""
        return [
            f"| {self.fault} | {promise} | {count} | {self.broken[promise]} |"
            for promise, count in self.checked.items()
        ]


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)
