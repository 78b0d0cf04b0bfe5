"""What goes wrong with the database is said in words; a connection is always to the file that is there now."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from core.config import RunConfig
from core.errors import DiskFull, StorageError
from core.home.places import Home
from core.runs import recovery
from core.runs.database import Database
from core.runs.store import Store
from tests.core.runs import folders


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    database = Database(Home(tmp_path))
    with database.connection() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull, match="is full"), database.transaction() as connection:
        connection.execute(
            'INSERT INTO events (run, kind, step, epoch, seconds, "values") VALUES (?, ?, 0, 0, 0, ?)',
            ("r", "message", "x" * 100_000),
        )
    with database.connection() as connection:
        assert connection.execute("SELECT COUNT(*) FROM events").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (sqlite3.SQLITE_BUSY, "from being written for 30 seconds"),
        (sqlite3.SQLITE_CORRUPT, "is damaged"),
        (sqlite3.SQLITE_IOERR, "cannot be used"),
    ],
)
def test_each_cause_has_its_words(tmp_path: Path, code: int, message: str) -> None:
    database, error = Database(Home(tmp_path)), sqlite3.OperationalError("it broke")
    error.sqlite_errorcode = code
    with pytest.raises(StorageError, match=message), database.connection():
        raise error


def test_a_store_whose_file_was_replaced_writes_to_the_new_one(tmp_path: Path) -> None:
    here, there = Store(Home(tmp_path / "a")), Store(Home(tmp_path / "b"))
    for suffix in ("-wal", "-shm", ""):
        (tmp_path / "b" / f"starboard.db{suffix}").unlink(missing_ok=True)
    assert there.runs() == []
    assert here.runs() == []
    assert (tmp_path / "b" / "starboard.db").is_file()


@pytest.mark.parametrize("way", ["deleted", "cut"])
def test_a_log_that_is_lost_under_a_store_in_use_keeps_nobody_out_and_nothing_from_coming_back(
    tmp_path: Path, way: str
) -> None:
    store = Store(Home(tmp_path))
    first = folders.finished(store)
    with store.database.connection() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    second = folders.finished(store)
    log = tmp_path / "starboard.db-wal"
    content = log.read_bytes()
    log.unlink()
    if way == "cut":
        log.write_bytes(content[: len(content) // 2])
    known = {first, second, store.create(RunConfig()).id}
    assert {run.id for run in Store(Home(tmp_path)).runs()} == {run.id for run in store.runs()} == known


def test_a_database_cut_under_an_open_store_is_said_and_mended_by_the_next_start(home: Path) -> None:
    store = Store(Home.present())
    runs = set()
    for _ in range(40):
        run = store.create(RunConfig())
        runs.add(run.id)
        # So that the table of runs lies in all parts of the file.
        for _ in range(30):
            store.append(run.id, "message", {"text": "x" * 50}, step=0, epoch=0.0, seconds=0.0)
    with store.database.connection() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(store.home.database, store.home.database.stat().st_size // 2)
    with pytest.raises(StorageError, match=r"is damaged.*Start Starboard again"):
        Store(Home.present()).runs()
    assert {run.id for run in store.runs()} == runs, "who has it open still knows them"
    recovery.recover(store)
    assert {run.id for run in store.runs()} == {run.id for run in Store(Home.present()).runs()} == runs
