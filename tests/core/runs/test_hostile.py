"""Run folders whose files are JSON, but not what is written there: each is a problem of its own run and of no other."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.config import RunConfig
from core.errors import RunError
from core.home.places import Home
from core.runs import checkpoints, leftovers, recovery
from core.runs.run import Status
from core.runs.store import Store
from core.work.worker import Worker
from tests.core.runs import folders
from tests.core.work.trainings import tiny, wait_for

ROOT = Path(__file__).parents[3]
STATE: dict[str, Any] = {"global_step": 5, "max_steps": 10, "epoch": 1.0, "log_history": []}
STATES: dict[str, str] = {
    "an empty object": "{}",
    "an array": "[]",
    "a number": "7",
    "a key of another name": json.dumps({"globalStep": 5, "max_steps": 10, "epoch": 1.0, "log_history": []}),
    "a step that no database takes": json.dumps(STATE | {"global_step": 10**19}),
    "a negative step": json.dumps(STATE | {"global_step": -1}),
    "another step than its name": json.dumps(STATE | {"global_step": 4}),
    "an epoch that is no number": '{"global_step": 5, "max_steps": 10, "epoch": NaN, "log_history": []}',
    "a log of words": json.dumps(STATE | {"log_history": ["loss"]}),
    "a log without steps": json.dumps(STATE | {"log_history": [{"loss": 1.0}]}),
    "a log with a step of words": json.dumps(STATE | {"log_history": [{"step": "five", "loss": 1.0}]}),
    "nested a thousand deep": "[" * 1000 + "]" * 1000,
    "nested a hundred thousand deep": '{"a":' * 100_000 + "1" + "}" * 100_000,
}
HEADERS: dict[str, object] = {
    "offsets of one": {"w": {"dtype": "F32", "shape": [1], "data_offsets": [0]}},
    "offsets of words": {"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, "four"]}},
    "a list": [1, 2],
    "a tensor that is a number": {"w": 7},
    "a number": 7,
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Home(tmp_path / "home"))


def header(content: object) -> bytes:
    raw = json.dumps(content).encode()
    return len(raw).to_bytes(8, "little") + raw + bytes(4)


@pytest.mark.parametrize("kind", STATES)
def test_a_checkpoint_with_an_odd_state_does_not_count(kind: str, tmp_path: Path) -> None:
    whole, odd = folders.checkpoint(tmp_path, 2), folders.checkpoint(tmp_path, 5)
    (odd / "trainer_state.json").write_text(STATES[kind])
    assert not checkpoints.is_whole(odd)
    assert checkpoints.last(tmp_path) == whole


@pytest.mark.parametrize("kind", HEADERS)
def test_a_model_with_an_odd_header_is_not_whole(kind: str, tmp_path: Path) -> None:
    model = folders.model(tmp_path / "model")
    (model / "model.safetensors").write_bytes(header(HEADERS[kind]))
    assert not leftovers.is_whole_model(model)


@pytest.mark.parametrize("kind", STATES)
def test_a_dead_run_with_an_odd_state_keeps_no_other_from_going_on(kind: str, store: Store, tiny_model: Path) -> None:
    code = "store.set_status(run.id, Status.TRAINING)\nfolders.checkpoint(store.folder(run.id), 5)"
    dead = folders.died_after(store, code)
    (store.folder(dead) / "checkpoints" / "checkpoint-5" / "trainer_state.json").write_text(STATES[kind])
    waiting = store.create(RunConfig())
    assert recovery.recover(store).interrupted == (dead,)
    assert [run.status for run in store.runs()] == [Status.QUEUED, Status.INTERRUPTED]
    claimed = store.claim()
    assert claimed is not None
    assert claimed.id == waiting.id


def test_a_dead_run_whose_files_cannot_be_read_is_interrupted_like_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = folders.died_after(store, "store.set_status(run.id, Status.TRAINING)")

    def refuse(_folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(leftovers, "clean", refuse)
    assert recovery.recover(store).interrupted == (dead,)


def test_a_defect_in_bringing_the_home_in_order_does_not_end_the_training_thread(
    store: Store, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(_store: Store) -> None:
        raise KeyError("max_steps")

    monkeypatch.setattr(recovery, "recover", defect)
    run = store.create(tiny(tiny_model))
    worker = Worker(store)
    wait_for(lambda: store.get(run.id).status is Status.FINISHED)
    assert worker.alive
    worker.shut_down()


def elsewhere(tmp_path: Path) -> Path:
    """The folder of a finished run, of another home."""
    other = Store(Home(tmp_path / "other"))
    return other.folder(folders.finished(other))


ROWS: dict[str, dict[str, Any]] = {
    "a step that no database takes": {"step": 10**19},
    "a generation of words": {"generation": "one"},
    "a status of its own": {"status": "flying"},
    "tags that are a number": {"tags": 7},
    "scores that are words": {"eval": {"accuracy": "good"}},
    "facts that are a list": {"facts": [1]},
    "a time that never comes": {"created": 1e300},
    "a failure that is a list": {"failure": [1, 2]},
    "a name that is an object": {"name": {"a": 1}},
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_with_an_odd_field_is_made_up_for_by_the_other_files(kind: str, store: Store, tmp_path: Path) -> None:
    folder = elsewhere(tmp_path)
    raw = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(raw | ROWS[kind]))
    (folder / "config.json").write_text(RunConfig().model_dump_json())
    run = recovery.adopt(store, folder)
    shown(store, run.id)
    assert run.status is Status.FINISHED
    assert run.step == 10


EVENTS = [
    {"kind": "train", "step": 3, "epoch": 0.5, "seconds": 1, "values": {"loss": "low"}},
    {"kind": "train", "step": 10**19, "epoch": 0.5, "seconds": 1, "values": {"loss": 1.0}},
    {"kind": "phase", "step": 3, "epoch": 0.5, "seconds": 1, "values": {"phase": 7}},
    {"kind": "message", "step": 3, "epoch": 0.5, "seconds": 1, "values": {"text": [1], "template": {}, "values": 3}},
    {"kind": "eval", "step": 3, "epoch": 0.5, "seconds": 1, "values": {"accuracy": {"a": 1}}},
    {"kind": "train", "step": 3, "epoch": -1, "seconds": 1, "values": {}},
]


@pytest.mark.parametrize("event", EVENTS)
def test_events_up_to_an_odd_one_are_taken(event: dict[str, Any], store: Store, tmp_path: Path) -> None:
    folder = elsewhere(tmp_path)
    lines = (folder / "events.jsonl").read_text().splitlines()
    (folder / "events.jsonl").write_text("\n".join([*lines[:3], json.dumps(event), *lines[3:]]) + "\n")
    run = recovery.adopt(store, folder)
    shown(store, run.id)
    assert [each.step for each in store.events(run.id, kinds=("train",))][-1] == 10


def shown(store: Store, run_id: str) -> None:
    """See that the commands that read a run can show it."""
    env = os.environ | {"STARBOARD_HOME": str(store.home.path)}
    code = (
        "from core.cli.main import main\n"
        f"for command in (['show', {run_id!r}], ['runs'], ['events', {run_id!r}, '--json'], ['script', {run_id!r}]):\n"
        "    assert main(command) == 0\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("kind", STATES)
def test_a_folder_that_is_refused_leaves_nothing_behind(kind: str, store: Store, tmp_path: Path) -> None:
    folder = elsewhere(tmp_path)
    shutil.rmtree(folder / "model")
    (folder / "checkpoints" / "checkpoint-10" / "trainer_state.json").write_text(STATES[kind])
    with pytest.raises(RunError) as caught:
        recovery.adopt(store, folder)
    assert len(str(caught.value)) < 500
    assert store.runs() == []
    assert list(store.home.runs.glob("*")) == list(store.home.runs.glob(".*")) == []


def test_a_row_that_the_database_refuses_leaves_no_folder(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.runs import rows

    def refuse(*_: object) -> None:
        raise OverflowError("Python int too large to convert to SQLite INTEGER")

    folder = elsewhere(tmp_path)
    monkeypatch.setattr(rows, "from_record", refuse)
    with pytest.raises(RunError, match="cannot be read as a run"):
        recovery.adopt(store, folder)
    assert list(store.home.runs.iterdir()) == []


@pytest.mark.parametrize("kind", ["pipe", "link", "link in a checkpoint"])
def test_what_is_no_ordinary_file_is_refused_at_once(kind: str, store: Store, tmp_path: Path) -> None:
    folder = elsewhere(tmp_path)
    if kind == "pipe":
        os.mkfifo(folder / "model" / "extra.safetensors")
    elif kind == "link":
        (folder / "model" / "extra.json").symlink_to("/etc/passwd")
    else:
        (folder / "checkpoints" / "checkpoint-10" / "extra").symlink_to("/")
    with pytest.raises(RunError, match="is no ordinary file"):
        recovery.adopt(store, folder)
    copied = store.home.runs / "20260102-030405-abcd"
    shutil.copytree(folder, copied, symlinks=True, ignore=shutil.ignore_patterns("extra.safetensors"))
    if kind == "pipe":
        os.mkfifo(copied / "model" / "extra.safetensors")
    assert recovery.recover(store).unreadable == (copied.name,)


def test_one_folder_adopted_by_many_at_once_is_whole_in_each(store: Store, tmp_path: Path) -> None:
    folder = elsewhere(tmp_path)
    env = os.environ | {"STARBOARD_HOME": str(store.home.path)}
    command = [sys.executable, "-m", "core", "adopt", str(folder), "--json"]
    started = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for each in started:
        said, error = each.communicate()
        assert each.returncode == 0, error
        assert json.loads(said)["status"] == "finished"
    assert len(store.runs()) == 4
    for run in store.runs():
        assert leftovers.is_whole_model(store.folder(run.id) / "model")
        assert checkpoints.last(store.folder(run.id)) is not None


def test_a_run_that_cannot_be_read_does_not_hide_the_others(store: Store) -> None:
    first, second = store.create(RunConfig()), store.create(RunConfig())
    with store.database.transaction() as connection:
        connection.execute("UPDATE runs SET config = ? WHERE id = ?", ('{"later": true}', first.id))
    assert [run.id for run in store.runs()] == [second.id]


@pytest.mark.parametrize(
    "name", ["~nosuchuser/x", "~\0", "a\0b", "/dev/zero", "a" * 5000, "/a" * 3000, "\udcff", "nowhere"]
)
def test_a_path_to_no_folder_is_named(name: str, store: Store) -> None:
    with pytest.raises(RunError, match="There is no folder") as caught:
        recovery.adopt(store, Path(name))
    assert len(str(caught.value)) < 500
