"""Preferences: kept, validated, and never in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ConfigError, StorageError
from core.home import preferences
from core.home.places import Home
from core.home.preferences import Preferences


def test_what_was_saved_is_there_next_time(home: Path) -> None:
    assert preferences.load(Home.present()) == Preferences()
    preferences.save(Home.present(), language="ja")
    preferences.save(Home.present(), threads=2)
    assert preferences.load(Home.present()) == Preferences(language="ja", threads=2)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"language": "xx", "threads": "many", "new": 1}', "\x00", "[" * 100_000]
)
def test_a_damaged_file_gives_the_defaults(home: Path, content: str) -> None:
    home.mkdir()
    (home / "preferences.json").write_text(content)
    assert preferences.load(Home.present()) == Preferences()


def test_what_is_readable_is_kept_when_one_value_is_not(home: Path) -> None:
    home.mkdir()
    (home / "preferences.json").write_text('{"language": "ja", "threads": -1}')
    assert preferences.load(Home.present()) == Preferences(language="ja")


def test_a_wrong_value_is_refused_and_changes_nothing(home: Path) -> None:
    preferences.save(Home.present(), language="ja")
    for wrong in ({"language": "klingon"}, {"threads": -1}, {"colour": "red"}):
        with pytest.raises(ConfigError, match="is not allowed"):
            preferences.save(Home.present(), **wrong)
    assert preferences.load(Home.present()).language == "ja"


def test_a_home_that_cannot_be_written_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("STARBOARD_HOME", str(tmp_path / "file"))
    with pytest.raises(StorageError, match="cannot be"):
        preferences.save(Home.present(), notify=True)
