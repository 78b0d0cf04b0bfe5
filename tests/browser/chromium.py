"""Launches Debian's Chromium through playwright, and waits for Streamlit to be idle.

Playwright's own browser download is not used; the system's Chromium is. Nothing here knows a page of
Starboard.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

EXECUTABLE = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
]
IDLE = "[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium, closed at the end of the `with`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(EXECUTABLE), args=FLAGS, headless=True)
        try:
            yield browser
        finally:
            browser.close()


def wait_idle(page: Page, timeout_ms: float = 30_000) -> None:
    """Wait until the page is connected and no script runs."""
    page.wait_for_selector(IDLE, state="attached", timeout=timeout_ms)
