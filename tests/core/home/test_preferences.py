"""Preferences: kept, validated, and never in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ConfigError, StorageError
from core.home import preferences
from core.home.preferences import Preferences


def test_what_was_saved_is_there_next_time(home: Path) -> None:
    assert preferences.load() == Preferences()
    preferences.save(language="ja")
    preferences.save(threads=2)
    assert preferences.load() == Preferences(language="ja", threads=2)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"language": "xx", "threads": "many", "new": 1}', "\x00"])
def test_a_damaged_file_gives_the_defaults(home: Path, content: str) -> None:
    home.mkdir()
    (home / "preferences.json").write_text(content)
    assert preferences.load() == Preferences()


def test_what_is_readable_is_kept_when_one_value_is_not(home: Path) -> None:
    home.mkdir()
    (home / "preferences.json").write_text('{"language": "ja", "threads": -1}')
    assert preferences.load() == Preferences(language="ja")


def test_a_wrong_value_is_refused_and_changes_nothing(home: Path) -> None:
    preferences.save(language="ja")
    for wrong in ({"language": "klingon"}, {"threads": -1}, {"colour": "red"}):
        with pytest.raises(ConfigError, match="is not allowed"):
            preferences.save(**wrong)
    assert preferences.load().language == "ja"


def test_a_home_that_cannot_be_written_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("STARBOARD_HOME", str(tmp_path / "file"))
    with pytest.raises(StorageError, match="cannot be"):
        preferences.save(notify=True)
