"""Ticks: what changed is sent until it has surely arrived, what stands is not."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from ui import live_chart, updates
from ui.updates import Ended, Spark, Tick


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, own_home: None) -> list[dict[str, Any]]:
    """What the browser is sent, a tick an item."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(updates, "st", SimpleNamespace(session_state={}, html=lambda html: None))
    monkeypatch.setattr(updates, "_COMPONENT", lambda key, data: found.append(json.loads(data)))
    return found


def test_a_piece_is_sent_until_it_has_surely_arrived_and_again_when_it_changes(sent: list[dict[str, Any]]) -> None:
    for words in ["a"] * 5 + ["b"]:
        updates.send(Tick(pieces={"words": words}))
    a = {"words": "a"}
    assert [tick.get("pieces") for tick in sent] == [a] * live_chart.OVERLAP + [None] * 2 + [{"words": "b"}]


def test_what_the_page_was_drawn_with_is_not_sent_again(sent: list[dict[str, Any]]) -> None:
    updates.begin()
    updates.piece("words", "drawn")
    updates.send(Tick(pieces={"words": "drawn", "more": ""}))
    updates.send(Tick(pieces={"words": "newer"}))
    assert [tick.get("pieces") for tick in sent] == [{"more": ""}, {"words": "newer"}]


def test_a_page_that_is_drawn_again_puts_its_pieces_in_place_anew(sent: list[dict[str, Any]]) -> None:
    updates.begin()
    first = updates.piece_html("words", "same")
    updates.begin()
    assert updates.piece_html("words", "same") != first


def test_the_tab_hears_of_progress_an_ending_and_a_sparkline(sent: list[dict[str, Any]]) -> None:
    updates.send(Tick(progress="42 %", ended=Ended("1", "run", "Finished."), spark=Spark([0.204, 0.5], "up")))
    (tick,) = sent
    assert tick["progress"] == "42 %"
    assert tick["ended"] == {"id": "1", "title": "run", "words": "Finished."}
    assert tick["spark"] == {"label": "up", "values": [20, 50]}
    assert "feed" not in tick
