"""Kinds of text that settings hold, as types for pydantic."""

from __future__ import annotations

import unicodedata

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError


def _whole(text: str) -> str:
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise PydanticCustomError("half_character", "half a character")
    return text


def _on_one_line(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise PydanticCustomError("control_character", "a control character")
    return _whole(text)


def _as_written(value: object) -> object:
    """A number among names of classes, as JSON has it, stands for the text that the table has."""
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return value


# Text that can be written to a file, and what is shown in pages, terminals and names of files besides.
Whole = AfterValidator(_whole)
OnOneLine = AfterValidator(_on_one_line)
# What a class is called in the table.
AsWritten = BeforeValidator(_as_written)
