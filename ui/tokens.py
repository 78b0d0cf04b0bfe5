"""The colours of Starboard, once, for Python.

`.streamlit/config.toml` repeats those that Streamlit draws with, and a test compares the two.
`css_variables` hands all of them to style.css as `--sb-*` custom properties written with CSS
`light-dark()`: Streamlit sets `color-scheme` on the app, so a switch of theme recolours at once, without a
rerun.

Guarantees, held by tests/ui/test_tokens.py: text tokens reach 4.5:1 (WCAG AA) on every surface they are
used on, lines that carry meaning 3:1. One colour differs from the drawing for that: the training series in
light (#98A2B3, 2.6:1 on a card) became #8A94A7 (3.1:1). The gold of the stars and the pale ratings stay
below 3:1 on white; they never carry a value alone, its figure always stands beside them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Token:
    """One colour in both appearances, as #RRGGBB."""

    light: str
    dark: str


BACKGROUND = Token("#FAFAF7", "#12151C")
CARD = Token("#FFFFFF", "#1A1F2A")
HAIRLINE = Token("#E6E4DC", "#2A3140")
INK = Token("#1D2433", "#E8EBF2")
SECONDARY_INK = Token("#667085", "#98A2B3")
ACCENT = Token("#3454D1", "#8EA2FF")
ACCENT_SOFT = Token("#EEF1FD", "#232C45")
ON_ACCENT = Token("#FFFFFF", "#12151C")
TRAIN = Token("#8A94A7", "#5D6B82")
STAR = Token("#E0A106", "#F2B824")
DANGER = Token("#B2182B", "#F28B82")

TOKENS: dict[str, Token] = {
    "background": BACKGROUND,
    "card": CARD,
    "hairline": HAIRLINE,
    "ink": INK,
    "secondary": SECONDARY_INK,
    "accent": ACCENT,
    "accent-soft": ACCENT_SOFT,
    "on-accent": ON_ACCENT,
    "train": TRAIN,
    "star": STAR,
    "danger": DANGER,
}

# Which token draws which series; the live chart reads `--sb-<name>`.
ROLES: dict[str, str] = {"train": "train", "eval": "accent"}

# From red over grey to blue: safe for colour-blind readers, the same in both appearances and on every page.
RATINGS: dict[int, str] = {1: "#B2182B", 2: "#EF8A62", 3: "#9AA0A6", 4: "#67A9CF", 5: "#2166AC"}


def rating_colours(classes: int) -> list[str]:
    """Colours for `classes` ordered labels, lowest first; five labels get exactly RATINGS.

    Fewer or more labels spread over the same scale, mixing neighbours: two labels are plain red and blue.
    """
    if classes <= 1:
        return [RATINGS[5]] * max(classes, 0)
    return [_at(4 * i / (classes - 1)) for i in range(classes)]


def _at(position: float) -> str:
    """The colour at 0..4 on the rating scale, mixed linearly between its two neighbours."""
    low = min(int(position), 3)
    part = position - low
    pairs = zip(rgb(RATINGS[low + 1]), rgb(RATINGS[low + 2]), strict=True)
    return "#" + "".join(f"{round(a + part * (b - a)):02X}" for a, b in pairs)


def rgb(colour: str) -> tuple[int, int, int]:
    """#RRGGBB as three numbers 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def css_variables() -> str:
    """A `:root` rule that defines every token as `--sb-<name>` and every rating as `--sb-rating-<n>`."""
    lines = [f"--sb-{name}: light-dark({token.light}, {token.dark});" for name, token in TOKENS.items()]
    lines += [f"--sb-rating-{n}: {colour};" for n, colour in RATINGS.items()]
    return ":root {\n  " + "\n  ".join(lines) + "\n}\n"
