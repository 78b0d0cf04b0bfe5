"""Take the pictures of the documentation: every page, light and dark, wide and narrow.

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
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
# Run as a file, Python looks for modules beside it only.
sys.path.insert(0, str(ROOT))

from core import presets  # noqa: E402
from core.config import RunConfig  # noqa: E402
from core.runs.store import Store  # noqa: E402
from tests.browser.chromium import chromium, wait_idle  # noqa: E402
from tests.browser.server import Dashboard  # noqa: E402

TARGET = ROOT / "docs" / "screenshots"
LOOKS = [(colours, width) for width in (1440, 390) for colours in ("light", "dark")]
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
    time.sleep(CHART_SECONDS)
    tab.screenshot(path=TARGET / f"{name}.png")
    tab.set_viewport_size({"width": width, "height": LEAST_HEIGHT})


def finished(browser: Browser, url: str, only: str) -> None:
    """Every page with the finished run, in every look."""
    for colours, width in LOOKS:
        wanted = {name: path for name, path in PAGES.items() if only in f"{name}-{colours}-{width}"}
        if not wanted:
            continue
        scheme: Literal["light", "dark"] = "dark" if colours == "dark" else "light"
        with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
            tab = context.new_page()
            for name, path in wanted.items():
                tab.goto(f"{url}/{path}")
                wait_idle(tab)
                if name == "predict":
                    tab.locator(".st-key-review textarea").fill(REVIEW)
                    tab.locator(".st-key-rate button").click()
                    tab.wait_for_selector(".sb-verdict", timeout=60_000)
                take(tab, f"{name}-{colours}-{width}", width)


def live(browser: Browser, url: str) -> None:
    """A run while it trains, started by a click."""
    with browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light") as context:
        tab = context.new_page()
        tab.goto(url)
        wait_idle(tab)
        tab.locator(".st-key-train button").click()
        store, deadline = Store(), time.monotonic() + LIVE_SECONDS
        while not any(run.active and run.step >= LIVE_STEP for run in store.runs()):
            if time.monotonic() > deadline:
                raise TimeoutError("the live run did not get far enough in time")
            time.sleep(0.5)
        take(tab, "train-live-light-1440", 1440)
        for run in store.runs():
            store.request_stop(run.id)


def train(home: str) -> None:
    """The run that the pictures show."""
    file = Path(home) / "config.json"
    file.write_text(presets.QUICK_LOOK.apply(RunConfig()).model_dump_json(), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "core", "train", str(file)], cwd=ROOT, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    TARGET.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="starboard-") as home:
        os.environ["STARBOARD_HOME"] = home
        train(home)
        with Dashboard(env={"STARBOARD_HOME": home}) as dashboard, chromium() as browser:
            finished(browser, dashboard.url, options.only)
            if options.only in "train-live-light-1440":
                live(browser, dashboard.url)


if __name__ == "__main__":
    main()
