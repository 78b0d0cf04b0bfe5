"""Columns that say when or of whom, and parts that are not alike."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.doctor import layout
from tests.core.doctor import made

DAYS = [date(2019, 1, 1) + timedelta(days=3 * number) for number in range(60)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("when", [str(day) for day in DAYS]),
        ("when", [f"{day}T10:00:00Z" for day in DAYS]),
        ("when", [f"{day:%d/%m/%Y}" for day in DAYS]),
        ("when", [f"{day:%d-%b-%y}" for day in DAYS]),
        ("when", [f"{day:%B} {day.day}, {day.year}" for day in DAYS]),
        ("when", [f"{day.year}年{day.month}月{day.day}日" for day in DAYS]),
        ("when", DAYS),
        ("when", [datetime(day.year, day.month, day.day) for day in DAYS]),
        ("unixReviewTime", [1_500_000_000 + 86_400 * number for number in range(60)]),
        ("created", [42058.2 + number for number in range(60)]),
    ],
)
def test_dates_suggest_a_split_by_time(name: str, values: list[Any]) -> None:
    texts, labels = made.texts(60)
    found = layout.dates(made.reviews(texts, labels, others={name: values}))
    assert found is not None
    assert found.remedy == {"data.split": "time", "data.split_column": name}
    assert layout.dates(made.reviews(texts, labels, held=20, others={name: values})) is None


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("votes", [1_500_000_000 + number for number in range(60)]),
        ("phone", [f"030-{number}-{number * 37}" for number in range(60)]),
        ("date", [f"{number}" for number in range(60)]),
        ("date", ["2020-01-01"] * 60),
        ("date", [None] * 60),
    ],
)
def test_other_columns_are_no_dates(name: str, values: list[Any]) -> None:
    assert layout.dates(made.reviews(*made.texts(60), others={name: values})) is None


def test_groups_with_several_rows_suggest_a_grouped_split() -> None:
    texts, labels = made.texts(60)
    for name in ("business_id", "userName", "店舗名", "asin"):
        found = layout.groups(made.reviews(texts, labels, others={name: [f"g{row % 15}" for row in range(60)]}))
        assert found is not None
        assert found.remedy == {"data.split": "grouped", "data.split_column": name}
    others: dict[str, list[Any]] = {
        "user": [f"u{row}" for row in range(60)],
        "gender": [f"g{row % 15}" for row in range(60)],
        "brand": [f"b{row % 3}" for row in range(60)],
        "product_price": [row % 15 for row in range(60)],
    }
    for name, values in others.items():
        assert layout.groups(made.reviews(texts, labels, others={name: values})) is None


def test_parts_that_are_alike_have_not_drifted() -> None:
    assert layout.drift(made.reviews(*made.texts(800), held=400)) is None
    assert layout.drift(made.reviews(*made.texts(800))) is None


def test_parts_with_other_classes_lengths_or_words_have() -> None:
    texts, labels = made.texts(800)
    order = sorted(range(800), key=lambda row: (labels[row] == "bad") * 2 + row % 3)
    found = layout.drift(made.reviews([texts[row] for row in order], [labels[row] for row in order], held=400))
    assert found is not None
    assert "bad has" in str(found.words)
    longer = [text if row < 400 else f"{text} And that is all there is to say." for row, text in enumerate(texts)]
    found = layout.drift(made.reviews(longer, labels, held=400))
    assert found is not None
    assert "their texts have" in str(found.words)
    other = [text if row < 400 else text.replace("The", "Un").replace("was", "etait") for row, text in enumerate(texts)]
    found = layout.drift(made.reviews(other, labels, held=400))
    assert found is not None
    assert "their words differ" in str(found.words)
