"""Uploads are kept whole, under a harmless name, and never overwrite each other."""

from __future__ import annotations

import os
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


def test_uploads_are_listed_the_latest_first_and_nothing_else_is(home: Path, tmp_path: Path) -> None:
    folder = Home.present().uploads
    assert uploads.listed(folder) == []
    first = uploads.store(folder, "first.csv", b"one")
    second = uploads.store(folder, "second.csv", b"two!")
    os.utime(first, (1, 1))
    (folder / "notes.txt").write_text("mine")
    (folder / "mine").mkdir()
    (folder / "mine" / "reviews.csv").write_text("mine")
    (second.parent / ".second.csv.x.partial").write_text("half")
    (second.parent / "link.csv").symlink_to(tmp_path)
    found = uploads.listed(folder)
    assert [(each.path, each.bytes) for each in found] == [(second, 4), (first, 3)]
    assert found[1].when == 1


def test_an_upload_is_deleted_and_its_folder_with_the_last_one(home: Path) -> None:
    folder = Home.present().uploads
    file, twin = uploads.store(folder, "a.csv", b"one"), uploads.store(folder, "b.csv", b"one")
    uploads.delete(folder, file)
    assert [each.path for each in uploads.listed(folder)] == [twin]
    uploads.delete(folder, twin)
    assert not twin.parent.exists()


@pytest.mark.parametrize("path", ["elsewhere.csv", "mine/reviews.csv", "../../reviews.csv"])
def test_nothing_but_an_upload_is_deleted(home: Path, path: str) -> None:
    folder = Home.present().uploads
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("mine")
    with pytest.raises(StorageError, match="none of the uploads"):
        uploads.delete(folder, file)
    assert file.exists()


def test_a_link_in_the_place_of_an_upload_is_left_alone(home: Path, tmp_path: Path) -> None:
    folder = Home.present().uploads
    mine = tmp_path / "mine.csv"
    mine.write_text("mine")
    (folder / ("a" * 12)).mkdir(parents=True)
    link = folder / ("a" * 12) / "link.csv"
    link.symlink_to(mine)
    with pytest.raises(StorageError, match="none of the uploads"):
        uploads.delete(folder, link)
    assert mine.exists()
