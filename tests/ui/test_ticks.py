"""What a tick of a live page ships, on a real server: little, and no more for a long run than for a short one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.ticks import measure
from core import preferences

MOST_BYTES = 5000


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_tick_of_a_fast_and_long_run_is_short(home: Path, language: str) -> None:
    preferences.save(language=language)
    sizes, _page = measure(5000, ticks=5, new=10, home=home, name="星の数を当てる " * 9)
    assert len(sizes) >= 5
    assert max(sizes) < MOST_BYTES
