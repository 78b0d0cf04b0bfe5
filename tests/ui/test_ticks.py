"""What a tick of a live page ships, on a real server: little, and no more for a long run than for a short one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.ticks import measure
from core.home import preferences
from core.home.places import Home

MOST_BYTES = 5000


def test_a_tick_of_a_fast_and_long_run_is_short(home: Path) -> None:
    # The longer of the languages, in bytes.
    preferences.save(Home.present(), language="ja")
    # In a thread: a browser that other tests keep open has an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(measure, 5000, ticks=4, new=10, home=home, name="星の数を当てる " * 9)
        sizes, _page = long.result()
    assert len(sizes) >= 4
    assert max(sizes) < MOST_BYTES
