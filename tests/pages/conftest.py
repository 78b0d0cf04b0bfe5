"""Fixtures for the page tests: nothing trains behind a page's back."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.estimating import calibrations
from core.home.places import Home
from core.runs.store import Store
from core.work import worker
from ui import table_findings


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page starts the worker once it is drawn; here runs stay in the state a test puts them into."""
    monkeypatch.setattr(worker, "start", lambda _home: None)
    monkeypatch.setattr(calibrations.Background, "ask", lambda *_: None)


@pytest.fixture(autouse=True)
def no_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    """No table is examined behind a page's back; tests/ui/test_table_findings.py looks at what a page says of that."""
    monkeypatch.setattr(table_findings, "known", lambda _config: None)
    monkeypatch.setattr(table_findings, "draw", lambda _config: None)


@pytest.fixture(autouse=True)
def any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages may read every file; tests/pages/test_access.py looks at what else they may not."""
    monkeypatch.setenv("STARBOARD_DATA", "/")


@pytest.fixture
def store(home: Path) -> Store:
    """The store of an empty home."""
    return Store(Home.present())
