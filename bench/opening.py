"""How soon long runs and long lists stand: `python -m bench.opening [--steps 100000] [--runs 500] [--rounds 10]`.

Three homes, each with a server of its own, take turns: one run of 100 steps, many such runs, and one run of many steps.
In a tab that stands on the Data page the Results page is chosen; measured are the seconds from the click until its
table is there and until its chart has drawn every curve, and beside them what the store alone takes for both.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page

from bench import synthetic
from bench.table import print_seconds
from core.home.places import Home
from core.runs import curves
from core.runs.store import Store
from tests.browser.chromium import chromium
from tests.browser.server import Dashboard
from tests.browser.steps import PLOT, in_frame

SHORT = 100
LISTED = "() => document.querySelector('.st-key-card-runs [data-testid=stDataFrame] canvas') !== null"
DRAWN = f"() => Number(document.querySelector('{PLOT}')?.dataset.points) > 0"


def homes(folder: Path, steps: int, runs: int) -> dict[str, Store]:
    """The store of each side by its name."""
    sides = {f"1 run of {SHORT} steps": (1, SHORT), f"{runs:,} runs": (runs, SHORT), f"{steps:,} steps": (1, steps)}
    found = {}
    for number, (name, (count, length)) in enumerate(sides.items()):
        found[name] = store = Store(Home(folder / str(number)))
        for _run in range(count):
            synthetic.finished(store, length)
    return found


def opened(tab: Page, server: Dashboard) -> tuple[float, float]:
    """Seconds from the click on Results until its table, and until its chart stand."""
    tab.goto(f"{server.url}/data")
    in_frame(tab, "data")
    began = time.perf_counter()
    tab.locator(".st-key-sb-step-results a").click()
    tab.wait_for_function(LISTED)
    listed = time.perf_counter() - began
    tab.wait_for_function(DRAWN)
    return listed, time.perf_counter() - began


def seconds(what: Callable[[], object]) -> float:
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    found: dict[str, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="starboard-opening-")))
        sides = homes(folder, options.steps, options.runs)
        servers = {
            name: stack.enter_context(Dashboard(env={"STARBOARD_HOME": str(store.home), "HF_HUB_OFFLINE": "1"}))
            for name, store in sides.items()
        }
        tab = stack.enter_context(chromium()).new_page()
        for name in sides:
            opened(tab, servers[name])  # the first visit imports, and starts a worker that imports
        for _round in range(options.rounds):
            for name, store in sides.items():
                run = store.runs(1)[0]
                found[f"{name}: list of the store"].append(seconds(store.runs))
                found[f"{name}: curves of the store"].append(seconds(lambda: curves.read(store, run.id)))  # noqa: B023
                listed, drawn = opened(tab, servers[name])
                found[f"{name}: click to table"].append(listed)
                found[f"{name}: click to curves"].append(drawn)
    print_seconds(found)


if __name__ == "__main__":
    main()
