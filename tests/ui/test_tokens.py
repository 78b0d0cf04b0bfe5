"""Contrast by the WCAG formula, and one palette in two files."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ui import style, tokens

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
TEXT = 4.5  # WCAG 2.2, 1.4.3 level AA
GRAPHICS = 3.0  # 1.4.11

ON_SURFACES = [
    (text, surface, TEXT) for text in ("ink", "secondary", "accent", "danger") for surface in ("background", "card")
]
PAIRS = [
    *ON_SURFACES,
    ("accent", "accent-soft", TEXT),
    ("on-accent", "accent", TEXT),
    ("train", "card", GRAPHICS),
]


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB. Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [c / 255 for c in tokens.rgb(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(front: str, back: str, least: float, mode: str) -> None:
    assert contrast(getattr(tokens.TOKENS[front], mode), getattr(tokens.TOKENS[back], mode)) >= least


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_theme_repeats_the_tokens(mode: str) -> None:
    theme: dict[str, Any] = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][mode]
    expected = {
        "primaryColor": tokens.ACCENT,
        "backgroundColor": tokens.BACKGROUND,
        "secondaryBackgroundColor": tokens.CARD,
        "textColor": tokens.INK,
        "linkColor": tokens.ACCENT,
        "borderColor": tokens.HAIRLINE,
        "grayColor": tokens.SECONDARY_INK,
        "redColor": tokens.DANGER,
        "yellowColor": tokens.STAR,
    }
    assert {name: theme[name] for name in expected} == {n: getattr(t, mode) for n, t in expected.items()}
    assert theme["chartCategoricalColors"][:2] == [getattr(tokens.TRAIN, mode), getattr(tokens.ACCENT, mode)]


def test_every_font_file_is_there() -> None:
    faces = re.findall(r'url\("app/(.+?)"\)', style.sheet())
    root = CONFIG.parents[1]
    assert len(faces) == 10
    assert all((root / face).is_file() for face in faces)
    assert len(list((root / "static" / "fonts").glob("OFL-*.txt"))) == 2


def test_rating_colours() -> None:
    assert tokens.rating_colours(5) == list(tokens.RATINGS.values())
    assert tokens.rating_colours(2) == [tokens.RATINGS[1], tokens.RATINGS[5]]
    assert tokens.rating_colours(3)[1] == tokens.RATINGS[3]
    assert len(set(tokens.rating_colours(10))) == 10
    assert tokens.rating_colours(1) == [tokens.RATINGS[5]]
    assert tokens.rating_colours(0) == []


def test_the_sheet_defines_every_variable_it_uses() -> None:
    used = {part.split(")")[0].split(",")[0] for part in style.sheet().split("var(")[1:]}
    inline = {"--sb-fill", "--sb-of", "--sb-class"}  # set on each row of stars, and on the words of a class
    defined = {line.split(":")[0].strip() for line in style.sheet().splitlines() if line.strip().startswith("--sb-")}
    assert used - inline <= defined
