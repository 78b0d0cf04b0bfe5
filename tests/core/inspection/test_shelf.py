"""The copy of a table to look into: whole or not at all, of the source as it is now, bounded, the same rows."""

from __future__ import annotations

import decimal
import os
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from core.config.source import Source
from core.data.table import Table
from core.home.places import Home
from core.inspection import cache, reports, shelf
from core.inspection.cache import Key

CONTENT = "review,points,shop\n" + "".join(f"meal {n},{n % 3 + 1},{'north' if n % 4 else 'south'}\n" for n in range(60))


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_verified", {})
    shelf._in_memory.clear()
    cache._memory.clear()


@pytest.fixture
def here(home: Path) -> Home:
    return Home.present()


@pytest.fixture
def source(tmp_path: Path) -> Source:
    path = tmp_path / "reviews.csv"
    path.write_text(CONTENT)
    return Source("file", str(path))


def kept(home: Home) -> list[Path]:
    return sorted((home.cache / "tables").glob("*"))


def test_a_report_leaves_a_copy_with_every_row_and_the_columns_to_filter_by(here: Home, source: Source) -> None:
    reports.start(here, source, shelved=True).result()
    with shelf.opened(here, cache.key_of(source, "review", "points")) as found:
        assert found is not None
        assert found.rows.num_rows == 60
        assert found.rows["review"].to_pylist() == [f"meal {n}" for n in range(60)]
        assert found.facets == {"points": ["1", "2", "3"], "shop": ["north", "south"]}
        assert found.split_of(59) == ("train", 59)
        assert (found.text(7, "review"), found.knows("review", "points")) == ("meal 7", True)
        assert not found.knows("review", "colour")
    assert len(kept(here)) == 1


def test_a_report_that_was_found_brings_back_a_copy_that_has_gone(here: Home, source: Source) -> None:
    first = reports.start(here, source).result()
    assert not kept(here), "nobody asked for one"
    assert reports.start(here, source, shelved=True).result() == first
    (file,) = kept(here)
    file.unlink()
    assert not shelf.has(here, cache.key_of(source))
    reports.start(here, source, shelved=True).result()
    assert shelf.has(here, cache.key_of(source))


def test_a_file_that_has_changed_has_no_copy(here: Home, source: Source) -> None:
    reports.start(here, source, shelved=True).result()
    source.path.write_text(CONTENT + "meal 60,1,north\n")
    with shelf.opened(here, cache.key_of(source)) as found:
        assert found is None


@pytest.mark.parametrize("way", ["flipped", "cut", "emptied", "{}", "folder"])
def test_a_damaged_copy_is_never_opened(here: Home, source: Source, way: str) -> None:
    reports.start(here, source, shelved=True).result()
    (file,) = kept(here)
    content = file.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    file.unlink()
    if way == "folder":
        file.mkdir()
    else:
        file.write_bytes({"flipped": flipped, "cut": content[:middle], "emptied": b"", "{}": b"{}"}[way])
    with shelf.opened(here, cache.key_of(source)) as found:
        assert found is None
    assert not shelf.has(here, cache.key_of(source))


def test_splits_stand_one_after_the_other_and_what_is_no_file_stays_in_memory(here: Home) -> None:
    train = pa.table({"text": ["a", "b", "c"], "label": [0, 1, 0]})
    test = pa.table(
        {"text": pa.array(["d", "e"]).dictionary_encode(), "label": pa.array([1, 0], pa.int8()), "x": [1, 2]}
    )
    key = Key(Source("hub", "a/b"), ())
    shelf.store(here, key, Table({"train": train, "test": test}))
    with shelf.opened(here, key) as found:
        assert found is not None
        assert found.rows["text"].to_pylist() == ["a", "b", "c", "d", "e"]
        assert found.rows["x"].to_pylist() == [None, None, None, 1, 2]
        assert [found.split_of(row) for row in (2, 3, 4)] == [("train", 2), ("test", 0), ("test", 1)]
        with pytest.raises(IndexError):
            found.split_of(5)
    assert not kept(here)
    for number in range(shelf.MOST_IN_MEMORY):
        shelf.store(here, Key(Source("hub", f"a/{number}"), ()), Table({"train": train}))
    assert not shelf.has(here, key), "the oldest has gone"


