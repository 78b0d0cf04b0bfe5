"""The formats of tables: what each is called, its suffixes, what reads it, and the line that reads it in a script.

Another format is another module beside this one, with `read` and `stream`, and another entry of `FORMATS`; page,
command line, script and uploads follow. Imports no reader before a table is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from core.messages import Message

if TYPE_CHECKING:
    import pyarrow as pa


class Reader(Protocol):
    """What the module of a format offers; both take an existing file that is not empty and raise SourceError."""

    def read(self, path: Path, progress: Callable[[float], object]) -> tuple[pa.Table, tuple[Message, ...]]:
        """All rows, and what was noticed; `progress` may be told which share of the file was read, 0..1."""

    def stream(self, path: Path) -> Iterator[pa.Table]:
        """The same rows piece by piece, in as little memory as the format allows."""


@dataclass(frozen=True)
class Format:
    """One format of tables.

    Attributes:
        title: as the Data page lists it.
        suffixes: of its files, in small letters with the dot.
        module: its `Reader`.
        script: the line with which pandas reads such a file; `{path!r}` stands for the path.
    """

    title: str
    suffixes: tuple[str, ...]
    module: str
    script: str

    @property
    def reader(self) -> Reader:
        return cast(Reader, import_module(self.module))


FORMATS = (
    Format("CSV", (".csv",), "core.data.formats.delimited", "pd.read_csv({path!r}, keep_default_na=False)"),
    Format(
        "TSV",
        (".tsv", ".tab", ".txt"),
        "core.data.formats.delimited",
        'pd.read_csv({path!r}, sep="\\t", keep_default_na=False)',
    ),
    Format(
        "JSON lines",
        (".jsonl", ".ndjson", ".json"),
        "core.data.formats.records",
        "pd.read_json({path!r}, lines=True)",
    ),
    Format("Parquet", (".parquet", ".pq"), "core.data.formats.parquet", "pd.read_parquet({path!r})"),
)
SUFFIXES = tuple(suffix for each in FORMATS for suffix in each.suffixes)


def format_of(path: Path | str) -> Format | None:
    """The format that a file's suffix names; None where it names none."""
    suffix = Path(path).suffix.lower()
    return next((each for each in FORMATS if suffix in each.suffixes), None)
