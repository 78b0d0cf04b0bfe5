"""Descriptions of settings, of any pydantic model."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel

from core import config
from core.config.setting import described, setting
from core.errors import ConfigError


class Inner(BaseModel):
    share: float = setting(0.5, "Share", "Of all.", gt=0, lt=1)
    rate: float = setting(1.0, "Rate", "How fast.", log=True, gt=0, le=1e6)


class Outer(BaseModel):
    name: str | None = setting(None, "Name", "What it is called.")
    count: int = setting(3, "Count", "How many.", unit="reviews", ge=1, le=5000)
    free: float = setting(0.0, "Free", "Any number.")
    way: Literal["up", "down"] = setting("up", "Way", "Where to.")
    on: bool = setting(True, "On", "Or off.")
    names: list[str] = setting([], "Names", "Some.")
    inner: Inner = Inner()


def test_each_field_is_described_by_its_path_in_order() -> None:
    found = {each.path: each for each in described(Outer)}
    assert {path: str(each.expected) for path, each in found.items()} == {
        "name": "text",
        "count": "a whole number at least 1 and at most 5,000",
        "free": "a number",
        "way": "one of up, down",
        "on": "true or false",
        "names": "a list of names",
        "inner.share": "a number above 0 and below 1",
        "inner.rate": "a number above 0 and at most 1,000,000",
    }
    assert (found["count"].unit, found["inner.rate"].log, found["way"].choices) == ("reviews", True, ("up", "down"))


def test_what_is_wrong_is_a_template_and_its_values() -> None:
    with pytest.raises(ConfigError) as caught:
        config.parse({"data": {"train_size": 3}, "model": {"freeze_encoder": True, "lora_rank": 4}})
    size, both = caught.value.problems
    assert size.template == "{path}: found {found}, expected {expected}"
    assert size.values["expected"].template == "a whole number at least {low:g} and at most {high:,}"
    assert both.values == {"rank": 4}
    assert str(both).startswith("model.freeze_encoder is true and model.lora_rank is 4; expected one of them")
