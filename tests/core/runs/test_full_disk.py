"""A disk that is full to the last byte: what is stored can be read, and room be made, with Starboard itself."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.faulting.disk import mounted
from core.config import RunConfig
from core.data import hub_failures
from core.errors import DiskFull, disk_full
from core.home.places import Home
from core.models import failures as models
from core.runs import disk, leftovers, record, recovery, schema, trash
from core.runs.run import Failure, Status
from core.runs.store import Store
from core.training.failures import explain
from core.work import execution
from core.work.actions import Actions
from tests.core.runs import folders

ROOT = Path(__file__).parents[3]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    context = mounted(tmp_path / "disk", "8m")
    try:
        found = context.__enter__()
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"a tmpfs cannot be mounted here: {error}")
    try:
        yield found
    finally:
        context.__exit__(None, None, None)


def fill(place: Path) -> None:
    """Write to a disk until it takes not a byte more."""
    for size in (1 << 16, 1):
        ballast = place / f"ballast-{size}-{len(list(place.iterdir()))}"
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as stream:
            while True:
                stream.write(bytes(size))
    assert os.statvfs(place).f_bavail == 0


def closed(store: Store) -> None:
    """Let go of a database, as when the process ends: its log and the index of that are gone then."""
    for each in store.database._idle:
        each.connection.close()
    assert not store.home.database.with_name("starboard.db-shm").exists()


def say(home: Path, *commands: list[str]) -> list[str]:
    """What commands say, each in its turn in one process that opens the database anew; all succeed."""
    code = (
        "import sys, json\nfrom core.cli.main import main\n"
        "for command in json.loads(sys.argv[1]):\n    print('>>>')\n    assert main(command) == 0, command\n"
    )
    env = os.environ | {"STARBOARD_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(commands)], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(">>>\n")[1:]


def test_without_a_free_byte_runs_are_shown_and_deleted_and_the_trash_is_emptied(place: Path) -> None:
    home = Home(place / "home")
    store = Store(home)
    first, second, third = (folders.finished(store) for _ in range(3))
    trash.delete(store, third)
    closed(store)
    fill(place)
    shown, one, events, bin_, _, left, _, again = say(
        home.path,
        ["runs"],
        ["show", first],
        ["events", first],
        ["trash"],
        ["delete", first],
        ["runs", "--json"],
        ["trash", "--empty"],
        ["runs", "--json"],
    )
    assert first in shown
    assert second in shown
    assert "finished at step 10" in one
    assert events.count("\n") == 12
    assert third in bin_
    # The row of a run that is moved without any room goes with the first room there is.
    assert {run["run"] for run in json.loads(left)} == {first, second}
    assert [run["run"] for run in json.loads(again)] == [second]
    assert os.statvfs(place).f_bavail > 0
    assert leftovers.is_whole_model(home.run(second) / "model")


def test_a_reserve_lets_a_run_be_deleted_and_noted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "ROOMY_BYTES", 1 << 20)
    actions = Actions(Home(place / "home"))
    actions.recover()
    run_id = folders.finished(actions.store)
    assert actions.home.reserve.stat().st_size == disk.RESERVE_BYTES
    fill(place)
    actions.delete([run_id])
    assert not actions.home.reserve.exists()
    assert actions.store.runs() == []
    assert actions.empty_trash() > 0
    actions.recover()
    assert actions.home.reserve.exists(), "there is room again"


def test_a_run_deleted_without_room_comes_back_whole(place: Path) -> None:
    store = Store(Home(place / "home"))
    run_id = folders.finished(store)
    events = store.events(run_id)
    fill(place)
    trash.delete(store, run_id)
    assert [each.id for each in trash.entries(store)] == [run_id]
    assert trash.restore(store, run_id).status is Status.FINISHED
    assert store.events(run_id) == events
    trash.delete(store, run_id)
    for each in place.glob("ballast*"):
        each.unlink()
    # A start finds it in the trash, notes there what the database knew, and forgets it.
    (store.home.trash / run_id / "events.jsonl").unlink()
    recovery.recover(store)
    assert store.runs() == []
    trash.restore(store, run_id)
    assert [each.values for each in store.events(run_id)] == [each.values for each in events]


def test_a_database_that_refuses_the_deletion_keeps_the_run_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(Home(tmp_path / "home"))
    run_id = folders.finished(store)
    original = Path.rename

    def then_fail(path: Path, target: Path) -> Path:
        original(path, target)
        monkeypatch.setattr(Path, "rename", original)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(Path, "rename", then_fail)
    with pytest.raises(Exception, match="cannot be used"):
        trash.delete(store, run_id)
    assert store.get(run_id).status is Status.FINISHED
    assert (store.folder(run_id) / "model").is_dir()
    assert trash.entries(store) == []


def test_who_reads_on_a_full_disk_keeps_nobody_out(place: Path) -> None:
    store = Store(Home(place / "home"))
    run_id = folders.finished(store)
    closed(store)
    fill(place)
    here = Store(Home(place / "home"))
    with here.database.connection() as connection:
        assert isinstance(connection, schema.Alone)
    assert recovery.recover(here).interrupted == ()
    (said,) = say(place / "home", ["runs"])
    assert run_id in said
    for each in place.glob("ballast*"):
        each.unlink()
    assert here.create(RunConfig()).status is Status.QUEUED


def test_why_a_run_failed_is_kept_though_the_database_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(Home(tmp_path / "home"))
    run = store.create(RunConfig(), claimed=True)

    def full(*_: object, **__: object) -> None:
        raise disk_full()

    with monkeypatch.context() as patched:
        patched.setattr(store, "set_status", full)
        patched.setattr(execution, "RETRY_SECONDS", 0.0)
        why = RuntimeError("basic_ios::clear: iostream error")
        with pytest.raises(DiskFull, match="The disk is full"):
            execution._end_as_failed(store, run, why, threading.Event(), 2)
    assert store.get(run.id).status is Status.PREPARING
    # The process ends.
    with store.database.transaction() as connection:
        connection.execute("UPDATE runs SET pid = 1, pid_started = 1.0")
    assert store.get(run.id).status is Status.INTERRUPTED
    assert recovery.recover(store).interrupted == (run.id,)
    found = store.get(run.id)
    assert (found.status, found.failure) == (Status.FAILED, Failure.of(disk_full()))
    assert [each.values["phase"] for each in store.events(run.id)] == ["failed"]
    assert not (store.folder(run.id) / record.FAILURE).exists()
    assert "iostream" in (store.folder(run.id) / "error.log").read_text()


def writers(place: Path, spare: Path) -> dict[str, Callable[[], object]]:
    """What writes in a training, each with more than a full disk takes."""
    import numpy as np
    import pyarrow as pa
    import torch
    from safetensors.torch import save_file

    from core.home.files import write_whole

    tensors = {"weight": torch.ones(1 << 21)}
    (spare / "folder").mkdir()
    (spare / "folder" / "big").write_bytes(bytes(8 << 20))

    def arrow() -> None:
        table = pa.table({"n": np.arange(1 << 20)})
        with pa.OSFile(str(place / "x.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)

    def database() -> None:
        with Store(Home(spare)).database.transaction() as connection:
            # As a log that finds no room.
            connection.execute(f"ATTACH '{place / 'x.db'}' AS full")
            connection.execute("CREATE TABLE full.t (x)")
            connection.execute("INSERT INTO full.t VALUES (zeroblob(8000000))")

    return {
        "safetensors": lambda: save_file(tensors, place / "x.safetensors"),
        "torch": lambda: torch.save(tensors, place / "x.pt"),
        "torch, a small file": lambda: torch.save(tensors["weight"][:2000].clone(), place / "x.pt"),
        "torch, as it was": lambda: torch.save(tensors, place / "x.pt", _use_new_zipfile_serialization=False),
        "arrow": arrow,
        "a file": lambda: write_whole(place / "x.json", "x" * (8 << 20)),
        "a copied folder": lambda: shutil.copytree(spare / "folder", place / "x"),
        "the database": database,
    }


def test_whoever_meets_a_full_disk_and_whatever_it_says_it_is_a_full_disk(place: Path, tmp_path: Path) -> None:
    fill(place)
    for name, write in writers(place, tmp_path).items():
        with pytest.raises(Exception) as caught:  # noqa: PT011 - each library has its own
            write()
        found = explain(caught.value, RunConfig())
        assert type(found) is DiskFull, (name, caught.value)
        assert found.message == "The disk is full; what was saved before is kept."
    wrapped = OSError("Can't load the model")
    wrapped.__cause__ = RuntimeError("Data processing error: No space left on device (os error 28)")
    assert type(explain(wrapped, RunConfig())) is DiskFull
    said = models.explain("acme/model", wrapped, local=False, offline=False)
    assert type(said) is DiskFull
    assert hub_failures.failure_of(wrapped).kind == "full"
