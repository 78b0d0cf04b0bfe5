"""What people write for a class is read as it is meant."""

from __future__ import annotations

import pytest

from core.tasks import spellings
from core.tasks.spellings import folded, scale


def values(*cells: str, column: str = "") -> tuple[float, ...] | None:
    found = scale([folded(cell) for cell in cells], column)
    return found.values if found else None


@pytest.mark.parametrize(
    ("cells", "worth"),
    [
        (("1", "2.0", "+3", "-1", "1e1"), (1, 2, 3, -1, 10)),
        (("4,5", "0,5", "3"), (4.5, 0.5, 3)),
        (("one", "Five", "3"), (1, 5, 3)),
        (("三", "五"), (3, 5)),
        (("4.0 out of 5 stars", "1.0 out of 5 stars"), (4, 1)),
        (("Rated 4 out of 5", "rated 1.5 out of 5"), (4, 1.5)),
        (("5つ星のうち4.0", "5つ星のうち1.5"), (4, 1.5)),
        (("星3つ", "星1つ", "星５つ"), (3, 1, 5)),
        (("3つ星", "1つ星"), (3, 1)),
        (("3点", "5 点"), (3, 5)),
        (("5点満点中3点", "5点中1点"), (3, 1)),
        (("★★★★☆", "★☆☆☆☆", "☆☆☆☆☆", "★★★★★"), (4, 1, 0, 5)),
        (("⭐⭐", "⭐️"), (2, 1)),
        (("★3", "⭐ 5"), (3, 5)),
        (("4★", "2 ★"), (4, 2)),
        (("8/10", "10 / 10", "7,5/10"), (8, 10, 7.5)),
        (("80 %", "100%", "7.5 percent"), (80, 100, 7.5)),
        (("4 stars", "1 star", "3-star"), (4, 1, 3)),
        (("5 Sterne", "1 von 5 Sternen"), (5, 1)),
        (("10 pts", "5 points"), (10, 5)),
        (("A+", "B-", "F"), (5 + 1 / 3, 4 - 1 / 3, 0)),
        (("very satisfied", "Neutral", "VERY DISSATISFIED"), (7, 4, 1)),
        (("strongly agree", "disagree"), (6, 1)),
        (("positive", "negative", "neutral"), (5, 1, 3)),
        (("good", "bad"), (3, 1)),
        (("とても満足", "普通", "不満"), (6, 3, 1)),
        (("3/5 stars", "1/5 stars"), (3, 1)),
        (("4 stars (out of 5)", "1 of 5"), (4, 1)),
        (("4 sur 5", "4 étoiles"), (4, 4)),
        (("five stars", "One star!", "three-star"), (5, 1, 3)),
        (("５", "Ⅳ"), None),
        (("Ⅳ", "Ⅰ", "Ⅴ"), (4, 1, 5)),
        (("5段階中4", "5段階評価で1"), (4, 1)),
        (("☆☆☆☆", "☆"), (4, 1)),
        (("95/100", "7/100"), (95, 7)),
        (("低い", "普通", "高い"), (0, 1, 2)),
        (("好评", "差评"), (2, 0)),
        (("◎", "○", "×"), (3, 2, 0)),
        (("sehr zufrieden", "unzufrieden"), (6, 1)),
        (("très satisfait", "insatisfait"), (4, 1)),
        (("そう思う", "そう思わない"), (5, 1)),
        (("low", "med", "high", "critical"), (1, 2, 3, 6)),
        (("blocker", "critical", "minor"), (5, 4, 1)),
        (("pos", "neu", "neg"), (5, 3, 1)),
        (("yes", "no", "maybe"), (2, 0, 1)),
    ],
)
def test_a_spelling_is_worth_what_its_writer_meant(cells: tuple[str, ...], worth: tuple[float, ...] | None) -> None:
    assert values(*cells) == (None if worth is None else pytest.approx(worth))


@pytest.mark.parametrize(
    "cells",
    [
        ("1", "two", "NA"),
        ("8/10", "4/5"),
        ("A", "B", "C"),
        ("anger", "joy"),
        ("5 stars", "five of the best"),
        ("grade 10", "grade 9"),
        ("1/2/2020", "2/2/2020"),
        ("★★★", "good"),
        ("positive", "bad"),
        ("", "1"),
        ("1" * 400, "2"),
    ],
)
def test_one_that_is_on_no_scale_makes_all_of_them_words(cells: tuple[str, ...]) -> None:
    assert values(*cells) is None


def test_letters_alone_are_grades_only_where_the_column_says_so() -> None:
    assert values("A", "C", column="final_grade") == (5, 3)
    assert values("A", "C", column="group") is None


def test_what_ratings_are_out_of_is_known_where_it_is_written() -> None:
    found = scale(["8/10", "3/10"])
    assert found is not None
    assert (found.of, found.counts, found.plain) == (10, True, False)
    ordered = scale(["good", "bad"])
    assert ordered is not None
    assert not ordered.counts, "good is not three times bad"


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        (" Positive ", "positive"),
        ("ＰＯＳＩＴＩＶＥ", "positive"),
        ("good\u200b", "good"),
        ("\ufeffgood", "good"),
        ("very\u00a0  good.", "very good"),
        ("良い。", "良い"),
        ("5.", "5."),
        ("−1", "-1"),
        ("⭐️", "⭐"),
        (".", "."),
        ("\u200b", ""),
        ("a\tb\n", "a b"),
    ],
)
def test_forms_that_look_the_same_are_the_same(cell: str, form: str) -> None:
    assert folded(cell) == form


def test_reading_ends_for_any_cell() -> None:
    for cell in ("1" * 10_000, "★" * 10_000 + "x", "rated " * 3000, "9,9" * 4000, "\u200b" * 10_000):
        spellings.scale([folded(cell)])
