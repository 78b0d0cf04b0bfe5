"""What is kept: found again by another process, forgotten when the file changes, never trusted when damaged."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.config.source import Source
from core.errors import ColumnError
from core.home.places import Home
from core.inspection import cache
from core.messages import Message


@dataclass(frozen=True)
class Kept:
    words: list[str]


@pytest.fixture
def source(home: Path, tmp_path: Path) -> Source:
    path = tmp_path / "reviews.csv"
    path.write_text("text,stars\ngood,5\n", encoding="utf-8")
    return Source("file", str(path))


def forget() -> None:
    """As another process is: with nothing in memory."""
    cache._memory.clear()


def test_what_was_kept_of_a_file_is_found_again_by_another_process(source: Source) -> None:
    cache.store(Home.present(), cache.key_of(source, "text", "stars"), Kept(["é", "好"]))
    forget()
    assert cache.find(Home.present(), cache.key_of(source, "text", "stars"), Kept) == Kept(["é", "好"])
    assert cache.find(Home.present(), cache.key_of(source, "text", None), Kept) is None


@pytest.mark.parametrize("change", ["size", "time"])
def test_a_file_that_changed_has_nothing_kept(source: Source, change: str) -> None:
    cache.store(Home.present(), cache.key_of(source), Kept(["old"]))
    path = source.path
    if change == "size":
        path.write_text("text,stars\nbad,1\nbad,1\n", encoding="utf-8")
    else:
        os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert cache.find(Home.present(), cache.key_of(source), Kept) is None


def test_what_changed_while_it_was_read_is_not_written_down(source: Source) -> None:
    before = cache.key_of(source)
    source.path.write_text("other", encoding="utf-8")
    cache.store(Home.present(), before, Kept(["half old, half new"]))
    assert not list(Home.present().cache.rglob("*.json"))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"words": 3}', b"\xff\xfe", b"null", b"[" * 100_000])
def test_a_damaged_file_is_as_none(source: Source, content: bytes) -> None:
    cache.store(Home.present(), cache.key_of(source), Kept(["good"]))
    (file,) = Home.present().cache.rglob("*.json")
    file.write_bytes(content)
    forget()
    assert cache.find(Home.present(), cache.key_of(source), Kept) is None


def test_files_are_bounded_and_the_newest_stay(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_ON_DISK", 3)
    for number in range(6):
        cache.store(Home.present(), cache.key_of(source, str(number)), Kept([]))
        newest = max(Home.present().cache.rglob("*.json"), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, ns=(number, number))
    assert len(list(Home.present().cache.rglob("*.json"))) == 3
    forget()
    assert cache.find(Home.present(), cache.key_of(source, "5"), Kept) is not None


def test_a_home_that_cannot_be_written_keeps_in_memory(source: Source, home: Path) -> None:
    home.write_text("a file where the folder should be", encoding="utf-8")
    cache.store(Home.present(), cache.key_of(source), Kept(["here"]))
    assert cache.find(Home.present(), cache.key_of(source), Kept) == Kept(["here"])


def test_an_error_is_raised_anew_each_time(source: Source) -> None:
    key = cache.key_of(source)
    cache.store_error(key, Kept, ColumnError(Message("There is no column 'x'."), Message("Choose another.")))
    raised = []
    for _time in range(2):
        with pytest.raises(ColumnError, match="There is no column 'x'") as caught:
            cache.find(Home.present(), key, Kept)
        raised.append(caught.value)
    assert raised[0] is not raised[1]


def test_other_sources_are_kept_in_memory_alone(home: Path) -> None:
    cache.store(Home.present(), cache.key_of(Source("sample", "reviews"), "a test"), Kept(["x"]))
    assert cache.find(Home.present(), cache.key_of(Source.parse(" sample:reviews "), "a test"), Kept) == Kept(["x"])
    assert not home.exists()


@pytest.mark.parametrize("source", ["file:/nowhere.csv", "file:a\0b", f"file:{'x' * 5000}", "file:~nobody/x.csv", "x"])
def test_a_path_that_leads_nowhere_has_a_key_too(source: str) -> None:
    assert cache.key_of(Source.parse(source)).stamp == ()


def test_a_file_with_one_letter_changed_is_as_none(source: Source) -> None:
    cache.store(Home.present(), cache.key_of(source), Kept(["good"]))
    (file,) = (Home.present().cache / "reports").iterdir()
    file.write_bytes(file.read_bytes().replace(b"good", b"food"))
    forget()
    assert cache.find(Home.present(), cache.key_of(source), Kept) is None
