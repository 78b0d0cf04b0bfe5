"""Fixtures for the tests of the pieces: nobody's kept language decides what they say."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_home(home: Path) -> None:
    """An empty home, and with it English, for every test here."""
