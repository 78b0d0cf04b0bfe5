"""docs/security.md names a test for each promise, and each is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
PROMISES = re.findall(r"^\| (?P<promise>[^|]+) \| (?P<tests>`tests/[^|]+) \|$", PAGE, re.MULTILINE)


def test_every_row_of_a_promise_names_a_test() -> None:
    tables = re.findall(r"^\| promise \| held by \|\n\|---\|---\|\n((?:\|.+\n)+)", PAGE, re.MULTILINE)
    assert sum(len(table.splitlines()) for table in tables) == len(PROMISES) > 15


@pytest.mark.parametrize(
    "name", sorted({name for _, tests in PROMISES for name in re.findall(r"`(tests/[^`]+)`", tests)})
)
def test_the_test_of_a_promise_is_there(name: str) -> None:
    file, _, function = name.partition("::")
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    found = {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}
    assert not function or function in found
