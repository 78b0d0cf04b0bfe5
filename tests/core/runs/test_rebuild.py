"""A damaged or lost database is replaced by what the run folders hold; nothing else is taken for damage."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from core.config import RunConfig
from core.errors import StorageError
from core.home import notices
from core.home.places import Home
from core.runs.facts import Facts
from core.runs.run import Status
from core.runs.store import Store
from tests.core.runs import folders

GARBAGE = b"this is not a database, and it is long enough to be looked at" * 20


def lose(home: Path) -> None:
    for file in home.glob("starboard.db*"):
        file.unlink()


def shape(store: Store, run_id: str) -> object:
    run = store.get(run_id)
    events = [(e.kind, e.step, e.epoch, e.seconds, e.values) for e in store.events(run_id)]
    return {**run.to_dict(), "events": events}


def test_a_run_that_ended_comes_back_as_it_was(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run_id = folders.finished(store)
    store.describe(run_id, name="mine", notes="good", tags=["a", "b"])
    before, last = shape(store, run_id), store.events(run_id)[-1].id
    lose(tmp_path)
    again = Store(Home(tmp_path))
    assert shape(again, run_id) == before
    assert again.events(run_id)[0].id > last, "ids go on growing over the loss"
    assert again.get(run_id).generation == 1, "readers start afresh"
    (notice,) = notices.pending(Home(tmp_path))
    assert tuple(map(str, notice.sentences[:2])) == (
        "The run store was missing.",
        "Runs restored from their folders: 1.",
    )


def test_an_open_store_notices_that_its_file_is_gone(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run_id = folders.finished(store)
    lose(tmp_path)
    assert store.get(run_id).status is Status.FINISHED
    folders.emit(store, run_id, 11, "message", text="written to the new one")
    assert Store(Home(tmp_path)).events(run_id)[-1].values == {"text": "written to the new one"}


def test_a_run_under_way_goes_on_writing_after_the_loss(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run = store.create(RunConfig(name="long"), claimed=True)
    store.set_status(run.id, Status.TRAINING)
    for step in range(1, 8):
        folders.emit(store, run.id, step)
    folders.checkpoint(store.folder(run.id), 5)
    lose(tmp_path)
    folders.emit(store, run.id, 8)
    now = store.get(run.id)
    assert (now.status, now.name, now.step) == (Status.PREPARING, "long", 8)
    assert [event.step for event in store.events(run.id, kinds=("train",))] == [1, 2, 3, 4, 5, 8]
    store.set_status(run.id, Status.SAVING)
    store.set_status(run.id, Status.FINISHED)


def test_without_its_record_a_run_has_what_the_checkpoint_tells(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "20260102-030405-abcd"
    folders.checkpoint(folder, 5)
    (folder / "config.json").write_text(RunConfig(name="old").model_dump_json())
    folders.model(folder / "model")
    run = Store(Home(tmp_path)).get("20260102")
    assert (run.status, run.name, run.step, run.total_steps, run.epoch) == (Status.INTERRUPTED, "old", 5, 10, 1.0)
    assert (run.model_step, run.eval) == (5, {"loss": 1.5, "accuracy": 0.05})
    assert run.facts == Facts(classes=("bad", "good"), ratings=(1, 5))
    events = Store(Home(tmp_path)).events(run.id)
    assert [(event.kind, event.step) for event in events] == [
        ("eval", 0),
        *(("train", step) for step in range(1, 6)),
        ("eval", 5),
    ]
    assert events[1].values == {"loss": 1.9, "learning_rate": 1e-4, "grad_norm": 1.0}


def test_a_run_that_went_on_after_its_record_is_interrupted_where_its_checkpoint_is(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run = store.create(RunConfig(), claimed=True)
    folders.emit(store, run.id, 1)
    store.set_status(run.id, Status.STOPPED)
    folders.checkpoint(store.folder(run.id), 5)
    lose(tmp_path)
    again = store.get(run.id)
    assert (again.status, again.step) == (Status.INTERRUPTED, 5)
    assert [event.step for event in store.events(run.id, kinds=("train",))] == [1, 2, 3, 4, 5]


def test_a_run_that_waited_comes_back_but_does_not_start_by_itself(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run = store.create(RunConfig(name="waiting"))
    lose(tmp_path)
    assert store.get(run.id).status is Status.INTERRUPTED
    assert store.queued() == []


def test_a_damaged_file_is_kept_aside_with_a_notice(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run_id = folders.finished(store)
    lose(tmp_path)
    (tmp_path / "starboard.db").write_bytes(GARBAGE)
    assert Store(Home(tmp_path)).get(run_id).status is Status.FINISHED
    (aside,) = tmp_path.glob("starboard.damaged-*.db")
    assert aside.read_bytes() == GARBAGE
    (notice,) = notices.pending(Home(tmp_path))
    assert str(notice.sentences[0]) == f"The run store was damaged. The damaged file is kept as {aside.name}."
    notices.dismiss(Home(tmp_path))
    assert notices.pending(Home(tmp_path)) == []


def test_damage_inside_the_file_is_found_by_the_check(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run_id = folders.finished(store)
    with sqlite3.connect(store.home.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(store.home.database.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    store.home.database.write_bytes(content)
    store.database.check()
    assert store.get(run_id).status is Status.FINISHED
    assert list(tmp_path.glob("starboard.damaged-*.db"))
    store.database.check()
    assert len(list(tmp_path.glob("starboard.damaged-*.db"))) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE runs SET facts = '{\"classes\": [' ",
        "UPDATE runs SET status = 'finishes'",
        "UPDATE runs SET name = CAST(x'74ff74' AS TEXT)",
        'UPDATE events SET "values" = \'{"loss": 1.5\' WHERE step = 3',
        "UPDATE events SET \"values\" = CAST(x'7bff7d' AS TEXT) WHERE step = 3",
        "UPDATE events SET kind = 'trail' WHERE step = 3",
    ],
)
def test_a_row_that_cannot_be_read_is_damage_although_the_pages_fit(tmp_path: Path, damage: str) -> None:
    store = Store(Home(tmp_path))
    run_id = folders.finished(store)
    folders.emit(store, run_id, 11, "message", text="a number that is none is no damage", grad_norm=float("nan"))
    store.database.check()
    assert not list(tmp_path.glob("starboard.damaged-*.db"))
    with sqlite3.connect(store.home.database) as connection:
        connection.execute(damage)
    store.database.check()
    assert store.get(run_id).status is Status.FINISHED
    assert [event.step for event in store.events(run_id, kinds=("train",))] == list(range(1, 11))
    assert len(list(tmp_path.glob("starboard.damaged-*.db"))) == 1


def test_a_damaged_name_within_the_schema_is_damage(tmp_path: Path) -> None:
    # SQLite's message then repeats bytes that are no text.
    store = Store(Home(tmp_path))
    run_id = folders.finished(store)
    with sqlite3.connect(store.home.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = store.home.database.read_bytes()
    place = content.index(b"events_by_kindevents")
    spoilt = content[: place + 7] + b"\x92" + content[place + 8 :].replace(b"run, kind, id)", b"ru\x92, kind, id)")
    lose(tmp_path)
    store.home.database.write_bytes(spoilt)
    again = Store(store.home)
    again.database.check()
    assert again.get(run_id).status is Status.FINISHED
    assert len(list(tmp_path.glob("starboard.damaged-*.db"))) == 1


def test_an_index_that_disagrees_with_its_table_is_damage(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run_id = folders.finished(store)
    with sqlite3.connect(store.home.database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = store.home.database.read_bytes()
    # An event in the table, where its values follow: it now belongs to a run of another name.
    (start, end), *_rest = (each.span(1) for each in re.finditer(rb"(%s)train.{,40}{" % run_id.encode(), content, re.S))
    store.home.database.write_bytes(content[:start] + b"x" * (end - start) + content[end:])
    store.database.check()
    assert list(tmp_path.glob("starboard.damaged-*.db"))


def test_several_processes_that_find_it_damaged_replace_it_once(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run_id = folders.finished(store)
    lose(tmp_path)
    store.home.database.write_bytes(GARBAGE)
    code = (
        "from pathlib import Path; from core.home.places import Home; from core.runs.store import Store\n"
        f"Store(Home(Path({str(store.home.path)!r}))).get('{run_id}')"
    )
    openers = [subprocess.Popen([sys.executable, "-c", code], cwd=folders.ROOT) for _ in range(4)]
    assert [each.wait() for each in openers] == [0] * 4
    assert len(list(tmp_path.glob("starboard.damaged-*.db"))) == 1
    assert [run.id for run in store.runs()] == [run_id]


def test_a_folder_that_holds_no_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs" / "holiday-pictures").mkdir(parents=True)
    broken = tmp_path / "runs" / "20260102-030405-abcd"
    broken.mkdir()
    (broken / "config.json").write_text(json.dumps({"nonsense": 1}))
    assert Store(Home(tmp_path)).runs() == []
    (notice,) = notices.pending(Home(tmp_path))
    assert "20260102-030405-abcd, holiday-pictures" in str(notice.sentences[-1])


def test_a_new_home_has_nothing_to_tell(tmp_path: Path) -> None:
    Store(Home(tmp_path))
    assert notices.pending(Home(tmp_path)) == []


def test_damaged_files_of_a_folder_count_as_missing(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run_id = folders.finished(store)
    folder = store.folder(run_id)
    (folder / "config.json").write_text(store.get(run_id).config.model_dump_json())
    (folder / "run.json").write_bytes(b'{"name": ')
    lines = (folder / "events.jsonl").read_text().splitlines()
    (folder / "events.jsonl").write_text("\n".join(lines[:4]) + '\n{"kind": "tr')
    lose(tmp_path)
    run = store.get(run_id)
    assert (run.status, run.step) == (Status.FINISHED, 10)
    assert [event.step for event in store.events(run_id, kinds=("train",))] == list(range(1, 11))
    shutil.rmtree(folder)


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "starboard.db"
    Store(Home(path.parent))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match="version 99"):
        Store(Home(path.parent))
    assert not list(tmp_path.glob("*damaged*"))
