"""Classes of a configuration: what each takes of the table, what it is worth, what is refused and what is said."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from core import tasks
from core.config.run_config import ClassConfig
from core.data.table import Table
from core.errors import LabelError
from core.tasks import labels, mapping

STARS = [1, 2, 3, 4, 5] * 4
MERGED = [
    {"name": "bad", "of": ["1 star", "2"]},
    {"name": "so-so", "of": ["3.0"]},
    {"name": "good", "of": ["4 stars", "★★★★★"]},
]


def fitted(values: Any, classes: list[dict[str, Any]], task: str = "auto", **more: Any) -> tasks.Task:
    return tasks.fit(table(values, **more), "stars", task, [ClassConfig(**each) for each in classes], text="text")


def table(values: Any, names: list[str] | None = None, texts: list[str] | None = None) -> Table:
    texts = texts or [f"review {n}" for n in range(len(values))]
    return Table({"train": pa.table({"text": texts, "stars": values})}, {"stars": names} if names else {})


def numbers(task: tasks.Task, *cells: Any) -> list[int]:
    return [int(number) for number in task.encode(pa.chunked_array([list(cells)]))]


def said(task: tasks.Task) -> str:
    return " ".join(map(str, task.notes))


def test_ratings_are_merged_by_what_is_listed_written_or_meant() -> None:
    found = fitted(STARS, MERGED)
    assert (found.name, found.names, found.worth) == ("classes", ("bad", "so-so", "good"), None)
    assert numbers(found, 1, 2, 3, 4, 5, None) == [0, 0, 1, 2, 2, -1]
    assert found.notes == ()
    words = fitted([f"{n}.0 out of 5 stars" for n in STARS], MERGED)
    assert numbers(words, "1.0 out of 5 stars", "3.0 out of 5 stars", "5.0 out of 5 stars") == [0, 1, 2]


@pytest.mark.parametrize(
    ("values", "task", "name", "worth"),
    [
        ((None, None, None), "auto", "classes", None),
        ((None, None, None), "ratings", "ratings", [1, 2, 3]),
        ((-1, 0, 1), "auto", "ratings", [-1, 0, 1]),
        ((-1, None, 1), "auto", "classes", None),
        ((-1, None, 1), "ratings", "ratings", [-1, 2, 1]),
        ((1, 3, 5), "auto", "ratings", [1, 3, 5]),
        ((1, 3, 5), "classes", "classes", None),
    ],
)
def test_what_merged_classes_are_worth(
    values: tuple[float | None, ...], task: str, name: str, worth: list[float] | None
) -> None:
    found = fitted(STARS, [each | {"value": value} for each, value in zip(MERGED, values, strict=True)], task)
    assert found.name == name
    assert found.names == ("bad", "so-so", "good")
    assert (None if found.worth is None else found.worth.tolist()) == worth
    assert not found.in_stars, "names that somebody chose are shown, not stars"
    settings = found.model_settings()
    again = tasks.of_model(list(settings["id2label"].values()), settings["star_ratings"], settings["review_task"])
    assert again.model_settings() == settings


def test_ratings_that_are_renamed_reordered_or_left_out_stay_ratings() -> None:
    found = fitted(STARS, [{"name": "superb", "of": ["5"]}, {"name": "middling", "of": ["3"]}])
    assert (found.name, found.names) == ("ratings", ("superb", "middling"))
    assert found.worth is not None
    assert found.worth.tolist() == [5, 3]
    assert numbers(found, 5, 3, 1, 2) == [0, 1, -1, -1]
    assert "1 star, 2 stars, 4 stars; their rows are left out (rows: 12)" in said(found)
    topics = tasks.fit(
        Table({"train": pa.table({"Class Index": STARS})}),
        "Class Index",
        classes=[ClassConfig(name="world", of=["1"]), ClassConfig(name="sports", of=["2"])],
    )
    assert topics.name == "classes"


def test_ranges_of_decimals() -> None:
    values = [n / 7 for n in range(70)]
    found = fitted(
        values, [{"name": "low", "high": 2.5}, {"name": "mid", "low": 2.5, "high": 6}, {"name": "high", "low": 6}]
    )
    assert found.names == ("low", "mid", "high")
    assert numbers(found, values[0], values[17], values[18], values[69]) == [0, 0, 1, 2]
    with pytest.raises(LabelError) as caught:
        fitted(values, [])
    assert 'data.classes=[{"name": "negative", "high": 4.0}' in caught.value.advice
    steps = fitted([n / 4 for n in range(0, 40)], [])
    assert (steps.name, len(steps.names)) == ("ratings", 40)
    assert "A few ranges are learned better" in said(steps)


def test_several_forms_of_one_class_and_the_hubs_own_names() -> None:
    words = ["yes", "Yeah", "no", "nope", "N/A"] * 4
    found = fitted(words, [{"name": "for", "of": ["YES ", "yeah"]}, {"name": "against", "of": ["no", "nope"]}])
    assert numbers(found, "yes", "Yeah", "no", "nope", "N/A") == [0, 0, 1, 1, -1]
    kept = fitted(words, [{"name": "for", "of": ["yes", "yeah"]}, {"name": "none", "of": ["n/a"]}])
    assert numbers(kept, "yes", "no", "N/A") == [0, -1, 1]
    assert "no answer" not in said(kept)
    hub = fitted(
        [0, 1, 2] * 4, [{"name": "a", "of": ["neg"]}, {"name": "b", "of": ["2", "neu"]}], names=["neg", "neu", "pos"]
    )
    assert (hub.names, numbers(hub, 0, 1, 2, 3)) == (("a", "b"), [0, 1, 1, -1])


@pytest.mark.parametrize(
    ("classes", "problem"),
    [
        (
            [{"name": "a", "of": ["1"]}, {"name": "b", "of": ["1 star"]}],
            "puts '1' of the column 'stars' into 'a' and into 'b'",
        ),
        ([{"name": "a", "of": ["1"]}, {"name": "b", "low": 0}], "into 'a' and into 'b'"),
        ([{"name": "a", "of": ["1"]}, {"name": "b", "of": ["7"]}], "'b' of data.classes takes nothing"),
        ([{"name": "a", "of": ["1"]}, {"name": "b", "low": 6.0, "high": 9.0}], "The column holds: 1 star, 2 stars"),
    ],
)
def test_classes_that_the_table_does_not_have(classes: list[dict[str, Any]], problem: str) -> None:
    with pytest.raises(LabelError) as caught:
        fitted(STARS, classes)
    assert problem in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_class_of_blank_texts_takes_nothing() -> None:
    texts = ["" if star == 1 else "text" for star in STARS]
    with pytest.raises(LabelError, match=r"'bad' of data.classes takes nothing of the column 'stars' that has a text"):
        fitted(STARS, [{"name": "bad", "of": ["1"]}, {"name": "good", "of": ["5"]}], texts=texts)


def test_a_name_that_nothing_is_called_is_said() -> None:
    assert "does not hold: 6 stars" in said(fitted(STARS, [*MERGED[:2], {"name": "good", "of": ["5", "6 stars"]}]))


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        (STARS, ["1 star,2 stars", "3 stars", "4 stars,5 stars"]),
        ([f"{n}/10" for n in range(1, 11)], ["1/10,2/10,3/10,4/10", "5/10,6/10", "7/10,8/10,9/10,10/10"]),
        ([0, 20, 40, 60, 80, 100], ["0,20", "40,60", "80,100"]),
        (["very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"],
         ["very dissatisfied,dissatisfied", "neutral", "satisfied,very satisfied"]),
        (["negative", "neutral", "positive"], []),
        (["anger", "joy", "fear", "love"], []),
    ],
)  # fmt: skip
def test_ready_classes(values: list[Any], parts: list[str]) -> None:
    ready = mapping.suggested(labels.fit(table(values * 2), "stars"))
    assert [",".join(each.of) for each in ready] == parts
    if parts:
        assert fitted(values * 2, [each.model_dump() for each in ready]).names == ("negative", "neutral", "positive")


@pytest.mark.parametrize(
    ("values", "cuts"),
    [
        ([2.5, 3.1, 8.8, 9.6, 10], (4.6, 6.4)),
        ([0.5, 1.5, 3.5, 4.5], (2, 3)),
        ([0.001, 0.5, 0.7, 0.999], (0.4, 0.6)),
        ([-0.9, -0.2, 0.1, 0.3, 0.8], (-0.1, 0.2)),
        ([12.5, 41.0, 99.0], (40, 60)),
    ],
)
def test_ready_ranges(values: list[float], cuts: tuple[float, float]) -> None:
    low, middle, high = mapping.ranges(values)
    assert (low.high, high.low) == pytest.approx(cuts, abs=0.15)
    assert (middle.low, middle.high) == (low.high, high.low)
    assert ClassConfig(**low.model_dump()) == low
