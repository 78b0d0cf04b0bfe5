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
        layout: how the file is written, as JSON has it: what `Reader.script` needs to know.
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
    """

    title: str
    suffixes: tuple[str, ...]
    module: str

    @property
    def reader(self) -> Reader:
        return cast(Reader, import_module(self.module))


FORMATS = (
    Format("CSV", (".csv",), "core.data.formats.delimited"),
    Format("TSV", (".tsv", ".tab", ".txt"), "core.data.formats.delimited"),
    Format("JSON lines", (".jsonl", ".ndjson", ".json"), "core.data.formats.records"),
    Format("Parquet", (".parquet", ".pq"), "core.data.formats.parquet"),
)
SUFFIXES = tuple(suffix for each in FORMATS for suffix in each.suffixes)


def format_of(path: Path | str) -> Format | None:
    """The format that a file's suffix names; None where it names none."""
    suffix = Path(path).suffix.lower()
    return next((each for each in FORMATS if suffix in each.suffixes), None)
