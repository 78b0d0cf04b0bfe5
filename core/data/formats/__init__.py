"""The formats of tables: what each is called, its suffixes, and what reads it.

Another format is another module beside this one, with `read`, `stream` and `script`, and another entry of `FORMATS`;
page, command line, script and uploads follow. Imports no reader before one is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from core.config.source import divided
from core.data.formats.own import own_reader
from core.data.odd import Odd
from core.messages import Message

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Read:
    """What was read of a file.

    Attributes:
        rows: N rows.
        notes: what was noticed, for the user.
        layout: how the file is written, as JSON has it: what `Reader.script` needs to know; with `own`, only
            Starboard's own reader makes these rows of it.
        left_out, repaired: as `core.data.table.Table` has them.
        class_names: columns whose integers stand for classes, where the file says what these are called.
    """

    rows: pa.Table
    notes: tuple[Message, ...] = ()
    layout: Mapping[str, Any] = field(default_factory=dict)
    left_out: tuple[Odd, ...] = ()
    repaired: tuple[Odd, ...] = ()
    class_names: Mapping[str, list[str]] = field(default_factory=dict)


class Reader(Protocol):
    """What the module of a format offers; `read` and `stream` take an existing file that is not empty and raise
    SourceError."""

    def read(self, path: Path, progress: Callable[[float], object]) -> Read:
        """All rows; `progress` may be told which share of the file was read, 0..1."""

    def stream(self, path: Path) -> Iterator[pa.Table]:
        """The same rows piece by piece, in as little memory as the format allows."""

    def script(self, path: str, layout: Mapping[str, Any]) -> str:
        """Lines of Python that make a pandas DataFrame `table` of the same rows.

        Args:
            layout: of `read`; empty where the file was not read yet, and then it is taken for a usual one.
        """


@dataclass(frozen=True)
class Format:
    """One format of tables.

    Attributes:
        title: as the Data page lists it.
        suffixes: of its files, in small letters with the dot.
        module: its `Reader`.
        of_several: whether a file may hold several tables; its reader takes paths with a `#` (see
            `core.config.source.divided`).
    """

    title: str
    suffixes: tuple[str, ...]
    module: str
    of_several: bool = False

    @property
    def reader(self) -> Reader:
        return cast(Reader, import_module(self.module))


FORMATS = (
    Format("CSV", (".csv",), "core.data.formats.delimited"),
    Format("TSV", (".tsv", ".tab", ".txt"), "core.data.formats.delimited"),
    Format("JSON", (".jsonl", ".ndjson", ".json"), "core.data.formats.records"),
    Format("Excel", (".xlsx", ".xlsm", ".xls", ".ods"), "core.data.formats.spreadsheet", of_several=True),
    Format("fastText", (".ft", ".fasttext"), "core.data.formats.fasttext"),
    Format("ZIP/gzip", (".zip", ".gz", ".bz2", ".xz"), "core.data.formats.archives", of_several=True),
    Format("Parquet", (".parquet", ".pq"), "core.data.formats.parquet"),
)
SUFFIXES = tuple(suffix for each in FORMATS for suffix in each.suffixes)


def format_of(path: Path | str) -> Format | None:
    """The format that a file's suffix names; None where it names none."""
    suffix = divided(Path(path))[0].suffix.lower()
    return next((each for each in FORMATS if suffix in each.suffixes), None)


def script(path: str, layout: Mapping[str, Any]) -> str:
    """Lines of Python that make a pandas DataFrame `table` of a file's rows.

    Args:
        layout: of `Read`; empty where the file was not read yet.
    """
    if layout.get("own"):
        return own_reader(path)
    # What the content is goes before what the suffix says; a file of no known format never becomes a run.
    named = next((each for each in FORMATS if each.module == layout.get("module")), None)
    return (named or format_of(path) or FORMATS[0]).reader.script(path, layout)
