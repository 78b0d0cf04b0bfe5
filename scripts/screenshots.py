"""Take the pictures of the documentation: every page, light and dark, wide and narrow, English and Japanese.

    python scripts/screenshots.py                    # all of docs/screenshots/
    python scripts/screenshots.py --only light-1440  # those with this in their name

One real run is trained from the command line (the Quick look preset on the bundled sample, about a minute), then the
real dashboard shows it, one tab at a time; a second run is started by a click on Train for the live picture. Needs
Debian's chromium, requirements-dev.txt and no network.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize

ROOT = Path(__file__).resolve().parents[1]
# Run as a file, Python looks for modules beside it only.
sys.path.insert(0, str(ROOT))

from core.config import RunConfig, presets  # noqa: E402
from core.home.places import Home  # noqa: E402
from core.runs.store import Store  # noqa: E402
from tests.browser.chromium import chromium, wait_idle  # noqa: E402
from tests.browser.server import Dashboard  # noqa: E402

TARGET = ROOT / "docs" / "screenshots"
# A table of the tests: rows that are left out, repeated texts, five stars.
TABLE = ROOT / "tests" / "tables" / "repeated_header_row.csv"
# Each language has the whole set; English names carry no mark.
LANGUAGES = {"": "en-US", "-ja": "ja-JP"}
LOOKS = [(mark, colours, width) for mark in LANGUAGES for width in (1440, 390) for colours in ("light", "dark")]
PAGES = {"data": "data", "train": "", "results": "results", "predict": "predict", "settings": "settings"}
REVIEW = "The noodles were wonderful and the staff kind, but we waited forty minutes and the bill was wrong."
LEAST_HEIGHT, MOST_HEIGHT = 700, 4000
CHART_SECONDS = 1.5
LIVE_STEP, LIVE_SECONDS = 60, 240.0
MAIN_HEIGHT = "() => document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight"


def take(tab: Page, name: str, width: int) -> None:
    """One picture of the whole page: Streamlit scrolls inside, so the window is made as tall as the content."""
    wait_idle(tab)
    time.sleep(CHART_SECONDS)
    height = min(max(int(tab.evaluate(MAIN_HEIGHT)), LEAST_HEIGHT), MOST_HEIGHT)
    tab.set_viewport_size({"width": width, "height": height})
    tab.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    time.sleep(CHART_SECONDS)
    tab.screenshot(path=TARGET / f"{name}.png")
    tab.set_viewport_size({"width": width, "height": LEAST_HEIGHT})


def finished(browser: Browser, url: str, only: str) -> None:
    """Every page with the finished run, in every look."""
    for mark, colours, width in LOOKS:
        wanted = {name: path for name, path in PAGES.items() if only in f"{name}-{colours}-{width}{mark}"}
        if not wanted:
            continue
        with look(browser, colours, width, LANGUAGES[mark]) as tab:
            for name, path in wanted.items():
                tab.goto(f"{url}/{path}")
                wait_idle(tab)
                if name == "predict":
                    tab.locator(".st-key-review textarea").fill(REVIEW)
                    tab.locator(".st-key-rate button").click()
                    tab.wait_for_selector(".sb-verdict", timeout=60_000)
                    tab.mouse.move(0, 0)
                take(tab, f"{name}-{colours}-{width}{mark}", width)


@contextmanager
def look(browser: Browser, colours: str, width: int, locale: str = "en-US") -> Iterator[Page]:
    """A tab as one reader has it."""
    scheme: Literal["light", "dark"] = "dark" if colours == "dark" else "light"
    size: ViewportSize = {"width": width, "height": 900}
    with browser.new_context(viewport=size, color_scheme=scheme, locale=locale) as context:
        yield context.new_page()


def first_visit(browser: Browser, url: str) -> None:
    """The Train page as a newcomer finds it, with the tour; then the tour is over."""
    with look(browser, "light", 1440) as tab:
        tab.goto(url)
        take(tab, "train-first-visit-light-1440", 1440)
        tab.locator(".st-key-tour-skip button").click()
        wait_idle(tab)
        tab.get_by_text("Show the code").click()
        take(tab, "train-code-light-1440", 1440)


def any_table(browser: Browser, url: str, only: str) -> None:
    """The Data page with a table that has faults: its classes merged, one remedy applied, a review opened."""
    for mark, colours, width in LOOKS:
        name = f"data-table-{colours}-{width}{mark}"
        if only not in name:
            continue
        with look(browser, colours, width, LANGUAGES[mark]) as tab:
            tab.goto(f"{url}/data")
            wait_idle(tab)
            tab.locator(".st-key-source-kind button").nth(1).click()
            tab.locator(".st-key-upload input[type=file]").set_input_files(TABLE)
            for step in ("finding-apply-duplicates", "classes-ready-0"):
                tab.locator(f".st-key-{step} button").click(timeout=60_000)
                tab.wait_for_timeout(500)
                wait_idle(tab)
            tab.locator(".st-key-classes-open label").click()
            tab.locator(".st-key-class-name-0 input").wait_for()
            tab.locator(".st-key-finding-undo-duplicates button").wait_for()
            tab.locator(".st-key-card-explore .sb-reading button").first.click()
            tab.locator(".sb-reading-whole").wait_for()
            tab.mouse.move(0, 0)
            take(tab, name, width)


def live(browser: Browser, url: str) -> None:
    """A run while it trains, started by a click."""
    with look(browser, "light", 1440) as tab:
        tab.goto(url)
        wait_idle(tab)
        tab.locator(".st-key-train button").click()
        store, deadline = Store(Home.present()), time.monotonic() + LIVE_SECONDS
        while not any(run.active and run.step >= LIVE_STEP for run in store.runs()):
            if time.monotonic() > deadline:
                raise TimeoutError("the live run did not get far enough in time")
            time.sleep(0.5)
        take(tab, "train-live-light-1440", 1440)
        for run in store.runs():
            store.request_stop(run.id)


def train(home: str) -> None:
    """Make the run that the pictures show."""
    file = Path(home) / "config.json"
    file.write_text(presets.QUICK_LOOK.apply(RunConfig()).model_dump_json(), encoding="utf-8")
    # What the Train page says a run will take is measured before, so that the pictures show it.
    for command in ("estimate", "train"):
        subprocess.run([sys.executable, "-m", "core", command, str(file)], cwd=ROOT, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    TARGET.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="starboard-") as home:
        os.environ["STARBOARD_HOME"] = home
        with Dashboard(env={"STARBOARD_HOME": home}) as dashboard, chromium() as browser:
            first_visit(browser, dashboard.url)
            train(home)
            finished(browser, dashboard.url, options.only)
            any_table(browser, dashboard.url, options.only)
            if options.only in "train-live-light-1440":
                live(browser, dashboard.url)


if __name__ == "__main__":
    main()
