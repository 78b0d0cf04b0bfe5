"""Notices wait until somebody has read them."""

from __future__ import annotations

from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        "null",
        '"x"',
        "[" * 100_000,
        '[{"time": 1e400, "sentences": []}]',
        '[{"time": ' + "9" * 400 + ', "sentences": []}]',
        '[{"time": -1, "sentences": []}]',
        '[{"time": "soon", "sentences": []}]',
        '[{"time": 1, "sentences": 7}]',
        "[7]",
    ],
)
def test_a_file_of_something_else_holds_none_and_takes_new_ones(tmp_path: Path, content: str) -> None:
    home = Home(tmp_path)
    home.notices.write_text(content)
    assert notices.pending(home) == []
    notices.add(home, [Message("Something happened.")])
    assert [str(each.sentences[0]) for each in notices.pending(home)] == ["Something happened."]