def test_columns_of_every_type_are_kept_as_they_are(here: Home, source: Source) -> None:
    table = pa.table(
        {
            "text": pa.array(["a", "b"], pa.string_view()),
            "when": pa.array([datetime(2026, 1, 1), None]),
            "price": pa.array([decimal.Decimal("1.50"), None]),
            "tags": [["x"], []],
            "who": [{"name": "Ann"}, None],
            "nothing": pa.nulls(2),
            "raw": [b"\xff", None],
            "sure": [True, False],
        }
    )
    key = cache.key_of(source)
    shelf.store(here, key, Table({"train": table}))
    with shelf.opened(here, key) as found:
        assert found is not None
        assert found.rows.to_pylist() == table.to_pylist()
        assert found.facets == {"text": ["a", "b"], "sure": ["true", "false"]}


def test_columns_with_many_or_long_values_are_no_filter(here: Home, source: Source) -> None:
    rows = 1200
    table = pa.table(
        {
            "id": range(rows),
            "late": [*["same"] * 1000, *map(str, range(200))],
            "long": ["x" * 500, *["y"] * (rows - 1)],
            "few": [n % 2 for n in range(rows)],
        }
    )
    key = cache.key_of(source)
    shelf.store(here, key, Table({"train": table}))
    with shelf.opened(here, key) as found:
        assert found is not None
        assert found.facets == {"few": ["0", "1"]}


def test_nothing_is_kept_where_the_disk_has_no_room_to_spare_or_the_table_is_too_large(
    here: Home, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, table = cache.key_of(source), Table({"train": pa.table({"text": ["a"]})})
    monkeypatch.setattr(shelf, "SPARE_BYTES", 1 << 62)
    shelf.store(here, key, table)
    monkeypatch.setattr(shelf, "SPARE_BYTES", 0)
    monkeypatch.setattr(shelf, "MOST_BYTES", 0)
    shelf.store(here, key, table)
    assert not kept(here)


def test_a_home_that_cannot_be_written_keeps_nothing_and_says_nothing(here: Home, source: Source) -> None:
    here.path.mkdir(exist_ok=True)
    here.cache.write_text("a file stands in the way")
    shelf.store(here, cache.key_of(source), Table({"train": pa.table({"text": ["a"]})}))
    assert not shelf.has(here, cache.key_of(source))


def test_the_copies_looked_into_longest_ago_go_first(
    here: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_TABLES", 2)
    keys = []
    for number in range(3):
        path = tmp_path / f"{number}.csv"
        path.write_text("x")
        keys.append(cache.key_of(Source("file", str(path))))
    for place, key in enumerate(keys[:2]):
        shelf.store(here, key, Table({"train": pa.table({"text": ["a"]})}))
        os.utime(shelf._file(here, key), ns=(place, place))
    with shelf.opened(here, keys[0]) as found:
        assert found is not None
    shelf.store(here, keys[2], Table({"train": pa.table({"text": ["a"]})}))
    assert [shelf.has(here, key) for key in keys] == [True, False, True]
    assert not list((here.cache / "tables").glob(".*")), "nothing half-written is left"


def test_several_columns_that_are_one_text_are_looked_into_as_one(here: Home, tmp_path: Path) -> None:
    path = tmp_path / "stays.csv"
    rows = (f"{n % 2 + 1},{'No Positive' if n % 3 else f'Bed {n}'},Bath {n}" for n in range(30))
    path.write_text("\n".join(["points,Positive,Negative", *rows]) + "\n")
    source = Source("file", str(path))
    report = reports.start(here, source, shelved=True).result()
    text = report.profile.text_column
    assert text == "Positive + Negative"
    with shelf.opened(here, cache.key_of(source)) as found:
        assert found is not None
        assert found.knows(text, "points")
        assert not found.knows("Positive + gone", "points")
        assert found.texts(text).slice(0, 3).to_pylist() == ["Bed 0\nBath 0", "Bath 1", "Bath 2"]
        assert [found.text(row, text) for row in (1, 3)] == ["Bath 1", "Bed 3\nBath 3"]
