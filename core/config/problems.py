"""What is wrong with a configuration, in words: setting, value, what is expected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from core.config.setting import Setting
from core.messages import Message

# Problems are named up to this length together; a file that is something else has thousands.
PROBLEMS_CHARACTERS = 410


def limited(problems: Iterable[Message], count: int) -> list[Message]:
    """As many of `count` problems as can be read, and how many there are besides."""
    named: list[Message] = []
    length = 0
    for problem in problems:
        length += len(f"{problem}; ")
        if named and length > PROBLEMS_CHARACTERS:
            return [*named, Message("and {more:,} more", more=count - len(named))]
        named.append(problem)
    return named


def of_pydantic(error: Any, known: Sequence[Setting]) -> Message:
    """What pydantic found wrong, with the setting's path, the value and what it may be; `known` are all settings."""
    path = ".".join(str(part) for part in error["loc"] if not isinstance(part, int))
    if error["type"] == "extra_forbidden":
        return unknown(_short(path), known)
    if error["type"] == "control_character":
        return Message("{path}: found a control character, expected text on one line", path=path)
    if error["type"] == "half_character":
        return Message("{path}: found half a character, expected text", path=path)
    if error["type"] == "value_error":
        # Raised by a section that cannot have two of its settings together.
        (problem,) = error["ctx"]["error"].args
        return problem if isinstance(problem, Message) else Message.verbatim(str(problem))
    if error["type"] == "string_too_long":
        count, most = len(error["input"]), error["ctx"]["max_length"]
        return Message("{path}: found {count} characters, expected at most {most}", path=path, count=count, most=most)
    try:
        found = _short(json.dumps(error["input"], default=str, ensure_ascii=False))
    except RecursionError:
        found = type(error["input"]).__name__
    # What is wrong inside a list of objects is said with how the list is written.
    setting = next((each for each in known if each.path == path or path.startswith(f"{each.path}.")), None)
    if setting is None:
        return Message("{path}: found {found}, expected an object of settings", path=path, found=found)
    return Message("{path}: found {found}, expected {expected}", path=path, found=found, expected=setting.expected)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def unknown(path: str, known: Sequence[Setting]) -> Message:
    """That there is no such setting, and which one may be meant."""
    paths = [each.path for each in known]
    near = get_close_matches(path, paths, n=1) or [each for each in paths if each.endswith("." + path.split(".")[-1])]
    if near:
        return Message("{path} is not a setting; did you mean {near}?", path=path, near=near[0])
    return Message("{path} is not a setting; docs/configuration.md lists them all", path=path)
