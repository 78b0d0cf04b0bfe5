"""Homes that cannot be written are read all the same, and whatever wants to write says why it cannot."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.cli.main import main
from core.errors import NoPermission, ReadOnly, StorageError
from core.home import places
from core.home.places import Home
from core.messages import Message
from core.runs import frozen, recovery
from core.runs.run import Status
from core.runs.store import Store
from core.work.actions import Actions
from tests.core.runs import folders

Freeze = Callable[[Path], Home]


@pytest.fixture
def freeze(tmp_path: Path) -> Iterator[Freeze]:
    """Mounts a folder at another place, where it cannot be written."""
    place = tmp_path / "mounted"
    place.mkdir()

    def mount(folder: Path) -> Home:
        command = ["mount", "--bind", str(folder), str(place)]
        if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("this user may not mount")
        subprocess.run(["mount", "-o", "remount,ro,bind", str(place)], check=True)
        return Home(place)

    yield mount
    # Lazily: a database may still be open there.
    subprocess.run(["umount", "--lazy", str(place)], capture_output=True)


def written(home: Home) -> str:
    """A run in a home that nobody has open any more."""
    store = Store(home)
    run_id = folders.finished(store)
    for each in store.database._idle:
        each.connection.close()
    return run_id


def left_open(home: Home) -> str:
    """A run in a home whose process went without closing it."""
    program = (
        "import os; from pathlib import Path; from core.home.places import Home; from core.runs.store import Store\n"
        f"from tests.core.runs import folders; store = Store(Home(Path({str(home.path)!r})))\n"
        "print(folders.finished(store), flush=True); os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=folders.ROOT, capture_output=True, text=True)
    assert not done.stderr
    return done.stdout.strip()


def files(home: Home) -> dict[str, bytes]:
    # The index of the log is shared memory: readers note in it what they are at.
    return {
        str(each): each.read_bytes() for each in home.path.rglob("*") if each.is_file() and each.suffix != ".db-shm"
    }


@pytest.mark.parametrize("left", ["nothing", "log and index", "log alone"])
def test_everything_committed_is_read_whatever_a_process_left(left: str, tmp_path: Path, freeze: Freeze) -> None:
    home = Home(tmp_path / "home")
    run_id = written(home) if left == "nothing" else left_open(home)
    if left == "log alone":
        home.database.with_name("starboard.db-shm").unlink()
    assert home.database.with_name("starboard.db-wal").exists() == (left != "nothing")
    before, there = files(home), freeze(home.path)
    store = Store(there)
    assert [run.id for run in store.runs()] == [run_id]
    assert store.get(run_id).eval == {"loss": 1.5, "accuracy": 0.6}
    assert [event.step for event in store.events(run_id, kinds=("train",))] == list(range(1, 11))
    with pytest.raises(ReadOnly, match="mounted read-only"):
        folders.emit(store, run_id, 11)
    with pytest.raises(ReadOnly, match="mounted read-only"):
        recovery.recover(store)
    assert files(home) == before
    assert len(store.events(run_id, kinds=("train",))) == 10


def test_what_somebody_else_writes_is_seen(tmp_path: Path, freeze: Freeze) -> None:
    home = Home(tmp_path / "home")
    run_id = written(home)
    reader = Store(freeze(home.path))
    assert reader.get(run_id).step == 10
    writer = Store(home)
    for step in (11, 12):
        folders.emit(writer, run_id, step)
        assert reader.get(run_id).step == step
    run = writer.claim(writer.requeue(folders.died_after(writer, "")).id)
    assert run is not None
    assert reader.get(run.id).status is Status.PREPARING, "its lock is seen too"


def test_a_database_of_an_earlier_version_is_read_from_a_copy(tmp_path: Path, freeze: Freeze) -> None:
    home = Home(tmp_path / "home")
    run_id = written(home)
    with closing(sqlite3.connect(home.database)) as connection:
        for name in ("notes", "tags"):
            connection.execute(f"ALTER TABLE runs DROP COLUMN {name}")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    store = Store(freeze(home.path))
    assert (store.get(run_id).notes, store.get(run_id).step) == ("", 10)
    with pytest.raises(ReadOnly):
        store.describe(run_id, notes="x")


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_without_a_database_the_run_folders_are_read(harm: str, tmp_path: Path, freeze: Freeze) -> None:
    home = Home(tmp_path / "home")
    run_id = written(home)
    home.database.unlink()
    if harm == "damaged":
        home.database.write_bytes(b"no database" * 1000)
    store = Store(freeze(home.path))
    assert store.get(run_id).status is Status.FINISHED
    assert len(store.events(run_id, kinds=("train",))) == 10


def test_a_log_that_cannot_be_copied_is_said(tmp_path: Path, freeze: Freeze, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    left_open(home)
    home.database.with_name("starboard.db-shm").unlink()
    there = freeze(home.path)
    monkeypatch.setattr(tempfile, "tempdir", str(there.path))
    with pytest.raises(StorageError, match=r"without being copied, which failed.*TMPDIR"):
        Store(there)


def test_commands_that_read_work_and_others_name_the_cause(
    tmp_path: Path,
    tiny_model: Path,
    freeze: Freeze,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = Home(tmp_path / "home")
    run_id = written(home)
    shutil.rmtree(home.run(run_id) / "model")
    shutil.copytree(tiny_model, home.run(run_id) / "model")
    monkeypatch.setenv(places.VARIABLE, str(freeze(home.path).path))
    config = tmp_path / "config.json"
    config.write_text("{}")
    for reads in (["runs"], ["show", run_id], ["events", run_id], ["trash"], ["predict", run_id, "Nice."]):
        assert main(reads) == 0, capsys.readouterr().err
        capsys.readouterr()
    changes = [
        ["stop", run_id],
        ["note", run_id, "x"],
        ["delete", run_id],
        ["trash", "--empty"],
        ["resume", run_id, "--epochs", "9"],
        ["train", str(config)],
    ]
    for command in changes:
        assert main(command) == 2
        said = capsys.readouterr().err
        assert "mounted read-only" in said, command
        assert len(said) < 500
    with pytest.raises(ReadOnly):
        Actions(Home.present()).clean_up()


def test_another_users_home_is_read(tmp_path: Path) -> None:
    # A user who is nobody may not enter the folders that pytest makes.
    with tempfile.TemporaryDirectory(prefix="starboard-test-") as folder:
        home = Home(Path(folder) / "home")
        run_id = written(home)
        Path(folder).chmod(0o755)
        for each in [home.path, *home.path.rglob("*")]:
            each.chmod(0o555 if each.is_dir() else 0o444)
        program = (
            "import os; from pathlib import Path; from core.runs.store import Store\n"
            "from core.home.places import Home\n"
            "from core.errors import StorageError; import core.runs.frozen\n"
            "if os.getuid() == 0: os.setgroups([]); os.setegid(65534); os.seteuid(65534)\n"
            f"store = Store(Home(Path({str(home.path)!r}))); print(store.get({run_id!r}).step)\n"
            f"try: store.request_stop({run_id!r})\n"
            "except StorageError as error: print(error.kind, error)\n"
        )
        words = [sys.executable, "-c", program]
        done = subprocess.run(words, cwd=folders.ROOT, capture_output=True, text=True, env=os.environ)
        for each in [home.path, *(each for each in home.path.rglob("*") if each.is_dir())]:
            each.chmod(0o755)
    first, second = done.stdout.splitlines()
    assert first == "10", done.stderr
    assert second.startswith(NoPermission.__name__)
    assert "Permission denied" in second


def test_a_disk_that_becomes_read_only_in_use_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Store(Home(tmp_path)).database

    def write() -> None:
        with database.transaction():
            # The kernel lets nobody remount a disk with open files; it does so itself when the disk fails.
            monkeypatch.setattr(frozen, "unwritable", lambda *_: ReadOnly(Message("mounted read-only")))
            raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(ReadOnly, match="mounted read-only"):
        write()


def test_a_home_that_can_be_written_is_not_frozen(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert frozen.why(home) is None, "it is yet to be made"
    folders.finished(Store(home))
    assert frozen.why(home) is None
