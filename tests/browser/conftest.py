"""Fixtures for the tests that drive a browser; each test gets a fresh tab, all share one Chromium."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.home.places import Home
from core.runs.store import Store
from tests.browser.chromium import EXECUTABLE, chromium
from tests.browser.server import Dashboard


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests. Without it they are skipped here, and fail where CI=true."""
    if not EXECUTABLE.exists():
        message = f"{EXECUTABLE} is not installed (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with chromium() as found:
        yield found


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A fresh tab with a state of its own, 1440 by 900 pixels, light."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(60_000)
    expect.set_options(timeout=30_000)
    yield page
    context.close()


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
