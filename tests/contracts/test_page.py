"""docs/contracts.md names every contract, the pinned versions, and files that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "contracts.md").read_text("utf-8")
MODULES = sorted(file for file in Path(__file__).parent.glob("test_*.py") if file.name != "test_page.py")


def contracts(module: Path) -> dict[str, str]:
    """The tests of a module and their docstrings."""
    tree = ast.parse(module.read_text("utf-8"))
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name.startswith("test_")]
    return {each.name: ast.get_docstring(each) or "" for each in functions}


def pinned() -> dict[str, str]:
    """Libraries of requirements.txt and their versions, by the name of a module."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    found = [re.match(r"([\w.-]+)==([\w.]+)", line) for line in lines]
    return {match[1].replace("-", "_"): match[2] for match in found if match}


@pytest.mark.parametrize("module", MODULES, ids=[module.stem for module in MODULES])
def test_the_page_names_each_module_and_each_test(module: Path) -> None:
    assert f"`tests/contracts/{module.name}`" in PAGE
    assert [name for name in contracts(module) if f"`{name}`" not in PAGE] == []


@pytest.mark.parametrize("module", MODULES, ids=[module.stem for module in MODULES])
def test_each_contract_says_what_breaks(module: Path) -> None:
    assert [name for name, words in contracts(module).items() if not words] == []


@pytest.mark.parametrize("module", MODULES, ids=[module.stem for module in MODULES])
def test_the_page_has_the_pinned_version(module: Path) -> None:
    name = module.stem.removeprefix("test_")
    if name in pinned():
        assert f"\n## {name.replace('_', '-')} {pinned()[name]}\n" in PAGE


def test_the_page_names_no_test_that_is_gone() -> None:
    known = {name for module in MODULES for name in contracts(module)}
    assert set(re.findall(r"\| `(test_\w+)` \|$", PAGE, re.MULTILINE)) == known


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`((?:core|ui|static|tests|\.streamlit)/[\w./]+\.\w+)`", PAGE)))
)
def test_a_file_that_is_named_exists(name: str) -> None:
    assert (ROOT / name).is_file()
