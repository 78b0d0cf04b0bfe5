"""Configurations from files and from the command line, before they are validated.

Knows JSON and `KEY=VALUE`; which settings there are and what they may be is for `core.config.run_config` to say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.config.problems import limited
from core.config.run_config import find, put
from core.config.setting import Setting
from core.errors import ConfigError
from core.messages import Message


def load(path: Path) -> dict[str, Any]:
    """Read a configuration file, not yet validated.

    Raises:
        ConfigError: the file is missing, unreadable or not a JSON object.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        problem = Message("The configuration file {path} cannot be read: {why}", path=path, why=error.strerror)
    except UnicodeDecodeError:
        problem = Message("The configuration file {path} is not UTF-8 text", path=path)
    except json.JSONDecodeError as error:
        problem = Message(
            "The configuration file {path} is not JSON: {why} at line {line}, column {column}",
            path=path,
            why=error.msg,
            line=error.lineno,
            column=error.colno,
        )
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or objects in objects without end.
        why = str(error).splitlines()[0][:100]
        problem = Message("The configuration file {path} cannot be used: {why}", path=path, why=why)
    else:
        if isinstance(raw, dict):
            return raw
        problem = Message(
            "The configuration file {path} holds a {kind}, expected a JSON object", path=path, kind=type(raw).__name__
        )
    raise ConfigError([problem])


def apply(raw: dict[str, Any], assignments: Iterable[str]) -> dict[str, Any]:
    """Put `--set` assignments such as `data.train_size=200` into a raw configuration.

    Raises:
        ConfigError: an assignment has no `=`, or names a section or nothing at all.
    """
    changed = {name: dict(section) if isinstance(section, dict) else section for name, section in raw.items()}
    problems: list[Message] = []
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        if not equals:
            problems.append(
                Message("--set {assignment}: expected KEY=VALUE, such as data.train_size=200", assignment=assignment)
            )
            continue
        try:
            put(changed, path, _literal(text, find(path)))
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(limited(problems, len(problems)))
    return changed


def _literal(text: str, target: Setting) -> Any:
    """What a text on the command line stands for; whether the setting can be that is checked with the rest."""
    if target.kind in {"str", "choice"}:
        return None if text == "null" and target.default is None else text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # also a number of thousands of digits, or a list in a list without end
        return [part for part in text.split(",") if part] if target.kind == "list" else text
