"""What watching costs: `python -m bench.dashboard [--rounds N] [--epochs 3] [--tabs 1] [--with-gc]`.

The same training from the command line, and in the dashboard's thread with browser tabs watching it, in turns. Prints
reviews a second of the steps (evaluation and loading not counted), their medians and the ratio. `--with-gc` adds a
dashboard that collects garbage after each tick, as Streamlit does unless told otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser

from core.config import RunConfig, parse
from core.home.places import Home
from core.runs.store import Store
from tests.browser.chromium import chromium, wait_idle
from tests.browser.server import ROOT, Dashboard

CONFIG = {
    "data": {"train_size": 1000, "eval_size": 64, "max_length": 128},
    "training": {"eval_on_start": False},
}
POLL_SECONDS = 0.5


def from_the_command_line(config: RunConfig) -> float:
    """Reviews a second of `python -m core train`."""
    with tempfile.TemporaryDirectory(prefix="starboard-") as home:
        file = Path(home) / "config.json"
        file.write_text(config.model_dump_json(), encoding="utf-8")
        command = [sys.executable, "-m", "core", "train", str(file), "--json"]
        env = os.environ | {"STARBOARD_HOME": home}
        done = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
        return float(json.loads(done.stdout)["train_samples_per_second"])


def in_the_dashboard(config: RunConfig, browser: Browser, tabs: int, **env: str) -> float:
    """Reviews a second of the dashboard's thread while tabs watch."""
    with (
        tempfile.TemporaryDirectory(prefix="starboard-") as home,
        Dashboard(env={"STARBOARD_HOME": home, **env}) as dashboard,
        browser.new_context(viewport={"width": 1440, "height": 900}) as context,
    ):
        store = Store(Home(Path(home)))
        for _tab in range(tabs):
            tab = context.new_page()
            tab.goto(dashboard.url)
            wait_idle(tab)
        run = store.create(config)
        while store.get(run.id).going:
            # Playwright's tabs live only while it is listened to.
            tab.wait_for_timeout(1000 * POLL_SECONDS)
        found = store.get(run.id)
        if found.samples_per_second is None:
            raise RuntimeError(f"the run ended as {found.status}: {found.failure}")
        return found.samples_per_second


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--tabs", type=int, default=1)
    parser.add_argument("--with-gc", action="store_true")
    options = parser.parse_args()
    config = parse(CONFIG).replace({"training.num_train_epochs": options.epochs})
    found: dict[str, list[float]] = defaultdict(list)
    with chromium() as browser:
        sides: dict[str, Callable[[], float]] = {
            "command line": lambda: from_the_command_line(config),
            f"dashboard, {options.tabs} watching": lambda: in_the_dashboard(config, browser, options.tabs),
        }
        if options.with_gc:
            sides["the same, collecting garbage after each tick"] = lambda: in_the_dashboard(
                config, browser, options.tabs, STREAMLIT_RUNNER_POST_SCRIPT_GC="true"
            )
        for _round in range(options.rounds):
            for name, side in sides.items():
                found[name].append(side())
                print(f"{name}: {found[name][-1]:.1f} reviews/s", flush=True)
    alone = statistics.median(found["command line"])
    print("\n| | reviews/s, median (smallest-largest) | of the command line |\n|---|---|---|")
    for name, speeds in found.items():
        middle = statistics.median(speeds)
        print(f"| {name} | {middle:.1f} ({min(speeds):.1f}-{max(speeds):.1f}) | {middle / alone:.2f} |")


if __name__ == "__main__":
    main()
