"""Puts what breaks under the report of a contract that is no longer kept."""

from __future__ import annotations

from collections.abc import Generator
from importlib import metadata
from types import ModuleType
from typing import Any

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed and isinstance(item, pytest.Function) and item.function.__doc__:
        report.sections.append(("what breaks", _words(item.module, item.function.__doc__)))
    return report


def _words(module: ModuleType, broken: str) -> str:
    library: Any = getattr(module, "LIBRARY", None)
    what = f"{library} {metadata.version(library)}" if library else module.__name__
    return f"{what} differs from what is relied on. {' '.join(broken.split())} See docs/contracts.md."
