"""Fixtures for the tests that drive a browser; each test gets a fresh tab, all share one Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.home.places import Home
from core.runs.store import Store
from tests.browser.server import Dashboard


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The developers' gallery with a fast clock."""
    log = tmp_path_factory.mktemp("gallery") / "server.log"
    with Dashboard("ui/gallery.py", env={"STARBOARD_GALLERY_TICK": "0.3"}, log=log) as server:
        yield server


@pytest.fixture
def store(home: Path) -> Store:
    """The store that the server writes."""
    return Store(Home.present())


@pytest.fixture
def dashboard(home: Path, tmp_path: Path) -> Iterator[Dashboard]:
    """Starboard itself, on an empty home."""
    # The browser needs the processor too: training threads that wait by spinning would starve on two cores.
    env = {"STARBOARD_HOME": str(home)}
    with Dashboard(env=env, log=tmp_path / "server.log") as server:
        yield server


@pytest.fixture(scope="module")
def shared_dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """Starboard on one home for all tests of a file, which is this process's home, too."""
    home = tmp_path_factory.mktemp("shared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STARBOARD_HOME", str(home))
        with Dashboard(env={"STARBOARD_HOME": str(home)}, log=home / "server.log") as server:
            yield server
