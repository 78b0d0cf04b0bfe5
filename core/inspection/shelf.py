"""A copy of a table on the disk, laid out so that any row is at hand without reading the table again.

A long table is not kept in memory for pages, and reading it takes many seconds; to page through it, to search it and to
look up a single row must not. So while a report is made the table is also written to `cache/tables/` as Arrow has it in
memory, every split after the other, and mapped from there for the moment of each look: what is mapped is the system's
to take back, and nothing is decoded. Knows tables and files; knows no classes and no pages.

Guarantees: a copy is written whole or not at all, and only where the disk has room to spare; the oldest go when there
are too many; its checksum is compared before a process first looks into it, so that nothing of a damaged one is read;
what is found belongs to the source as it is now. Row numbers count from 0, the splits one after the other, as findings
count. What is no file (the bundled sample; datasets of the hub, which lie mapped on the disk already) stays as it is,
in memory, the last few of them.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import shutil
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import xxhash

from core.data import several
from core.data.table import Table, plain
from core.errors import StarboardError
from core.home.files import checksum, ensure, writing
from core.home.places import Home
from core.inspection import cache
from core.inspection.cache import Key

# What one copy and all of them may take, and what the disk must have free beside four times the copy: runs go first.
MOST_BYTES, MOST_BYTES_TOGETHER, SPARE_BYTES = 1_000_000_000, 2_000_000_000, 100_000_000
MOST_TABLES, MOST_IN_MEMORY = 16, 4
# Rows that are searched at a time by one core.
_PIECE_ROWS = 16_384
# Columns to filter by: not more of them, with not more values, none longer.
MOST_FACETS, MOST_VALUES, MOST_VALUE = 30, 50, 80
# Raised when what is kept of a table changes.
_FORMAT = 1
_FACETS, _SPLITS = b"facets", b"splits"
_SEAL_BYTES = xxhash.xxh3_128().digest_size

_lock = threading.Lock()
_in_memory: OrderedDict[Key, pa.Table] = OrderedDict()
_verified: dict[Path, tuple[int, ...]] = {}


@dataclass(frozen=True)
class Shelved:
    """A table for looking into.

    Attributes:
        rows: all splits one after the other; valid only within the `with` that gave it.
        facets: columns with few different values, and these values as the table writes them, commonest first.
        splits: how many rows each split has, in the order of `rows`.
    """

    rows: pa.Table
    facets: dict[str, list[str]]
    splits: dict[str, int]
    _blank: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def knows(self, text: str, label: str) -> bool:
        """Whether it has these columns: a file may have changed since they were chosen."""
        return {*self._columns(text), label} <= set(self.rows.column_names)

    def texts(self, name: str, row: int | None = None) -> pa.ChunkedArray:
        """The reviews of all rows, or of one, as strings; `name` may stand for several columns that are one text."""
        rows = self.rows if row is None else self.rows.slice(row, 1)
        parts = self._columns(name)
        column = rows[name] if parts == (name,) else several.join(rows, parts, self._nothing(parts))
        is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        return column if is_text else pc.cast(column, pa.large_string())

    def split(self, text: str, name: str) -> pa.ChunkedArray:
        """The reviews of a split."""
        before = itertools.takewhile(lambda split: split != name, self.splits)
        return self.texts(text).slice(sum(self.splits[split] for split in before), self.splits.get(name))

    def text(self, row: int, name: str) -> str:
        """The review of a row; empty where there is none."""
        return self.texts(name, row)[0].as_py() or ""

    def _columns(self, text: str) -> tuple[str, ...]:
        return several.parts_of(text, self.rows.column_names) or (text,)

    def _nothing(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """Cells that count as blank; looked for once, in the training part, as `choose` does."""
        if parts not in self._blank:
            before = itertools.takewhile(lambda split: split != "train", self.splits)
            train = self.rows.slice(sum(self.splits[split] for split in before), self.splits.get("train"))
            self._blank[parts] = several.nothings(train, parts)
        return self._blank[parts]

    def split_of(self, row: int) -> tuple[str, int]:
        """The split in which a row lies, and its number there."""
        for name, count in self.splits.items():
            if row < count:
                return name, row
            row -= count
        raise IndexError(row)


def store(home: Home, key: Key, table: Table) -> None:
    """Keep a table that was just read; where that can't be, nothing is kept.

    Args:
        key: its source, as it was when it was read.
    """
    key = _of_source(key)
    with contextlib.suppress(OSError, StarboardError, pa.ArrowException):
        whole = _laid_out(table)
        if not key.stamp:
            with _lock:
                _in_memory[key] = whole
                while len(_in_memory) > MOST_IN_MEMORY:
                    _in_memory.popitem(last=False)
        # A file that was changed while it was read is not what its stamp says.
        elif cache.key_of(key.source).stamp == key.stamp:
            file = _file(home, key)
            folder = ensure(file.parent)
            if whole.nbytes <= MOST_BYTES and shutil.disk_usage(folder).free > 4 * whole.nbytes + SPARE_BYTES:
                _write(file, whole)
                _make_room(folder)


def has(home: Home, key: Key) -> bool:
    """Whether there is a whole copy of a source as it is now."""
    key = _of_source(key)
    if not key.stamp:
        with _lock:
            return key in _in_memory
    return _is_whole(_file(home, key))


@contextlib.contextmanager
def opened(home: Home, key: Key) -> Iterator[Shelved | None]:
    """Look into the copy of a source as it is now; None where there is none."""
    key = _of_source(key)
    if not key.stamp:
        with _lock:
            found = _in_memory.get(key)
        yield _described(found) if found is not None else None
        return
    file = _file(home, key)
    with contextlib.ExitStack() as stack:
        shelved = None
        with contextlib.suppress(OSError, pa.ArrowException, ValueError):
            if _is_whole(file):
                mapped = stack.enter_context(pa.memory_map(str(file)))
                shelved = _described(pa.ipc.open_file(_content(mapped)).read_all())
                # Those that are looked into are the last to go; the time of change tells whether it is the same file.
                os.utime(file, ns=(time.time_ns(), file.stat().st_mtime_ns))
        yield shelved


def _of_source(key: Key) -> Key:
    """A copy is of the whole table, whatever is read in it and whoever counts its tokens."""
    return Key(key.source, key.stamp)


def _file(home: Home, key: Key) -> Path:
    described = json.dumps([_FORMAT, asdict(key)], sort_keys=True)
    return home.cache / "tables" / f"{hashlib.sha256(described.encode()).hexdigest()[:32]}.arrow"


# Laying a table out


def _laid_out(table: Table) -> pa.Table:
    """All splits as one table, with what is known of them in its metadata."""
    splits = [pa.table({name: plain(split[name]) for name in split.column_names}) for split in table.splits.values()]
    whole = pa.concat_tables(splits, promote_options="permissive")
    sizes = {name: split.num_rows for name, split in table.splits.items()}
    about = {_FACETS: json.dumps(_facets(whole)), _SPLITS: json.dumps(sizes)}
    return whole.replace_schema_metadata(about)


def _facets(whole: pa.Table) -> dict[str, list[str]]:
    """The columns with few different values, and these values."""
    found: dict[str, list[str]] = {}
    for name in whole.column_names:
        if len(found) == MOST_FACETS:
            break
        column = whole[name]
        # Most columns show at their beginning that they have many.
        if _values(column.slice(0, 1000)) and (values := _values(column)):
            found[name] = values
    return found


def _values(column: pa.ChunkedArray) -> list[str]:
    """The different values of a column, commonest first; none where they are many, long, nested or all the same."""
    if pa.types.is_nested(column.type) or pa.types.is_null(column.type):
        return []
    try:
        counts = pc.value_counts(column)
        if not 1 <= len(counts) <= MOST_VALUES:
            return []
        cells = [each.as_py() for each in pc.cast(counts.field("values"), pa.string())]
    except (pa.ArrowException, ValueError):
        return []
    often = sorted(zip(counts.field("counts").to_pylist(), cells, strict=True), key=lambda each: -each[0])
    values = [cell for _count, cell in often if cell is not None]
    return values if all(len(each) <= MOST_VALUE for each in values) else []


def _described(whole: pa.Table) -> Shelved:
    about = whole.schema.metadata or {}
    facets: dict[str, list[str]] = json.loads(about[_FACETS])
    # One value alone filters nothing; at the beginning of the table it may have looked so.
    several = {name: values for name, values in facets.items() if len(values) > 1}
    return Shelved(whole, several, json.loads(about[_SPLITS]))


# Files


def _write(file: Path, whole: pa.Table) -> None:
    with writing(file) as partial:
        with pa.OSFile(str(partial), "wb") as sink, pa.ipc.new_file(sink, whole.schema) as writer:
            writer.write_table(whole, max_chunksize=_PIECE_ROWS)
        seal = bytes.fromhex(checksum(partial))
        with partial.open("ab") as stream:
            stream.write(seal)


def _content(mapped: pa.MemoryMappedFile) -> pa.Buffer:
    """What stands before the checksum."""
    return mapped.read_buffer(max(0, mapped.size() - _SEAL_BYTES))


def _is_whole(file: Path) -> bool:
    """Whether a file is what was written; read once a process for as long as it stays the same file."""
    with contextlib.suppress(OSError, pa.ArrowException):
        seen = file.stat()
        stamp = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
        if _verified.get(file) == stamp:
            return True
        with pa.memory_map(str(file)) as mapped:
            if xxhash.xxh3_128(memoryview(_content(mapped))).digest() == mapped.read():
                _verified[file] = stamp
                return True
    return False


def _make_room(folder: Path) -> None:
    """Remove the copies that were looked into longest ago, beyond what they may be or take together."""
    together = 0
    files = sorted(((each.stat(), each) for each in folder.glob("*.arrow")), key=lambda each: -each[0].st_atime_ns)
    for place, (seen, file) in enumerate(files):
        together += seen.st_size
        if place >= MOST_TABLES or (place and together > MOST_BYTES_TOGETHER):
            # One that is being looked into stays readable until that look ends, but on Windows.
            with contextlib.suppress(OSError):
                file.unlink()
