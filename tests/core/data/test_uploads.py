"""Uploads are kept whole, under a harmless name, and never overwrite each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config.source import Source
from core.data import reading, uploads
from core.errors import DiskFull, StorageError
from core.home.places import Home


def test_the_same_file_is_kept_once_and_another_of_that_name_beside_it(home: Path) -> None:
    first = uploads.store(Home.present().uploads, "reviews.csv", b"one")
    assert uploads.store(Home.present().uploads, "reviews.csv", b"one") == first
    second = uploads.store(Home.present().uploads, "reviews.csv", memoryview(b"two"))
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    assert first.name == second.name == "reviews.csv"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\me\\äpfel 🍎.csv", "äpfel _.csv"),
        ("..", "reviews.csv"),
        ("", "reviews.csv"),
        ("a/b\x00c.csv", "b_c.csv"),
    ],
)
def test_a_name_never_leads_out_of_the_folder(home: Path, name: str, kept: str) -> None:
    path = uploads.store(Home.present().uploads, name, b"x")
    assert path.name == kept
    assert Home.present().uploads in path.parents


def test_a_home_that_cannot_be_written_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("STARBOARD_HOME", str(tmp_path / "file"))
    with pytest.raises(StorageError, match="cannot be created"):
        uploads.store(Home.present().uploads, "reviews.csv", b"x")


def test_an_upload_that_came_to_harm_is_noticed_and_mended_by_uploading_it_again(home: Path) -> None:
    content = b"text,stars\ngood,5\nbad,1\n"
    file = uploads.store(Home.present().uploads, "reviews.csv", content)
    assert reading.read(Source("file", str(file))).notes == ()
    file.write_bytes(content.replace(b"5", b"4"))
    (said,) = reading.read(Source("file", str(file))).notes
    assert str(said) == "reviews.csv is not as it was uploaded: its content has changed since."
    assert uploads.store(Home.present().uploads, "reviews.csv", content) == file
    assert file.read_bytes() == content
    elsewhere = file.parents[2] / "a.csv"
    elsewhere.write_bytes(content)
    assert reading.read(Source("file", str(elsewhere))).notes == ()


def test_a_full_disk_is_said_of_an_upload(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads, "write_whole", full)
    with pytest.raises(DiskFull):
        uploads.store(Home.present().uploads, "reviews.csv", b"text,stars\n")
