"""Notices wait until somebody has read them."""

from __future__ import annotations

from pathlib import Path

from core.home import notices


def test_notices_wait_in_order_until_they_are_dismissed(tmp_path: Path) -> None:
    assert notices.pending(tmp_path) == []
    notices.add(tmp_path, ["First.", "More."])
    notices.add(tmp_path, ["Second."])
    assert [each.sentences for each in notices.pending(tmp_path)] == [("First.", "More."), ("Second.",)]
    notices.dismiss(tmp_path)
    assert notices.pending(tmp_path) == []


def test_a_damaged_file_holds_none_and_a_home_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "notices.json").write_text('[{"time": "x"}]')
    assert notices.pending(tmp_path) == []
    notices.add(tmp_path / "missing", ["It is in the log."])
