"""What a browser may do: who opens the dashboard, which files it may name."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from core.errors import AccessError, ConfigError
from core.home import access
from core.home.access import Access
from core.home.places import Home

TOKEN = "0123456789abcdef"


@pytest.fixture
def given(tmp_path: Path) -> Access:
    """A dashboard that was given one folder, `tables`, in which lies `reviews.csv`; `secret.csv` lies beside it."""
    (tmp_path / "tables" / "deep").mkdir(parents=True)
    (tmp_path / "tables" / "reviews.csv").write_text("text,stars\n")
    (tmp_path / "secret.csv").write_text("text,stars\n")
    (tmp_path / "tables-of-others").mkdir()
    (tmp_path / "tables-of-others" / "secret.csv").write_text("text,stars\n")
    (tmp_path / "tables" / "link.csv").symlink_to(tmp_path / "secret.csv")
    (tmp_path / "tables" / "out").symlink_to(tmp_path)
    (tmp_path / "tables" / "loop").symlink_to(tmp_path / "tables" / "loop")
    return access.present(Home(tmp_path / "home"), {access.FOLDERS: str(tmp_path / "tables")})


def test_nothing_is_asked_and_no_file_may_be_named_unless_somebody_says_so(tmp_path: Path) -> None:
    found = access.present(Home(tmp_path), {})
    assert (found.token, found.folders, found.names_files) == ("", (), False)
    with pytest.raises(AccessError):
        found.check(tmp_path / "reviews.csv")


def test_where_a_token_is_asked_for_the_owner_may_name_every_file(tmp_path: Path) -> None:
    found = access.present(Home(tmp_path), {access.TOKEN: TOKEN})
    assert found.names_files
    found.check("/etc/hostname")
    told = access.present(Home(tmp_path), {access.TOKEN: TOKEN, access.FOLDERS: ""})
    assert not told.names_files, "the operator's word counts more"


def test_files_below_a_folder_that_was_given_may_be_named(given: Access, tmp_path: Path) -> None:
    for name in ("reviews.csv", "deep/missing.csv", "deep/../reviews.csv", "."):
        given.check(tmp_path / "tables" / name)


def test_uploads_may_be_named(given: Access, tmp_path: Path) -> None:
    given.check(tmp_path / "home" / "uploads" / "0123" / "reviews.csv")
    with pytest.raises(AccessError):
        given.check(tmp_path / "home" / "starboard.db")


@pytest.mark.parametrize(
    "name",
    [
        "{top}/secret.csv",
        "{top}/tables/../secret.csv",
        "{top}/tables/link.csv",
        "{top}/tables/out/secret.csv",
        "{top}/tables/loop",
        "{top}/tables-of-others/secret.csv",
        "{top}/nowhere/at all.csv",
        "/etc/passwd",
        "/proc/self/environ",
        "~/reviews.csv",
        "~nosuchuser/reviews.csv",
        "reviews.csv",
        "\0",
        "x" * 10_000,
        "",
    ],
)
def test_every_other_name_has_the_same_answer(given: Access, tmp_path: Path, name: str) -> None:
    with pytest.raises(AccessError) as found:
        given.check(name.format(top=tmp_path))
    assert str(found.value) == (
        "The dashboard reads no files outside of the folders that it was given. "
        "Upload the file, or start the dashboard with STARBOARD_DATA set to its folder."
    )


def test_the_home_keeps_its_token_for_the_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    first = access.present(home, {access.TOKEN: "auto"})
    assert len(first.token) == 64
    assert stat.S_IMODE(home.token.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o700
    assert access.present(home, {access.TOKEN: "AUTO"}).token == first.token, "a bookmark holds over a restart"
    home.token.write_text("short")
    assert len(access.present(home, {access.TOKEN: "auto"}).token) == 64
    assert first.token not in repr(first)


def test_a_home_that_cannot_be_written_gets_a_token_for_this_start(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    assert len(access.present(Home(tmp_path / "home"), {access.TOKEN: "auto"}).token) == 64


@pytest.mark.parametrize("word", ["", "off", "OFF", "  "])
def test_no_token_is_asked_for_where_it_is_off(tmp_path: Path, word: str) -> None:
    assert access.present(Home(tmp_path), {access.TOKEN: word}).token == ""


@pytest.mark.parametrize("word", ["1234", "short", "wörter für alle", "two words of a token", "tab\tin a token itself"])
def test_a_token_that_can_be_guessed_is_refused(tmp_path: Path, word: str) -> None:
    with pytest.raises(ConfigError, match="at least 16 letters and digits") as found:
        access.present(Home(tmp_path), {access.TOKEN: word})
    assert word not in str(found.value), "it may be close to the real one"


def test_only_the_token_is_the_token(tmp_path: Path) -> None:
    found = access.present(Home(tmp_path), {access.TOKEN: TOKEN})
    assert found.knows(TOKEN)
    assert not any(map(found.knows, ("", TOKEN[:-1], TOKEN + "0", TOKEN.upper(), "é" * 16)))
    assert not access.present(Home(tmp_path), {}).knows("")


def test_folders_are_separated_as_in_path_and_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    named = os.pathsep.join([str(tmp_path / "a"), "", str(tmp_path / "b")])
    assert access.present(Home(tmp_path), {access.FOLDERS: named}).folders == (tmp_path / "a", tmp_path / "b")
    with pytest.raises(ConfigError, match="which is not a folder"):
        access.present(Home(tmp_path), {access.FOLDERS: str(tmp_path / "c")})
