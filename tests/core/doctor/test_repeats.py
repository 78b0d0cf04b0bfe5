"""Copies, copies with another label, and copies on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from core.config import DataConfig
from core.doctor import near, repeats
from tests.core.doctor import made


def test_equal_texts_are_equal_but_for_case_and_blanks() -> None:
    reviews = made.reviews(
        ["Nice  Place", "bad", "nice place ", "NICE\nPLACE", "Nice, place", "bad one", "", " "],
        ["good", "bad", "good", "bad", "good", "bad", "good", "bad"],
    )
    duplicates = repeats.duplicates(reviews)
    assert duplicates is not None
    assert duplicates.rows == [2, 3]
    conflicts = repeats.conflicts(reviews)
    assert conflicts is not None
    assert conflicts.rows == [0, 2, 3]
    assert conflicts.words.values["texts"] == 1


def test_nothing_is_said_of_different_texts() -> None:
    reviews = made.reviews(*made.texts(60))
    assert repeats.duplicates(reviews) is None
    assert repeats.conflicts(reviews) is None
    assert repeats.leaks(repeats.copies(reviews), DataConfig()) is None


def test_rows_count_on_from_split_to_split_and_leaks_are_of_the_second() -> None:
    texts, labels = made.texts(100)
    texts[80:90] = [text.upper() for text in texts[10:20]]
    reviews = made.reviews(texts, labels, held=20)
    copies = repeats.copies(reviews)
    assert (copies.split, copies.train_rows, copies.eval_rows) == ("test", 80, 20)
    assert copies.rows == list(range(80, 90))
    found = repeats.leaks(copies, DataConfig())
    assert found is not None
    assert (found.count, found.severity) == (10, "serious")
    assert found.words.values["share"] == 0.5


@pytest.mark.parametrize("copies_each", [2, 5])
def test_the_share_is_that_of_random_parts(copies_each: int) -> None:
    """The formula against drawing both parts many times."""
    names = [f"text {number % (600 // copies_each)}" for number in range(600)]
    reviews = made.reviews(names, [("a", "b")[len(name) % 2] for name in names])
    found = repeats.leaks(repeats.copies(reviews), DataConfig(train_size=200, eval_size=100))
    assert found is not None
    draw = np.random.default_rng(1)
    shares = []
    for _time in range(200):
        order = draw.permutation(reviews.same)
        shares.append(np.isin(order[:100], order[100:300]).mean())
    assert found.words.values["share"] == pytest.approx(np.mean(shares), abs=0.01)


def test_a_leak_of_chance_labels_is_worth_what_was_learnt_by_heart() -> None:
    """Labels are random, so that what is better than half the answers comes of copies alone."""
    draw = np.random.default_rng(0)
    words = [f"w{number}" for number in range(500)]
    texts = [" ".join(draw.choice(words, 8)) for _text in range(400)]
    labels = [str(draw.choice(["a", "b"])) for _text in texts]
    reviews = made.reviews([*texts, *texts], [*labels, *labels])
    assert 0.35 <= repeats.copies(reviews).gain <= 0.65


def test_near_copies_are_found_and_short_texts_are_not() -> None:
    base = [
        f"We came on day {number} for lunch with {DISH} and the waiter forgot about table {number * 7} for an hour, "
        f"so that in the end {OTHER} was cold and nobody of us wanted to stay any longer than {number} minutes"
        for number, (DISH, OTHER) in enumerate(zip(made.DISHES, reversed(made.DISHES), strict=True))
    ]
    other = "Nothing like it: a quiet garden, a short card and people who know what they are doing when it is full."
    edited = base[3].replace("forgot", "had forgotten")
    reviews = made.reviews([base[3], other, edited, "so so 1", "so so 2"], ["a", "b", "a", "b", "a"])
    found = near.near_duplicates(reviews)
    assert found is not None
    assert found.rows == [2]
    assert found.seen is None


def test_of_many_texts_those_are_looked_at_that_may_be_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "MOST_TEXTS", 100)
    draw = np.random.default_rng(0)
    words = [f"word{number}" for number in range(3000)]
    texts = [" ".join(draw.choice(words, 40)) for _text in range(500)]
    copies = [text.rsplit(" ", 1)[0] + " end" for text in texts]
    reviews = made.reviews([*texts, *copies], ["a", "b"] * 500)
    found = near.near_duplicates(reviews)
    assert found is not None
    assert found.seen == 100
    # At random, a text's copy would be among the 100 of 1,000 once in ten times: 5 pairs.
    assert found.count >= 40


def test_copies_without_a_word_are_measured_too() -> None:
    reviews = made.reviews(["👍", "👎", "\x00", "..."] * 10, ["a", "b", "a", "b"] * 10)
    assert 0.3 <= repeats.copies(reviews).gain <= 0.7
