"""Classes that cannot be told apart are refused before any table is read, in the words of the configuration."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core import config
from core.config import RunConfig
from core.config.class_names import limits
from core.config.run_config import ClassConfig
from core.config.stored import from_stored, to_stored
from core.errors import ConfigError

GOOD = {"name": "good", "of": ["4 stars", "5 stars"]}
BAD = {"name": "bad", "of": ["1 star"], "value": 1}


@pytest.mark.parametrize(
    ("classes", "problem"),
    [
        ([GOOD], "names only 'good', expected at least 2"),
        ([{"name": f"{n}", "of": [f"{n}"]} for n in range(101)], "names 101 classes, expected at most 100"),
        ([GOOD, GOOD | {"of": ["3"]}], "two classes are called 'good'"),
        ([GOOD, BAD | {"of": ["5 stars"]}], "'5 stars' stands in 'good' and in 'bad'"),
        ([GOOD, {"name": "bad"}], "'bad' takes nothing of the table"),
        ([GOOD, {"name": "bad", "low": 3, "high": 3}], "begins at 3 and ends below 3"),
        ([{"name": "a", "high": 3}, {"name": "b", "low": 2.5}], "the numbers of 'a' and 'b' overlap"),
        ([GOOD, {"name": "", "of": ["1"]}], 'data.classes.name: found "", expected a list such as'),
        ([GOOD, {"nme": "bad"}], "data.classes.nme is not a setting"),
        ([GOOD, {"name": "bad", "of": "1"}], 'data.classes.of: found "1", expected a list such as'),
        ([GOOD, {"name": "bad", "low": float("nan")}], "data.classes.low"),
        ("good", 'data.classes: found "good", expected a list such as'),
    ],
)
def test_classes_that_cannot_be_meant(classes: Any, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        RunConfig().replace({"data.classes": classes})
    assert problem in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_list_of_classes_goes_wherever_settings_go() -> None:
    chosen = RunConfig().replace({"data.classes": [GOOD, BAD]})
    assert chosen.data.classes[1] == ClassConfig(name="bad", of=["1 star"], value=1.0)
    assert config.parse(json.loads(chosen.model_dump_json())) == chosen
    assert from_stored(json.loads(json.dumps(to_stored(chosen)))) == chosen
    assert RunConfig().replace(json.loads(json.dumps(chosen.changes()))) == chosen
    assert RunConfig().replace({"data.classes": chosen.data.classes}) == chosen
    assert config.parse(config.apply({}, [f"data.classes={json.dumps([GOOD, BAD])}"])) == chosen


def test_names_may_be_numbers_as_json_has_them() -> None:
    written = '[{"name": "bad", "of": [1, 2.5]}, {"name": "good", "of": [true, "5"]}]'
    chosen = config.parse(config.apply({}, [f"data.classes={written}"]))
    assert [each.of for each in chosen.data.classes] == [["1", "2.5"], ["true", "5"]]


def test_what_a_bin_takes() -> None:
    assert limits(ClassConfig(name="a", low=1.0, high=2.0)) == (1, 2)
    assert limits(ClassConfig(name="a", high=2.0)) == (float("-inf"), 2)
    assert limits(ClassConfig(name="a", low=1.0)) == (1, float("inf"))
    low, high = limits(ClassConfig(name="a", of=["1"]))
    assert low > high
