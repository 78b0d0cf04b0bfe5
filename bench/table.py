"""Tables of what was measured, as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Median, smallest and largest."""
    middle, least, most = (f"{value:,.{digits}f}" for value in (statistics.median(values), min(values), max(values)))
    return f"{middle} ({least}-{most})"


def print_seconds(found: Mapping[str, Sequence[float]]) -> None:
    """Median, spread and 95th percentile of seconds by name, a line each."""
    print("| | count | median, s (smallest-largest) | 95th percentile, s |\n|---|---:|---|---:|")
    for name, values in found.items():
        print(f"| {name} | {len(values)} | {spread(values, 3)} | {percentile(values, 0.95):.3f} |")
