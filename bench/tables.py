"""What a long table costs: `python -m bench.tables REVIEWS.csv [--rows 650000] [--rounds 3] [--tabs 2]`.

Makes a table of that many rows from the reviews (columns `stars` and `text`) by seeded resampling, and measures, each
round with an empty home: the report on the command line, first and again; the Data page in a real Chromium, from typing
the path to the figures, in several tabs at once, again, and again after a restart of the server, with what the progress
bar said; and a training on 1,000 of its rows. Prints seconds and peak memory, medians, smallest and largest.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench import child
from tests.browser.chromium import chromium, wait_idle
from tests.browser.server import Dashboard

CONFIG = {
    "data": {"train_size": 1000, "eval_size": 300, "max_length": 256},
    "training": {"num_train_epochs": 1, "eval_on_start": False},
}
PATIENCE_SECONDS = 300.0
LOOK_SECONDS = 0.05
Figures = dict[str, list[float]]


def make(reviews: Path, rows: int, target: Path, *, seed: int = 0) -> None:
    """Write a table of that many rows, drawn with replacement from the reviews."""
    with reviews.open(encoding="utf-8", newline="") as stream:
        header, *known = csv.reader(stream)
    draw = random.Random(seed)
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        writer.writerows(draw.choice(known) for _row in range(rows))


def command(home: str, *arguments: str) -> tuple[float, float]:
    """Seconds and peak memory in MB of one command."""
    done = child.finish([sys.executable, "-m", "core", *arguments, "--json"], os.environ | {"STARBOARD_HOME": home})
    return done.seconds, done.peak_bytes / (1 << 20)


def on_the_command_line(table: Path, home: str, figures: Figures) -> None:
    for times in ("first", "again"):
        seconds, peak = command(home, "profile", f"file:{table}")
        figures[f"profile on the command line, {times}, s"].append(seconds)
        figures[f"profile on the command line, {times}, peak MB"].append(peak)


def in_training(table: Path, home: str, figures: Figures) -> None:
    config = Path(home) / "config.json"
    config.parent.mkdir(parents=True, exist_ok=True)
    data = CONFIG["data"] | {"source": f"file:{table}", "text_column": "text", "label_column": "stars"}
    config.write_text(json.dumps(CONFIG | {"data": data}), encoding="utf-8")
    seconds, peak = command(home, "train", str(config))
    figures["training on 1,000 rows, s"].append(seconds)
    figures["training on 1,000 rows, peak MB"].append(peak)


def in_the_dashboard(browser: Browser, table: Path, rows: int, tabs: int, home: str, figures: Figures) -> None:
    with Dashboard(env={"STARBOARD_HOME": home}) as dashboard, browser.new_context() as context:
        pages = [context.new_page() for _tab in range(tabs)]
        for page in pages:
            choose_file(page, dashboard)
        settle(dashboard.pid)
        figures["dashboard before, MB"].append(memory(dashboard.pid, "VmRSS"))
        began = time.perf_counter()
        for page in pages:
            enter(page, table)
        shares = watched(pages[-1], rows)
        for page in pages:
            watched(page, rows)
        figures[f"Data page, {tabs} tabs at once, first, s"].append(time.perf_counter() - began)
        figures["values of the progress bar that were seen"].append(len(shares))
        figures["dashboard, peak MB"].append(memory(dashboard.pid, "VmHWM"))
        figures["dashboard after, MB"].append(memory(dashboard.pid, "VmRSS"))
        figures["Data page, again in a new tab, s"].append(opened(context.new_page(), dashboard, table, rows))
        dashboard.restart()
        figures["Data page, after a restart, s"].append(opened(context.new_page(), dashboard, table, rows))


def choose_file(page: Page, dashboard: Dashboard) -> None:
    page.goto(f"{dashboard.url}/data")
    page.wait_for_selector(".sb-heading h1")
    wait_idle(page)
    page.get_by_text("Your file").click()
    page.wait_for_selector(".st-key-file-path input")
    wait_idle(page)


def enter(page: Page, table: Path) -> None:
    box = page.locator(".st-key-file-path input")
    box.fill(str(table))
    box.press("Enter")


def opened(page: Page, dashboard: Dashboard, table: Path, rows: int) -> float:
    """Seconds from typing the path to the figures, in a tab of its own."""
    choose_file(page, dashboard)
    began = time.perf_counter()
    enter(page, table)
    watched(page, rows)
    return time.perf_counter() - began


def watched(page: Page, rows: int) -> set[str]:
    """Wait for the figures of the table; what its progress bar said meanwhile."""
    seen: set[str] = set()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while f"{rows:,}" not in page.locator(".sb-metrics").all_inner_texts().__str__():
        if time.monotonic() > deadline:
            raise TimeoutError("the figures did not come")
        seen.update(re.findall(r"\d+(?=\s?%)", " ".join(page.get_by_test_id("stProgress").all_inner_texts())))
        page.wait_for_timeout(1000 * LOOK_SECONDS)
    return seen


def settle(pid: int) -> None:
    """Wait until the server has imported what it imports after the first page."""
    before = 0.0
    while (now := memory(pid, "VmRSS")) > before + 1:
        before = now
        time.sleep(3)


def memory(pid: int, field: str) -> float:
    """A line of the process's status in MB: VmRSS now, VmHWM at its peak."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(rf"{field}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--rows", type=int, default=650_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tabs", type=int, default=2)
    options = parser.parse_args()
    figures: Figures = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="starboard-") as folder, chromium() as browser:
        table = Path(folder) / "long.csv"
        make(options.reviews, options.rows, table)
        for number in range(options.rounds):
            homes = [str(Path(folder) / f"{name}-{number}") for name in ("line", "pages", "training")]
            on_the_command_line(table, homes[0], figures)
            in_the_dashboard(browser, table, options.rows, options.tabs, homes[1], figures)
            in_training(table, homes[2], figures)
        print(f"{options.rows:,} rows, {table.stat().st_size / 1e6:,.0f} MB\n")
    print("| | median (smallest-largest) |\n|---|---|")
    for name, values in figures.items():
        print(f"| {name} | {statistics.median(values):,.1f} ({min(values):,.1f}-{max(values):,.1f}) |")


if __name__ == "__main__":
    main()
