"""How live a live page is: `python -m bench.watching [--seconds 60] [--switches 20]`.

The dashboard's own worker trains the bundled MiniLM while a real Chromium watches. Measured are the seconds from an
event in the store until the chart of the loss has painted it, and, in the same training, from a click on another page
until that page stands. Both clocks are this computer's; the store is looked at every few milliseconds, so an event may
be that much older than it seems.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Page

from bench.table import print_seconds
from core.config import parse
from core.home.places import Home
from core.runs.run import Run, Status
from core.runs.store import Store
from tests.browser.chromium import IDLE, chromium, wait_idle
from tests.browser.server import Dashboard
from tests.browser.steps import PAGES, PLOT

LOOK_SECONDS = 0.03
START_SECONDS = 180.0
FIRST_STEPS = 10
CONFIG = {
    "data": {"train_size": 4000, "eval_size": 50, "max_length": 128},
    "training": {"num_train_epochs": 100, "eval_on_start": False, "save_minutes": 0},
}
# Each last id that the chart was drawn with, and when its frame had been painted, in seconds since 1970.
RECORD = """selector => {
  window.painted = []
  const plot = document.querySelector(selector)
  const note = () => {
    const last = Number(plot.dataset.last)
    requestAnimationFrame(() => setTimeout(() => window.painted.push([last, Date.now() / 1000])))
  }
  new MutationObserver(note).observe(plot, { attributes: true, attributeFilter: ["data-last"] })
}"""
STANDS = f"""([heading, shown]) => document.querySelector(".sb-heading h1")?.textContent === heading
  && document.querySelector(shown) !== null && document.querySelector("{IDLE}") !== null"""


def until_painted(tab: Page, store: Store, run: Run, seconds: float) -> list[float]:
    """Seconds from each event until the chart had painted it."""
    tab.evaluate(RECORD, PLOT)
    last, began = _newest(store, run), time.monotonic()
    written: dict[int, float] = {}
    while time.monotonic() - began < seconds:
        now, at = _newest(store, run), time.time()
        written |= dict.fromkeys(range(last + 1, now + 1), at)
        last = max(last, now)
        # Playwright's tabs live only while it is listened to.
        tab.wait_for_timeout(1000 * LOOK_SECONDS)
    return delays(written, tab.evaluate("window.painted"))


def delays(written: Mapping[int, float], painted: Sequence[tuple[int, float]]) -> list[float]:
    """Seconds from when each event was written until the first painting that contains it."""
    found = []
    for number, at in written.items():
        first = next((when for last, when in painted if last >= number), None)
        if first is not None:
            found.append(max(first - at, 0.0))
    return found


def switched(tab: Page, page: str) -> float:
    """Seconds from the click on a step until its page stands."""
    began = time.perf_counter()
    tab.locator(f".st-key-sb-step-{page} a").click()
    tab.wait_for_function(STANDS, arg=[PAGES[page], f".st-key-sb-step-current-{page}"], polling="raf")
    return time.perf_counter() - began


def _newest(store: Store, run: Run) -> int:
    event = store.last_event(run.id, "train")
    return event.id if event else 0


def _started(tab: Page, store: Store, run: Run) -> None:
    until = time.monotonic() + START_SECONDS
    while (now := store.get(run.id)).step < FIRST_STEPS:
        if time.monotonic() > until or now.status is Status.FAILED:
            raise RuntimeError(f"the run does not train: it is {now.status}, {now.failure}")
        tab.wait_for_timeout(500)
    tab.wait_for_function(f"() => Number(document.querySelector('{PLOT}')?.dataset.points) > 0")
    wait_idle(tab)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--switches", type=int, default=20)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="starboard-watching-") as home,
        Dashboard(env={"STARBOARD_HOME": home, "HF_HUB_OFFLINE": "1"}) as server,
        chromium() as browser,
    ):
        store = Store(Home(Path(home)))
        run = store.create(parse(CONFIG))
        tab = browser.new_page(viewport={"width": 1440, "height": 900})
        tab.goto(f"{server.url}/train?run={run.id}")
        _started(tab, store, run)
        found = {"event to pixels": until_painted(tab, store, run, options.seconds)}
        pages = itertools.cycle(["results", "data", "predict", "train"])
        found |= {"page switch": [switched(tab, next(pages)) for _switch in range(options.switches)]}
        server.kill()
    print_seconds(found)


if __name__ == "__main__":
    main()
