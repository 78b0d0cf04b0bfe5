"""Where the home is, and what a path with `~` means."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.home.places import Home, expanded


@pytest.mark.parametrize("name", ["~nosuchuser/x", "~\0", "\0", "", "a/../b"])
def test_a_path_that_stands_for_no_folder_stays_as_it_is(name: str) -> None:
    assert expanded(name) == Path(name)


def test_the_user_s_own_folder_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert expanded("~/x") == tmp_path / "x"
    monkeypatch.setenv("STARBOARD_HOME", "~/runs")
    assert Home.present().path == tmp_path / "runs"


def test_a_home_of_a_user_that_is_not_here_is_a_folder_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STARBOARD_HOME", "~nosuchuser/runs")
    assert Home.present().path == Path.cwd() / "~nosuchuser" / "runs"
