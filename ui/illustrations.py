"""Small pictures under a setting that show what it does: the schedule, the cut, the steps; and the strip's sparkline.

Each is plain HTML drawn from the draft's own numbers and coloured by the theme: Streamlit lets no SVG through, so a
curve is a box clipped to a polygon. They know nothing of widgets. Each has its meaning in words as the label that a
screen reader says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.config import TrainingConfig
from core.training import schedule
from ui import format as fmt
from ui.markup import element
from ui.words import _

CURVE_POINTS = 64
BINS = 40
# More marks than this run into each other.
MOST_MARKS = 120
LINE_PIXELS = 2


def learning_rate(training: TrainingConfig, total_steps: int) -> str:
    """The learning rate over all steps."""
    peak = min(schedule.warmup_steps(training, total_steps), total_steps)
    steps = np.union1d(np.linspace(0, total_steps, CURVE_POINTS).astype(int), [peak])
    values = [schedule.learning_rate(training, int(step), total_steps) for step in steps]
    shares = [
        (step / max(total_steps, 1), value / training.learning_rate) for step, value in zip(steps, values, strict=True)
    ]
    label = _("The learning rate from the first step to the last: up to {peak}, at the end {end}.").format(
        peak=fmt.learning_rate(max(values)), end=fmt.learning_rate(values[-1])
    )
    return _picture(_curve(shares), label, "sb-pic")


def cut(lengths: np.ndarray, max_length: int) -> str:
    """How long reviews are, the part beyond the limit pale; nothing where no lengths are known."""
    if not len(lengths):
        return ""
    end = max(float(np.quantile(lengths, 0.99)), max_length * 1.05)
    counts, edges = np.histogram(np.minimum(lengths, end), bins=BINS, range=(0, end))
    bars = "".join(
        _bar(count / counts.max(), kept=edge < max_length) for count, edge in zip(counts, edges[:-1], strict=True)
    )
    label = _("How long the reviews are, from 0 to {end} tokens; what stands right of {limit} is cut.").format(
        end=fmt.count(round(end)), limit=fmt.count(max_length)
    )
    return _picture(bars, label, "sb-pic sb-pic-bars")


def steps(per_epoch: int) -> str:
    """One epoch as a row of as many marks as it has steps."""
    bars = _bar(1.0, kept=True) * min(per_epoch, MOST_MARKS)
    label = _("One epoch, divided into {n} steps.").format(n=fmt.count(per_epoch))
    return _picture(bars, label, "sb-pic sb-pic-bars sb-pic-low")


def sparkline(values: Sequence[float], label: str) -> str:
    """Shares of 0..1 as a thin line, newest at the right; nothing for fewer than two."""
    if len(values) < 2:
        return ""
    last = len(values) - 1
    return _picture(_curve([(i / last, value) for i, value in enumerate(values)]), label, "sb-spark")


def _curve(shares: Sequence[tuple[float, float]]) -> str:
    """A line through points given as shares of width and height, over the area below it."""
    # The line lies inside the box also where the curve is at its top.
    tops = [(100 * x, f"calc({100 * (1 - y):.1f}% + {LINE_PIXELS * (y - 1):.2f}px)") for x, y in shares]
    above = ", ".join(f"{x:.1f}% {top}" for x, top in tops)
    below = ", ".join(f"{x:.1f}% calc({top} + {LINE_PIXELS}px)" for x, top in reversed(tops))
    area = element("i", "", "sb-pic-area", style=f"clip-path: polygon({above}, 100% 100%, 0% 100%)")
    return area + element("i", "", "sb-pic-line", style=f"clip-path: polygon({above}, {below})")


def _bar(height: float, *, kept: bool) -> str:
    """A bar from the ground up, its height as a share of the picture's."""
    return element("i", "", "sb-pic-kept" if kept else "sb-pic-cut", style=f"height:{100 * height:.0f}%")


def _picture(content: str, label: str, css: str) -> str:
    return element("div", content, css, role="img", aria_label=label)
