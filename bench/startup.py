"""How soon the dashboard is there: `python -m bench.startup [--against OTHER_CHECKOUT]`.

From starting the server process to its health answer, and from there to each page drawn in a Chromium that has it in
no cache. Every round starts a fresh server with an empty home; with another checkout the two sides take turns. Prints
medians and spreads in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.chromium import chromium, wait_idle
from tests.browser.server import free_port

ROOT = Path(__file__).parents[1]
PAGES = {"train": "", "data": "data", "results": "results", "predict": "predict"}


def one_round(checkout: Path, browser: Browser) -> dict[str, float]:
    """Milliseconds by name for one fresh server of a checkout."""
    port = free_port()
    found = {}
    with tempfile.TemporaryDirectory() as home:
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.port", str(port), "--server.headless", "true"]
        began = time.perf_counter()
        server = subprocess.Popen(
            command,
            cwd=checkout,
            env=os.environ | {"STARBOARD_HOME": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for_health(port)
            found["server answers"] = 1000 * (time.perf_counter() - began)
            for name, path in PAGES.items():
                found[f"{name} drawn"] = drawn(browser, f"http://127.0.0.1:{port}/{path}")
        finally:
            server.terminate()
            server.wait()
    return found


def wait_for_health(port: int) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.01)


def drawn(browser: Browser, url: str) -> float:
    """Milliseconds until a page stands, in a browser context of its own."""
    with browser.new_context() as context:
        page = context.new_page()
        began = time.perf_counter()
        page.goto(url)
        page.wait_for_selector(".sb-heading h1")
        wait_idle(page)
        return 1000 * (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    sides = [ROOT, options.against.resolve()] if options.against else [ROOT]
    figures: dict[tuple[str, int], list[float]] = defaultdict(list)
    with chromium() as browser:
        for _round in range(options.rounds):
            for index, side in enumerate(sides):
                for name, value in one_round(side, browser).items():
                    figures[name, index].append(value)
    print("| |" + " this | other |"[: 7 if len(sides) == 1 else None] + "\n|---|" + "---|" * len(sides))
    for name in dict.fromkeys(name for name, _side in figures):
        cells = [words(figures[name, index]) for index in range(len(sides))]
        print(f"| {name} | {' | '.join(cells)} |")


def words(values: list[float]) -> str:
    """Median, then smallest and largest."""
    return f"{statistics.median(values):,.0f} ms ({min(values):,.0f}-{max(values):,.0f})"


if __name__ == "__main__":
    main()
