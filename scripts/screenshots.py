"""Take the pictures of the documentation: every page, light and dark, wide and narrow.

    python scripts/screenshots.py                    # all of docs/screenshots/
    python scripts/screenshots.py --only light-1440  # those with this in their name

The real dashboard is started with an empty home, and one real run is trained in it by a click on Train: the
Quick look preset on the bundled sample, one or two minutes. Needs Debian's chromium, requirements-dev.txt and
no network.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
# Run as a file, Python looks for modules beside it only.
sys.path.insert(0, str(ROOT))

from core import presets  # noqa: E402
from core.runs.run import Run, Status  # noqa: E402
from core.runs.store import Store  # noqa: E402
from tests.browser.chromium import chromium, wait_idle  # noqa: E402
from tests.browser.server import Dashboard  # noqa: E402

TARGET = ROOT / "docs" / "screenshots"
LOOKS = [(colours, width) for width in (1440, 390) for colours in ("light", "dark")]
MOST_BYTES, LEAST_HEIGHT, MOST_HEIGHT = 300_000, 700, 8000
# Late enough for two evaluations on the charts, early enough to take every picture before the end.
LIVE_FROM = 0.55
RUN_SECONDS, TAB_MILLISECONDS = 1800.0, 180_000.0
REVIEW = "The noodles were wonderful and the staff kind, but we waited forty minutes and the bill was wrong."


class Pictures:
    """One tab for each look; all of them go from page to page together."""

    def __init__(self, browser: Browser, stack: ExitStack, url: str, only: str) -> None:
        self._url, self._only = url, only
        self._tabs: dict[str, Page] = {}
        for colours, width in LOOKS:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if colours == "dark" else "light",
            )
            stack.callback(context.close)
            # A training next to it leaves the browser little time.
            context.set_default_timeout(TAB_MILLISECONDS)
            self._tabs[f"{colours}-{width}"] = context.new_page()

    def open(self, path: str, *, charts: bool = False) -> None:
        """Go to a page in every tab and wait until it is drawn."""
        for tab in self._tabs.values():
            tab.goto(f"{self._url}/{path}")
            tab.locator(".sb-heading h1").wait_for()
            if charts:
                tab.wait_for_function("() => document.querySelector('.sb-live-plot')?._fullLayout")
            settle(tab)

    def each(self, action: Callable[[Page], None]) -> None:
        """Do something in every tab."""
        for tab in self._tabs.values():
            action(tab)
            settle(tab)

    def take(self, name: str) -> None:
        """One picture of every tab, as high as the page."""
        TARGET.mkdir(parents=True, exist_ok=True)
        for look, tab in self._tabs.items():
            file = TARGET / f"{name}-{look}.png"
            if self._only in file.name:
                fit(tab)
                file.write_bytes(tab.screenshot(animations="disabled", caret="hide"))
                size = file.stat().st_size
                warning = "  more than it may have" if size > MOST_BYTES else ""
                print(f"{file.relative_to(ROOT)}  {size / 1000:.0f} kB{warning}", file=sys.stderr)


def settle(tab: Page) -> None:
    """Wait until nothing is loading: script, fonts, charts."""
    wait_idle(tab, TAB_MILLISECONDS)
    tab.evaluate("() => document.fonts.ready.then(() => true)")
    tab.wait_for_timeout(400)


def fit(tab: Page) -> None:
    """Make the window as high as the page, which Streamlit scrolls inside its main section."""
    width = tab.viewport_size["width"] if tab.viewport_size else 1440
    # From a low window, since the section is never lower than it; twice, since what is shown may grow.
    for _ in range(2):
        tab.set_viewport_size({"width": width, "height": LEAST_HEIGHT})
        height = int(tab.locator("[data-testid=stMain]").evaluate("main => main.scrollHeight"))
        tab.set_viewport_size({"width": width, "height": min(height, MOST_HEIGHT)})
        tab.wait_for_timeout(300)
    wait_idle(tab, TAB_MILLISECONDS)


def wait_for(store: Store, ready: Callable[[Run], bool]) -> Run:
    """Wait until the newest run is as it should be.

    Raises:
        RuntimeError: it ended otherwise, or was not the Quick look.
        TimeoutError: it took longer than `RUN_SECONDS`.
    """
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        for run in store.runs(1):
            if run.failure or presets.matching(run.config) is not presets.QUICK_LOOK:
                raise RuntimeError(f"the run {run.id} is {run.status}: {run.failure}")
            if ready(run):
                return run
        time.sleep(0.3)
    raise TimeoutError(f"the run was not ready after {RUN_SECONDS:.0f} s")


def rate(tab: Page) -> None:
    """Rate a review on the Predict page."""
    tab.locator(".st-key-review textarea").fill(REVIEW)
    tab.locator(".st-key-rate button").click()
    tab.locator(".sb-verdict").wait_for()


def take_all(shots: Pictures, store: Store) -> None:
    """Every picture of a training that has just begun."""
    run = wait_for(store, lambda run: run.step > 0)
    # Training is the landing page, which has no path of its own.
    shots.open(f"?run={run.id}", charts=True)
    wait_for(store, lambda run: run.fraction >= LIVE_FROM)
    shots.take("train-live")
    if not store.get(run.id).active:
        print("warning: the run ended before its last live picture", file=sys.stderr)
    wait_for(store, lambda run: run.status is Status.FINISHED)
    for name, path in (("train", ""), ("results", "results")):
        shots.open(f"{path}?run={run.id}", charts=True)
        shots.take(name)
    shots.open("data")
    shots.take("data")
    shots.open(f"predict?run={run.id}")
    shots.each(rate)
    shots.take("predict")


def main() -> int:
    parser = argparse.ArgumentParser(description="Take the pictures of the documentation.")
    parser.add_argument("--only", default="", metavar="PART", help="only pictures with this in their name")
    only = parser.parse_args().only
    with TemporaryDirectory(prefix="starboard-") as home, chromium() as browser, ExitStack() as stack:
        server = stack.enter_context(Dashboard(env={"STARBOARD_HOME": home, "HF_HUB_OFFLINE": "1"}))
        starter = browser.new_page()
        starter.goto(server.url)
        settle(starter)
        # A fresh tab's draft is the Quick look on the bundled sample.
        starter.locator(".st-key-train button").click()
        store = Store(Path(home) / "starboard.db")
        wait_for(store, lambda run: run.active)
        starter.close()
        take_all(Pictures(browser, stack, server.url, only), store)
    return 0


if __name__ == "__main__":
    sys.exit(main())
