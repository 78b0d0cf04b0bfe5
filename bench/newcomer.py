"""How long a newcomer takes: `python -m bench.newcomer [--rounds N]`.

From opening the dashboard, whose server has just answered, over three clicks (Train, Predict with it, an example) to
the stars of a review, with the bundled sample and the Quick look preset. The clicks are those of the browser test.
Prints seconds by round and their median.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time

from playwright.sync_api import Browser, expect

from tests.browser.chromium import chromium, wait_idle
from tests.browser.server import Dashboard
from tests.browser.test_newcomer import click_example, click_predict, click_train


def one_round(browser: Browser) -> tuple[float, float]:
    """Seconds from the address typed to the page drawn, and to the stars."""
    with (
        tempfile.TemporaryDirectory(prefix="starboard-") as home,
        Dashboard(env={"STARBOARD_HOME": home}) as dashboard,
        browser.new_context(viewport={"width": 1440, "height": 900}) as context,
    ):
        tab = context.new_page()
        began = time.perf_counter()
        tab.goto(dashboard.url)
        expect(tab.locator(".st-key-train button")).to_be_visible()
        wait_idle(tab)
        drawn = time.perf_counter() - began
        click_train(tab)
        click_predict(tab)
        click_example(tab)
        return drawn, time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    expect.set_options(timeout=60_000)
    found = []
    with chromium() as browser:
        for _round in range(rounds):
            found.append(one_round(browser))
            print(f"drawn {found[-1][0]:.1f} s, stars {found[-1][1]:.1f} s", flush=True)
    drawn, stars = (statistics.median(each[i] for each in found) for i in (0, 1))
    print(f"median: drawn {drawn:.1f} s, stars {stars:.1f} s")


if __name__ == "__main__":
    main()
