"""What a setting is: a field of a pydantic model with a default, limits, a unit and help, and its description.

Knows pydantic; knows no particular setting. The forms, the command line's `--set` and what is said about a wrong value
are all read from descriptions, so that each setting is defined once, where its field is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from core.messages import Message

T = TypeVar("T")
Unit = Literal[
    "reviews", "tokens", "epochs", "steps", "evaluations", "batches", "minutes", "checkpoints", "processes", ""
]
# A recipe can be used for another table and on another computer; presets are recipes.
Owner = Literal["recipe", "table", "computer"]
Kind = Literal["int", "float", "bool", "str", "choice", "list", "objects"]


def setting(
    default: T,
    title: str,
    help_: str,
    *,
    unit: Unit = "",
    log: bool = False,
    belongs_to: Owner = "recipe",
    **limits: float,
) -> T:
    """A field with what the forms need beside it: title, one plain sentence, unit, logarithmic or not, its owner."""
    extra = {"unit": unit, "log": log, "belongs_to": belongs_to}
    return Field(default, title=title, description=help_, json_schema_extra=extra, **limits)  # type: ignore[no-any-return, call-overload]


@dataclass(frozen=True)
class Setting:
    """One setting, as a form or a help text needs it. A number has both limits, or none."""

    path: str
    title: str
    help: str
    unit: Unit
    log: bool
    belongs_to: Owner
    default: Any
    kind: Kind
    minimum: float | None
    maximum: float | None
    exclusive_minimum: bool
    exclusive_maximum: bool
    choices: tuple[str, ...]

    @property
    def expected(self) -> Message:
        """What a value must be, in words: `a number above 0 and at most 100`."""
        if self.kind == "choice":
            return Message("one of {choices}", choices=", ".join(self.choices))
        if self.kind == "bool":
            return Message("true or false")
        if self.kind == "objects":
            return Message(
                'a list such as [{{"name": "bad", "of": ["1 star"]}}, {{"name": "good", "of": ["4 stars", "5 stars"]}}]'
            )
        if self.kind == "list" and self.choices:
            return Message("a list of some of {choices}", choices=", ".join(self.choices))
        if self.kind == "list":
            return Message("a list of names")
        if self.kind == "str":
            return Message("text")
        if self.minimum is None or self.maximum is None:
            return Message("a whole number") if self.kind == "int" else Message("a number")
        # A whole one is written without its decimal point.
        limits = {
            "low": self.minimum,
            "high": int(self.maximum) if float(self.maximum).is_integer() else self.maximum,
        }
        if self.kind == "int":
            return Message("a whole number at least {low:g} and at most {high:,}", **limits)
        if self.exclusive_minimum and self.exclusive_maximum:
            return Message("a number above {low:g} and below {high:,}", **limits)
        if self.exclusive_minimum:
            return Message("a number above {low:g} and at most {high:,}", **limits)
        if self.exclusive_maximum:
            return Message("a number at least {low:g} and below {high:,}", **limits)
        return Message("a number at least {low:g} and at most {high:,}", **limits)


def described(model: type[BaseModel], prefix: str = "") -> Iterator[Setting]:
    """Every setting of a model and of the models in it, by dotted path, in the order in which it is defined."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from described(inner, f"{prefix}{name}.")
        else:
            yield _describe(f"{prefix}{name}", field)


def _describe(path: str, field: FieldInfo) -> Setting:
    limits = {
        name: getattr(rule, name) for rule in field.metadata for name in ("ge", "gt", "le", "lt") if hasattr(rule, name)
    }
    extra: Any = field.json_schema_extra or {}
    kinds: dict[Any, Kind] = {int: "int", float: "float", bool: "bool", list: "list", Literal: "choice"}
    origin = get_origin(field.annotation)
    (inner,) = get_args(field.annotation) if origin is list else (None,)
    holds_objects = isinstance(inner, type) and issubclass(inner, BaseModel)
    choices = field.annotation if origin is Literal else inner if get_origin(inner) is Literal else None
    return Setting(
        path=path,
        title=field.title or path,
        help=field.description or "",
        unit=extra.get("unit", ""),
        log=extra.get("log", False),
        belongs_to=extra.get("belongs_to", "recipe"),
        default=field.default,
        kind="objects" if holds_objects else kinds.get(origin or field.annotation, "str"),
        minimum=limits.get("ge", limits.get("gt")),
        maximum=limits.get("le", limits.get("lt")),
        exclusive_minimum="gt" in limits,
        exclusive_maximum="lt" in limits,
        choices=get_args(choices),
    )
