"""Ratings as pictures: stars with a fractional fill, and bars for probabilities and counts.

Every function returns HTML in which all given text is escaped, or draws exactly that HTML. A picture never
carries a value alone: stars have a spoken label, each bar its figure beside it. Which rating a class stands
for is the caller's knowledge; so are the colours (`ui.tokens.rating_colours`).
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui import format as fmt
from ui.markup import element, text
from ui.tokens import rating_colours
from ui.words import _

# A label is words, or a whole number of stars; then its share, and the bar's colour as #RRGGBB.
ProbabilityRow = tuple[str | int, float, str]
CountRow = tuple[str | int, int, str]


def stars(value: float, out_of: int = 5, *, size: str = "1em") -> str:
    """`out_of` stars of which `value` are gold, the last one in part.

    Args:
        value: 0..out_of; clamped.
        out_of: how many stars there are, at least 1.
        size: height of a star as a CSS length.
    """
    filled = min(max(value, 0.0), float(out_of))
    label = _("{stars} out of {n}").format(stars=fmt.stars(filled), n=out_of)
    look = f"--sb-fill:{100 * _edge(filled) / out_of:.1f}%;--sb-of:{out_of};font-size:{size}"
    return element("span", "", "sb-stars", role="img", aria_label=label, style=look)


def _edge(value: float) -> float:
    """Where the gold ends, in tiles: a star fills 13 % to 88 % of its tile, the rest is air."""
    whole, part = divmod(value, 1)
    return whole + (0.13 + 0.75 * part if part else 0.0)


def rating_rows(probabilities: Sequence[float]) -> Sequence[ProbabilityRow]:
    """Rows for `probability_bars` from the probabilities of 1, 2, ... stars: the highest rating first."""
    colours = rating_colours(len(probabilities))
    pairs = zip(probabilities, colours, strict=True)
    return [(n, share, colour) for n, (share, colour) in enumerate(pairs, start=1)][::-1]


def probability_bars(rows: Sequence[ProbabilityRow]) -> None:
    """Draw one bar a row, in the order given; a full track is 100 %."""
    st.html(probability_html(rows))


def probability_html(rows: Sequence[ProbabilityRow]) -> str:
    """The list that `probability_bars` draws."""
    items = [_row(label, share, colour, fmt.percent(share)) for label, share, colour in rows]
    return element("ul", "".join(items), "sb-bars", aria_label=_("Probability of each label"))


def distribution_bars(rows: Sequence[CountRow]) -> None:
    """Draw how often each label occurs, in the order given; the longest bar is the commonest label."""
    st.html(distribution_html(rows))


def distribution_html(rows: Sequence[CountRow]) -> str:
    """The list that `distribution_bars` draws: count and share beside each bar."""
    total = sum(n for _label, n, _colour in rows)
    most = max((n for _label, n, _colour in rows), default=0)
    items = [
        _row(
            label,
            n / most if most else 0.0,
            colour,
            fmt.count(n),
            fmt.percent(n / total, 1) if total else fmt.MISSING,
        )
        for label, n, colour in rows
    ]
    return element("ul", "".join(items), "sb-bars sb-bars-open", aria_label=_("How often each label occurs"))


def _row(label: str | int, length: float, colour: str, figure: str, aside: str = "") -> str:
    """One bar: label, track with a fill of `length` (0..1), figure, and a quieter second figure."""
    name = stars(label, label) if isinstance(label, int) else text(label)
    width = 100 * min(max(length, 0.0), 1.0)
    fill = element("i", "", style=f"width:{width:.1f}%;background:{colour}")
    parts = [
        element("span", name, "sb-bar-label"),
        element("span", fill, "sb-bar-track", aria_hidden="true"),
        element("span", text(figure), "sb-bar-figure"),
    ]
    if aside:
        parts.append(element("span", text(aside), "sb-bar-aside"))
    return element("li", "".join(parts))
