"""Changes of classes keep each name of the table in one class at most, and count what they say."""

from __future__ import annotations

import random
from collections import Counter

import pyarrow as pa
import pytest

from core.config import RunConfig
from core.config.run_config import ClassConfig
from core.data.table import Table
from core.inspection.profile import Profile, profile
from ui import class_rows
from ui.class_rows import Found

STARS = {"1": 4, "2": 3, "3": 2, "4": 5, "5": 6}


def reported(counts: dict[str, int], column: str = "stars") -> Profile:
    """The profile of a table with so many rows of each."""
    labels = [label for label, count in counts.items() for _n in range(count)]
    texts = [f"It was meal number {n} of the week" for n in range(len(labels))]
    return profile(Table({"train": pa.table({"text": texts, column: labels})}), "text", column)


def found(counts: dict[str, int], column: str = "stars") -> Found:
    """Its classes."""
    return Found.of(reported(counts, column))


def named(classes: list[ClassConfig]) -> dict[str, list[str]]:
    return {each.name: each.of for each in classes}


def test_classes_are_as_the_table_has_them_at_first() -> None:
    stars = found(STARS)
    classes = class_rows.as_they_are(stars)
    assert named(classes) == {"1 star": ["1 star"], **{f"{n} stars": [f"{n} stars"] for n in range(2, 6)}}
    assert [each.value for each in classes] == [1, 2, 3, 4, 5]
    assert stars.counted(classes) == [4, 3, 2, 5, 6]
    assert stars.left_out(classes) == []


def test_five_stars_become_three_or_two_classes() -> None:
    stars = found(STARS)
    three, two = class_rows.suggested(reported(STARS).labels)
    assert named(three) == {
        "negative": ["1 star", "2 stars"],
        "neutral": ["3 stars"],
        "positive": ["4 stars", "5 stars"],
    }
    assert stars.counted(three) == [7, 2, 11]
    assert [each.name for each in two] == ["negative", "positive"]
    assert stars.left_out(two) == ["3 stars"]


def test_ten_points_too_but_not_topics() -> None:
    points = reported({str(n): 2 for n in range(1, 11)}, "rating")
    assert [len(each.of) for each in class_rows.suggested(points.labels)[0]] == [4, 2, 4]
    topics = reported({"food": 3, "price": 3, "room": 2, "staff": 2}, "topic")
    assert class_rows.suggested(topics.labels) == []


@pytest.mark.parametrize("written", ["4 stars", "4", "4.0"])
def test_a_class_may_be_named_as_it_is_listed_or_as_it_is_written(written: str) -> None:
    assert found(STARS).counted([ClassConfig(name="good", of=[written])]) == [5]


def test_a_name_that_is_taken_merges() -> None:
    classes = class_rows.as_they_are(found(STARS))
    classes = class_rows.renamed(classes, 3, "good")
    classes = class_rows.renamed(classes, 4, "good")
    assert named(classes)["good"] == ["4 stars", "5 stars"]
    assert len(classes) == 4


def test_a_name_that_is_taken_in_leaves_its_class_and_an_empty_class_goes() -> None:
    classes = class_rows.filled(class_rows.as_they_are(found(STARS)), 0, ["1 star", "2 stars"])
    assert named(classes)["1 star"] == ["1 star", "2 stars"]
    assert "2 stars" not in named(classes)


def test_what_was_left_out_comes_back_as_a_class_of_its_own() -> None:
    stars = found(STARS)
    classes = class_rows.without(stars, class_rows.as_they_are(stars), ["3 stars"])
    assert stars.left_out(classes) == ["3 stars"]
    again = class_rows.without(stars, classes, [])
    assert named(again)["3 stars"] == ["3 stars"]
    assert stars.left_out(again) == []


def test_classes_move_within_their_limits() -> None:
    classes = class_rows.as_they_are(found(STARS))
    assert [each.name for each in class_rows.moved(classes, 4, -1)][3:] == ["5 stars", "4 stars"]
    assert class_rows.moved(classes, 0, -1) == classes
    assert class_rows.moved(classes, 4, 1) == classes


def test_a_limit_that_moves_takes_its_neighbours_along() -> None:
    low, middle, high = (
        ClassConfig(name="l", high=2.3),
        ClassConfig(name="m", low=2.3, high=3.7),
        ClassConfig(name="h", low=3.7),
    )
    wider = class_rows.limited([low, middle, high], 1, low=2.0, high=3.5)
    assert (wider[0].high, wider[2].low) == (2.0, 3.5)


def test_numbers_within_limits_are_counted() -> None:
    points = found({"1": 2, "2": 3, "3": 4, "4": 5}, "rating")
    assert points.counted([ClassConfig(name="low", high=3), ClassConfig(name="high", low=3)]) == [5, 9]


def test_a_hundred_random_changes_lose_and_double_nothing() -> None:
    stars = found(STARS)
    random_ = random.Random(1)
    classes = class_rows.as_they_are(stars)
    for _step in range(100):
        place = random_.randrange(len(classes))
        some = random_.sample(stars.names, random_.randint(1, 3))
        classes = random_.choice(
            [
                class_rows.renamed(classes, place, random_.choice(["good", "bad", "so so"])),
                class_rows.filled(classes, place, some),
                class_rows.without(stars, classes, some),
                class_rows.moved(classes, place, random_.choice([-1, 1])),
                class_rows.valued(classes, place, 2.5),
            ]
        )
        taken = Counter(name for each in classes for name in each.of)
        assert set(taken.values()) <= {1}
        assert set(taken) | {*stars.left_out(classes)} == {*stars.names}
        assert all(each.of for each in classes)
        assert len({each.name for each in classes}) == len(classes)
        if len(classes) > 1:
            RunConfig().replace({"data.classes": [each.model_dump() for each in classes]})
