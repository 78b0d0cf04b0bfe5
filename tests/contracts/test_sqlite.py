"""SQLite, as Python brings it: readers beside a writer, JSON, ids that grow, and codes of errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "starboard.db"


@pytest.fixture
def database(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=0)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute('CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, "values" TEXT)')
        yield connection


def test_readers_go_on_while_one_writes(file: Path, database: sqlite3.Connection) -> None:
    """Pages read while a training writes at each step; without WAL they would wait for each other."""
    assert database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO events (\"values\") VALUES ('{}')")
    with closing(sqlite3.connect(file, timeout=0)) as reader:
        assert reader.execute("SELECT COUNT(*) FROM events").fetchone()[0] == 0
    database.execute("COMMIT")


def test_a_second_writer_is_told_apart_by_a_code(file: Path, database: sqlite3.Connection) -> None:
    """Whether to wait, to mend, or to say that the disk is full is decided by `sqlite_errorcode`."""
    database.execute("BEGIN IMMEDIATE")
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
        with pytest.raises(sqlite3.OperationalError) as caught:
            other.execute("BEGIN IMMEDIATE")
        assert caught.value.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    database.execute("ROLLBACK")


def test_damage_has_codes_of_its_own(tmp_path: Path) -> None:
    """A damaged database is replaced by what the run folders hold; a locked or full one must not be."""
    file = tmp_path / "damaged.db"
    file.write_bytes(b"no database at all, but long enough to be looked at" * 20)
    with closing(sqlite3.connect(file)) as connection, pytest.raises(sqlite3.DatabaseError) as caught:
        connection.execute("SELECT * FROM sqlite_master")
    assert caught.value.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}
    assert sqlite3.SQLITE_FULL


def test_curves_are_read_by_json_functions(database: sqlite3.Connection) -> None:
    """Values of events are taken out by SQLite, ten times as fast as in Python; NaN, which it refuses, must be
    noticed."""
    for values in ('{"loss": 0.5}', '{"loss": NaN}'):
        database.execute('INSERT INTO events ("values") VALUES (?)', (values,))
    found = database.execute(
        """SELECT json_valid("values"), CASE WHEN json_valid("values") THEN json_extract("values", '$.loss') END
           FROM events ORDER BY id"""
    ).fetchall()
    assert found == [(1, 0.5), (0, None)]


def test_ids_go_on_growing_where_they_are_told_to(database: sqlite3.Connection) -> None:
    """Readers ask for events above the last id they saw: ids are never used again, and those of a rebuilt database
    begin above the old ones, which is written into `sqlite_sequence`."""
    database.execute('INSERT INTO events ("values") VALUES (1)')
    database.execute("DELETE FROM events")
    assert database.execute('INSERT INTO events ("values") VALUES (1)').lastrowid == 2
    database.execute("UPDATE sqlite_sequence SET seq = 1000000000000 WHERE name = 'events'")
    assert database.execute('INSERT INTO events ("values") VALUES (1)').lastrowid == 1_000_000_000_001


def test_the_whole_file_can_be_checked(database: sqlite3.Connection) -> None:
    """Each start asks whether the database is whole."""
    assert database.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
    assert database.execute("PRAGMA user_version").fetchone()[0] == 0
    assert {row[1] for row in database.execute("PRAGMA table_info(events)")} == {"id", "values"}


def test_a_connection_that_is_alone_needs_no_file_for_the_index_of_the_log(file: Path) -> None:
    """On a disk without a free byte the index has no room; a lock for one keeps it in memory."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (x)")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("INSERT INTO t VALUES (1)")
        assert connection.execute("SELECT COUNT(*) FROM t").fetchone()[0] == 1
        assert not file.with_name("starboard.db-shm").exists()
    assert sqlite3.SQLITE_IOERR_SHMSIZE
