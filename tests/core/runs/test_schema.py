"""Databases of the first version are brought to the present one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from core.config import RunConfig
from core.home.places import Home
from core.runs import schema
from core.runs.run import Status
from core.runs.store import Store


def first_version(path: Path) -> None:
    """A database as the first version made it: no version number, two runs that wait."""
    with sqlite3.connect(path) as connection:
        for statement in schema.TABLES:
            connection.execute(statement)
        connection.executemany(
            "INSERT INTO runs (id, name, status, config, created) VALUES (?, ?, 'queued', ?, ?)",
            [("late", "late", RunConfig().model_dump_json(), 200.0), ("early", "early", "{}", 100.0)],
        )


def test_runs_of_the_first_version_keep_their_order_and_can_be_described(tmp_path: Path) -> None:
    first_version(tmp_path / "starboard.db")
    store = Store(Home(tmp_path))
    new = store.create(RunConfig(name="new"))
    assert [run.id for run in store.queued()] == ["early", "late", new.id]
    assert (store.get("late").notes, store.get("late").tags) == ("", ())
    assert store.describe("late", tags=["kept"]).tags == ("kept",)
    claimed = Store(Home(tmp_path)).claim()
    assert claimed is not None
    assert (claimed.id, claimed.status) == ("early", Status.PREPARING)


def test_a_locked_file_is_not_a_damaged_one(tmp_path: Path) -> None:
    locked = sqlite3.OperationalError("database is locked")
    locked.sqlite_errorcode = sqlite3.SQLITE_BUSY_RECOVERY
    damaged = sqlite3.DatabaseError("malformed")
    damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT_VTAB
    assert schema.is_busy(locked)
    assert not schema.is_damage(locked)
    assert schema.is_damage(damaged)
    assert not schema.is_busy(sqlite3.ProgrammingError("closed"))


def test_the_tables_are_made_in_write_ahead_mode(tmp_path: Path) -> None:
    Store(Home(tmp_path))
    connection = schema.connect(tmp_path / "starboard.db")
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert schema.version(connection) == schema.VERSION
    assert schema.is_whole(connection)
