"""Classes with too many rows and with too few; words that give the label away."""

from __future__ import annotations

import pytest

from core.doctor import balance, telling
from tests.core.doctor import made


@pytest.mark.parametrize(
    ("common", "rare", "severity", "subset"),
    [(950, 50, "serious", "stratified"), (400, 110, "warning", "balanced"), (300, 100, "warning", "balanced")],
)
def test_imbalance(common: int, rare: int, severity: str, subset: str) -> None:
    reviews = made.reviews([f"text {n}" for n in range(common + rare)], ["a"] * common + ["b"] * rare)
    found = balance.imbalance(reviews)
    assert found is not None
    assert (found.severity, found.count, found.remedy) == (severity, common, {"data.subset": subset})


def test_even_classes_are_fine_and_uneven_ones_a_note() -> None:
    assert balance.imbalance(made.reviews(*made.texts(60))) is None
    labels = [1] * 20 + [2] * 20 + [5] * 70
    found = balance.imbalance(made.reviews([f"text {n}" for n in range(110)], labels))
    assert found is not None
    assert found.severity == "note"


def test_rare_classes() -> None:
    texts = [f"text {n}" for n in range(60)]
    few = balance.rare_classes(made.reviews(texts, ["a"] * 30 + ["b"] * 25 + ["c"] * 5))
    assert few is not None
    assert (few.severity, few.count, few.remedy) == ("warning", 5, {"data.subset": "stratified"})
    single = balance.rare_classes(made.reviews(texts, ["a"] * 34 + ["b"] * 25 + ["c"]))
    assert single is not None
    assert (single.severity, single.rows, single.remedy) == ("serious", [59], None)
    assert balance.rare_classes(made.reviews(texts, ["a"] * 30 + ["b"] * 30)) is None


def test_a_word_that_covers_a_class_and_no_other_gives_it_away() -> None:
    texts, labels = made.texts(200)
    assert telling.gives_away(made.reviews(texts, labels)) is None
    marked = [f"{text} [ticket]" if label == "bad" else text for text, label in zip(texts, labels, strict=True)]
    found = telling.gives_away(made.reviews(marked, labels))
    assert found is not None
    assert found.severity == "serious"
    assert found.rows == list(range(1, 200, 2))
    assert "“ticket” (bad)" in str(found.words)


def test_a_word_of_nearly_all_rows_says_nothing_of_the_commonest_class() -> None:
    texts, _labels = made.texts(100)
    assert telling.gives_away(made.reviews(texts, ["a"] * 97 + ["b"] * 3)) is None


def test_ratings_in_the_text_give_them_away() -> None:
    stars = [1 + number % 5 for number in range(200)]
    plain = [f"{made.DISHES[number % 13]} and tea, visit {number}" for number in range(200)]
    said = [f"{text}, {stars[row]} stars" if row % 2 else text for row, text in enumerate(plain)]
    found = telling.gives_away(made.reviews(said, stars))
    assert found is not None
    assert (found.severity, found.count) == ("serious", 100)
    assert telling.gives_away(made.reviews(plain, stars)) is None
    # Others' ratings do not agree with the row's own.
    other = [f"{text}, a {1 + row // 7 % 5} star hotel" for row, text in enumerate(plain)]
    assert telling.gives_away(made.reviews(other, stars)) is None
