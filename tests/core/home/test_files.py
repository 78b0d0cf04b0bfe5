"""Files written whole: never half, never mixed up between threads or processes, nothing left behind."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.errors import StorageError
from core.home import files
from core.home.files import changing, ensure, write_whole, writing

ROOT = Path(__file__).parents[3]


def test_content_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_whole(file, "first ä")
    write_whole(file, memoryview(b"second"), durable=True)
    assert file.read_bytes() == b"second"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_failed_write_leaves_the_old_content_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_whole(file, "old")
    with pytest.raises(IsADirectoryError), writing(file) as partial:
        (partial.write_text("half"), tmp_path.read_bytes())
    assert file.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_threads_that_write_one_file_never_publish_half_of_it(tmp_path: Path) -> None:
    file, contents = tmp_path / "upload.csv", {letter * 300_000 for letter in "abcd"}
    seen: set[str] = set()
    write_whole(file, "a" * 300_000)

    def write(content: str) -> None:
        for _ in range(30):
            write_whole(file, content)
            seen.add(file.read_text())

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen <= contents
    assert [each.name for each in tmp_path.iterdir()] == ["upload.csv"]


def test_changes_of_threads_and_processes_are_all_kept(tmp_path: Path) -> None:
    file = tmp_path / "count.json"
    write_whole(file, "[]")

    def count(name: str) -> None:
        for number in range(20):
            with changing(file):
                write_whole(file, json.dumps([*json.loads(file.read_text()), f"{name} {number}"]))

    code = (
        "import json, sys; from pathlib import Path; from core.home.files import changing, write_whole\n"
        f"file = Path({str(file)!r})\n"
        "for number in range(20):\n"
        "    with changing(file): write_whole(file, json.dumps([*json.loads(file.read_text()), f'p {number}']))"
    )
    threads = [threading.Thread(target=count, args=(name,)) for name in "ab"]
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as process:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert process.wait() == 0
    found = json.loads(file.read_text())
    assert len(found) == len(set(found)) == 60


def test_a_lock_that_somebody_holds_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LOCK_SECONDS", 0.05)
    refused: list[str] = []

    def ask() -> None:
        try:
            with changing(tmp_path / "a.json"):
                pass
        except StorageError as error:
            refused.append(str(error))

    with changing(tmp_path / "a.json"):
        other = threading.Thread(target=ask)
        other.start()
        other.join()
    assert len(refused) == 1
    assert "Another process has been changing" in refused[0]


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="STARBOARD_HOME"):
        ensure(tmp_path / "file" / "folder")
