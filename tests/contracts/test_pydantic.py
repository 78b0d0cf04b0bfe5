"""pydantic: dataclasses of the standard library, and what its errors are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

LIBRARY = "pydantic"


@dataclass(frozen=True, init=False)
class Words:
    """As core/messages.Message: fields of the usual kind, and an `__init__` that takes something else."""

    template: str
    values: dict[str, Any]

    def __init__(self, template: str, /, **values: Any) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Report:
    """Holds words, as a cached report of a table does."""

    notes: tuple[Words, ...]


def test_a_dataclass_is_built_from_its_fields_without_its_init() -> None:
    """Reports of tables are read back from JSON with the messages in them; if pydantic called Message.__init__, every
    cached report would be lost, or its values would be."""
    found = TypeAdapter(Report).validate_python({"notes": [{"template": "{n} rows", "values": {"n": 3}}]})
    assert found == Report((Words("{n} rows", n=3),))
    assert found.notes[0].values == {"n": 3}


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)
    rate: Annotated[float, Field(gt=0, le=1, json_schema_extra={"unit": "share"})] = 0.5
    kind: Literal["a", "b"] = "a"
    name: Annotated[str, Field(max_length=3)] = ""

    @model_validator(mode="after")
    def _together(self) -> Section:
        if self.kind == "b" and self.name == "no":
            raise ValueError("a sentence of ours")
        return self


class Whole(BaseModel):
    part: Section = Section()


@pytest.mark.parametrize(
    ("value", "kind", "place"),
    [
        ({"other": 1}, "extra_forbidden", ("part", "other")),
        ({"kind": "b", "name": "no"}, "value_error", ("part",)),
        ({"name": "long"}, "string_too_long", ("part", "name")),
    ],
)
def test_an_error_has_a_type_a_place_and_the_input(value: Any, kind: str, place: tuple[str, ...]) -> None:
    """What is wrong with a setting is said by type, place and input of pydantic's errors."""
    with pytest.raises(ValidationError) as caught:
        Whole.model_validate({"part": value})
    (error,) = caught.value.errors()
    assert (error["type"], error["loc"]) == (kind, place)
    assert "input" in error
    if kind == "string_too_long":
        assert error["ctx"]["max_length"] == 3
    if kind == "value_error":
        assert error["msg"] == "Value error, a sentence of ours"


def test_a_field_tells_its_limits() -> None:
    """Ranges of settings, on pages and in docs/configuration.md, are read from the metadata of fields."""
    field = Section.model_fields["rate"]
    limits = {name: getattr(rule, name) for rule in field.metadata for name in ("gt", "le") if hasattr(rule, name)}
    assert limits == {"gt": 0, "le": 1}
    assert field.json_schema_extra == {"unit": "share"}
