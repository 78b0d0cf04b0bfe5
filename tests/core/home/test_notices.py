"""Notices wait until somebody has read them."""

from __future__ import annotations

from pathlib import Path

from core.home import notices
from core.home.places import Home
from core.messages import Message


def test_notices_wait_in_order_until_they_are_dismissed(tmp_path: Path) -> None:
    assert notices.pending(Home(tmp_path)) == []
    notices.add(Home(tmp_path), [Message("First."), Message("More: {n}.", n=2)])
    notices.add(Home(tmp_path), [Message("Second.")])
    assert [tuple(map(str, each.sentences)) for each in notices.pending(Home(tmp_path))] == [
        ("First.", "More: 2."),
        ("Second.",),
    ]
    notices.dismiss(Home(tmp_path))
    assert notices.pending(Home(tmp_path)) == []


def test_a_damaged_file_holds_none_and_a_home_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "notices.json").write_text('[{"time": "x"}]')
    assert notices.pending(Home(tmp_path)) == []
    notices.add(Home(tmp_path / "missing"), [Message("It is in the log.")])
