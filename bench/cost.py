"""What a tab that watches costs: `python -m bench.cost [--against OTHER_CHECKOUT] [--seconds 20] [--rounds 3]`.

A run that no one trains logs steps at an even pace while a real Chromium has it open. Counted is the processor time of
the server and of the browser, in cores; with another checkout the two sides take turns. It does not depend on what else
the computer does, as far as caches are not concerned.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psutil
from playwright.sync_api import Page

from bench import synthetic
from bench.startup import ROOT, wait_for_health
from core.home.places import Home
from core.runs.run import Run
from core.runs.store import Store
from tests.browser.chromium import chromium
from tests.browser.server import free_port
from tests.browser.steps import PLOT

STEPS = 300
STEPS_A_SECOND = 5
SETTLE_SECONDS = 20.0


def one_round(checkout: Path, seconds: float) -> dict[str, float]:
    """Cores that server and browser take while a tab watches."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="starboard-cost-") as home, chromium() as browser:
        store = Store(Home(Path(home)))
        run = synthetic.training(store, STEPS, total_steps=10_000)
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.port", str(port), "--server.headless", "true"]
        server = subprocess.Popen(
            command,
            cwd=checkout,
            env=os.environ | {"STARBOARD_HOME": home, "HF_HUB_OFFLINE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for_health(port)
            tab = browser.new_page(viewport={"width": 1440, "height": 900})
            tab.goto(f"http://127.0.0.1:{port}/train?run={run.id}")
            tab.wait_for_function(f"() => Number(document.querySelector('{PLOT}')?.dataset.points) > 0")
            # The worker imports meanwhile.
            _log(tab, store, run, SETTLE_SECONDS)
            parts = {"server": [psutil.Process(server.pid)], "browser": _browser()}
            before = {name: _used(processes) for name, processes in parts.items()}
            _log(tab, store, run, seconds)
            return {name: (_used(processes) - before[name]) / seconds for name, processes in parts.items()}
        finally:
            server.terminate()
            server.wait()


def _log(tab: Page, store: Store, run: Run, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        synthetic.go_on(store, run, 1)
        tab.wait_for_timeout(1000 / STEPS_A_SECOND)


def _browser() -> list[psutil.Process]:
    """The processes of the Chromium that this one has started."""
    return [each for each in psutil.Process().children(recursive=True) if "chrom" in each.name()]


def _used(processes: list[psutil.Process]) -> float:
    return sum(each.cpu_times().user + each.cpu_times().system for each in processes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sides = {"this": ROOT} | ({"other": options.against.resolve()} if options.against else {})
    found: dict[str, list[float]] = defaultdict(list)
    for _round in range(options.rounds):
        for side, checkout in sides.items():
            for part, cores in one_round(checkout, options.seconds).items():
                found[f"{side}: {part}"].append(cores)
    print("| | cores, median (smallest-largest) |\n|---|---|")
    for name, values in found.items():
        print(f"| {name} | {statistics.median(values):.3f} ({min(values):.3f}-{max(values):.3f}) |")


if __name__ == "__main__":
    main()
