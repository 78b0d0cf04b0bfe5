"""Words for numbers, at the edges of every unit."""

from __future__ import annotations

import math

import pytest

from ui import format as fmt


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.0141, "14 ms"),
        (0.9996, "1 s"),
        (47, "47 s"),
        (59.6, "1 min"),
        (82, "1 min 22 s"),
        (3599.7, "1 h"),
        (7500, "2 h 5 min"),
        (7200, "2 h"),
        (86399, "1 d"),
        (273_600, "3 d 4 h"),
        (None, "–"),
        (math.nan, "–"),
        (-1, "–"),
    ],
)
def test_duration(seconds: float | None, words: str) -> None:
    assert fmt.duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (5e-5, "5e-5"),
        (1e-4, "1e-4"),
        (1.5e-4, "1.5e-4"),
        (0.01, "1e-2"),
        (1.0, "1e0"),
        (0, "0"),
        (3e-10, "3e-10"),
        (None, "–"),
    ],
)
def test_learning_rate(value: float | None, words: str) -> None:
    assert fmt.learning_rate(value) == words


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (48_000, "48 kB"),
        (999_700, "1.0 MB"),
        (90_868_376, "91 MB"),
        (1_100_000_000, "1.1 GB"),
        (2_500_000_000_000, "2.5 TB"),
        (None, "–"),
    ],
)
def test_size(n_bytes: int | None, words: str) -> None:
    assert fmt.size(n_bytes) == words


def test_percent_keeps_zero_and_drops_what_is_not_a_number() -> None:
    assert fmt.percent(0.531, 1) == "53.1 %"
    assert fmt.percent(0.0) == "0 %"
    assert fmt.percent(1.0) == "100 %"
    assert fmt.percent(math.inf) == "–"


def test_number_and_count() -> None:
    assert fmt.number(0.94) == "0.94"
    assert fmt.number(0.0) == "0.00"
    assert fmt.number(-0.001) == "0.00", "no minus zero"
    assert fmt.number(-1.5, 1) == "-1.5"
    assert fmt.number(None) == "–"
    assert fmt.count(1000) == "1,000"
    assert fmt.count(0) == "0"


def test_stars() -> None:
    assert fmt.stars(1) == "1 star"
    assert fmt.stars(3.84) == "3.8 stars"
    assert fmt.stars(4.0) == "4 stars"
