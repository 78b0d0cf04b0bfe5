"""Typical words: a small case computed by hand, scripts with and without spaces, what is too rare to say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.inspection import words


def test_log_odds_are_those_of_the_paper_computed_by_hand() -> None:
    # Two words in two classes: 8 and 2 in the first, 1 and 9 in the second; the prior is worth 4 words.
    found = words.log_odds(np.array([[8.0, 2.0], [1.0, 9.0]]), prior=4.0)
    # Of all 20 words 9 are the first: the prior gives it 1.8 and the other one 2.2.
    # ln(9.8 / 4.2) - ln(2.8 / 11.2) = 0.8473 + 1.3863, by the root of 1 / 9.8 + 1 / 2.8, which is 0.6776.
    first = 2.2336 / 0.6776
    # The other word has the same odds the other way, and the root of 1 / 4.2 + 1 / 11.2, which is 0.5722.
    second = 2.2336 / 0.5722
    assert pytest.approx(
        (
            math.log(9.8 / 4.2) - math.log(2.8 / 11.2),
            math.sqrt(1 / 9.8 + 1 / 2.8),
            math.sqrt(1 / 4.2 + 1 / 11.2),
        ),
        abs=1e-4,
    ) == (2.2336, 0.6776, 0.5722)
    assert found == pytest.approx(np.array([[first, -second], [-first, second]]), abs=1e-3)


def test_typical_words_stand_in_one_class_and_not_in_the_others() -> None:
    texts = [f"the soup was cold and the waiter {n % 3}" for n in range(30)]
    texts += [f"the soup was wonderful and the waiter {n % 3}" for n in range(30)]
    found = words.typical(texts, np.repeat([0, 1], 30), 2)
    assert [[each.word for each in line] for line in found.classes] == [["cold"], ["wonderful"]]
    (cold,) = found.classes[0]
    assert (cold.share, cold.elsewhere, found.reviews) == (1.0, 0.0, 60)


def test_one_review_that_repeats_a_word_makes_it_not_typical() -> None:
    texts = ["good " * 200, *["fine day"] * 20, *["bad day"] * 20]
    found = words.typical(texts, np.repeat([0, 1], [21, 20]), 2)
    assert "good" not in {each.word for line in found.classes for each in line}


def test_classes_without_reviews_or_words_have_no_typical_ones() -> None:
    found = words.typical(["5 5 5", "!!"], np.array([0, 0]), 3)
    assert found.classes == [[], [], []]
    assert words.typical(["same"] * 9, np.arange(9) % 2, 2).classes == [[], []]
    assert words.typical([], np.empty(0, np.int64), 2).classes == [[], []]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It’s 5 STARS, well-made", ["it's", "stars", "well", "made"]),
        ("とても良い", ["とて", "ても", "も良", "良い"]),
        ("味道不错 nice", ["味道", "道不", "不错", "nice"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("好", []),
        ("", []),
    ],
)
def test_words_are_found_in_every_script(text: str, expected: list[str]) -> None:
    assert list(words.words_of(text)) == expected


def test_a_sample_is_drawn_by_seed_from_rows_that_have_a_class() -> None:
    numbers = np.arange(20_000) % 5 - 1
    rows = words.sampled(numbers)
    assert len(rows) == words.SAMPLED
    assert (numbers[rows] >= 0).all()
    assert (np.diff(rows) > 0).all()
    # Every fifth row is of one class: a sample by steps would have that one alone.
    assert np.bincount(numbers[rows]).min() > 1000
    assert rows.tolist() == words.sampled(numbers).tolist()
