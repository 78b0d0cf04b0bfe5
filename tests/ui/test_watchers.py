"""The pace of live pages: a few tabs at full pace, many take turns, those that left are forgotten."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ui import watchers


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    tabs: dict[str, float] = {}
    monkeypatch.setattr(watchers, "_seen", lambda: tabs)
    return tabs


def tab(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Another tab, at a time."""
    monkeypatch.setattr(watchers, "st", SimpleNamespace(session_state={}))
    monkeypatch.setattr("ui.watchers.time", SimpleNamespace(monotonic=lambda: seconds))


@pytest.mark.parametrize(("tabs", "pace"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, 4), (20, 8), (500, 16)])
def test_the_more_watch_the_longer_each_waits(
    seen: dict[str, float], monkeypatch: pytest.MonkeyPatch, tabs: int, pace: int
) -> None:
    for _tab in range(tabs):
        tab(monkeypatch, 100.0)
        found = watchers.pace()
    assert found == pace


def test_one_tab_counts_once_however_often_it_looks(seen: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    tab(monkeypatch, 100.0)
    assert [watchers.pace() for _tick in range(30)] == [1] * 30
    assert len(seen) == 1


def test_tabs_that_left_are_forgotten(seen: dict[str, float], monkeypatch: pytest.MonkeyPatch) -> None:
    for _tab in range(20):
        tab(monkeypatch, 100.0)
        watchers.pace()
    tab(monkeypatch, 100.0 + watchers.GONE_SECONDS)
    assert watchers.pace() == 1
    assert len(seen) == 1
