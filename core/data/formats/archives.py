"""A table in an archive: zip, gz, bz2 or xz.

Unpacks one file into a temporary folder, where the reader of its format reads it, and removes it again. Knows nothing
of columns. Guarantees: only names of its own are written, nothing grows beyond a bound that is measured on the way, and
no archive in an archive in an archive is opened.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

import pyarrow as pa

from core.config.source import divided
from core.data.formats import Read, content, files, format_of
from core.data.formats.own import own_reader
from core.errors import SourceError, is_full
from core.messages import Message

# As much as one table may be, and how many times what is packed; a repetitive table comes to some 100.
MOST_BYTES = 4 << 30
MOST_RATIO = 250
# What is below cannot harm, however it is packed.
FREE_BYTES = 64 << 20
_BLOCK_BYTES = 1 << 20
_MOST_LAYERS = 2
_MOST_NAMED = 8
_ABOUT = frozenset({"readme", "license", "licence", "changelog", "citation", "copying", "notice", "about"})
_OPENERS: dict[bytes, Callable[[Path], Any]] = {
    b"\x1f\x8b": gzip.GzipFile,
    b"BZh": bz2.BZ2File,
    b"\xfd7z": lzma.LZMAFile,
}
_DAMAGED = (
    zipfile.BadZipFile, gzip.BadGzipFile, lzma.LZMAError, zlib.error, struct.error,
    EOFError, NotImplementedError, RuntimeError, ValueError, KeyError, IndexError,
)  # fmt: skip


def read(path: Path, progress: Callable[[float], object]) -> Read:
    """Read the one table of an archive, or the one that stands behind the `#` of its path.

    Raises:
        SourceError: it is damaged, encrypted, too large once unpacked, or holds no table or several.
    """
    with _unpacked(path) as inner:
        found = files.read_file(inner, progress=progress)
        note = Message("Read {inner}, which is packed in {name}.", inner=inner.name, name=divided(path)[0].name)
    return replace(found, notes=(note, *found.notes), layout={"own": True})


def stream(path: Path) -> Iterator[pa.Table]:
    """The same rows piece by piece.

    Raises:
        SourceError: as `read`.
    """
    with _unpacked(path) as inner:
        yield from files.stream_file(inner)


def script(path: str, layout: Mapping[str, Any]) -> str:
    return own_reader(path)


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """Within, the table of an archive lies in a file of its own."""
    file, named = divided(path)
    with tempfile.TemporaryDirectory(prefix="starboard-", ignore_cleanup_errors=True) as folder:
        inner = file
        for layer in range(_MOST_LAYERS + 1):
            found = content.format_in(inner)
            if layer and (found is None or found.title != "ZIP/gzip"):
                break
            if layer == _MOST_LAYERS:
                raise SourceError(
                    Message("{name} holds archives in archives, expected a table.", name=file.name),
                    Message("Unpack it and choose the file inside."),
                )
            room = Path(folder, str(layer))
            room.mkdir()
            inner = _unpack(inner, named if not layer else None, room, file)
        yield inner


def _unpack(packed: Path, named: str | None, folder: Path, archive: Path) -> Path:
    """One file of an archive, written into a folder."""
    with packed.open("rb") as stream:
        mark = stream.read(4)
    opener = next((each for start, each in _OPENERS.items() if mark.startswith(start)), None)
    try:
        if opener is not None:
            is_named = (known := format_of(packed)) is not None and known.title == "ZIP/gzip"
            stem = packed.stem if is_named else packed.name
            return _copy(opener(packed), folder / _safe(stem), packed, archive)
        with zipfile.ZipFile(packed) as members:
            member = _chosen(members, named, archive)
            if member.flag_bits & 1:
                raise SourceError(
                    Message("{name} is encrypted with a password.", name=archive.name),
                    Message("Unpack it and choose the file inside."),
                )
            return _copy(members.open(member), folder / _safe(member.filename), packed, archive)
    except _DAMAGED as error:
        raise _damaged(archive, error) from error
    except OSError as error:
        if is_full(error):
            raise SourceError(
                Message("{name} cannot be unpacked: the disk with temporary files is full.", name=archive.name),
                Message("Free some space there, or set TMPDIR to a folder on another disk."),
            ) from error
        if error.errno is not None:
            raise
        # As bz2 says that its data is no such data.
        raise _damaged(archive, error) from error


def _damaged(archive: Path, error: Exception) -> SourceError:
    return SourceError(
        Message(
            "{name} cannot be unpacked: it is damaged, or ends too early ({why}).",
            name=archive.name,
            why=str(error) or type(error).__name__,
        ),
        Message("Download or pack it again."),
    )


def _copy(source: IO[bytes], target: Path, packed: Path, archive: Path) -> Path:
    """Write what is unpacked, as long as that is within bounds."""
    room, done = packed.stat().st_size, 0
    with source, target.open("wb") as out:
        while block := source.read(_BLOCK_BYTES):
            done += len(block)
            if done > MOST_BYTES or (done > FREE_BYTES and done > MOST_RATIO * room):
                raise SourceError(
                    Message(
                        "{name} unpacks to more than {most:,} MB, expected a table.", name=archive.name, most=done >> 20
                    ),
                    Message("If it is no trap, unpack it yourself and choose the file inside."),
                )
            out.write(block)
            if done == len(block) and block[257:262] == b"ustar":
                raise SourceError(
                    Message("{name} is a tar archive, expected a table.", name=archive.name),
                    Message("Unpack it and choose the file inside."),
                )
    if not done:
        raise SourceError(
            Message("{name} holds an empty file.", name=archive.name),
            Message("Choose a file with a header line and one review per row."),
        )
    return target


def _safe(name: str) -> str:
    """The last part of a name, with letters that every file system takes."""
    last = re.sub(r"[^\w.\- ]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    return last[-100:] or "table"


def _chosen(members: zipfile.ZipFile, named: str | None, archive: Path) -> zipfile.ZipInfo:
    """The one table of a zip archive."""
    inside = [each for each in members.infolist() if not each.is_dir() and not _is_aside(each.filename)]
    tables = [each for each in inside if format_of(each.filename)] or inside
    if named is not None:
        known = {each.filename: each for each in members.infolist() if not each.is_dir()}
        by_end = [each for each in inside if PurePosixPath(each.filename).name == named]
        if found := known.get(named) or (by_end[0] if len(by_end) == 1 else None):
            return found
        raise SourceError(
            Message("{name} holds no file {inner!r}.", name=archive.name, inner=named),
            Message("Choose one of these: {names}.", names=_listed(tables)) if tables else _HOLDS_NONE,
        )
    if not tables:
        raise SourceError(Message("{name} holds no file.", name=archive.name), _HOLDS_NONE)
    if len(tables) > 1:
        raise SourceError(
            Message(
                "{name} holds {count:,} tables: {names}.", name=archive.name, count=len(tables), names=_listed(tables)
            ),
            Message("Name one behind a #, such as file:{name}#{inner}.", name=archive.name, inner=tables[0].filename),
        )
    return tables[0]


_HOLDS_NONE = Message("Pack one table into it, or choose the table itself.")


def _listed(tables: list[zipfile.ZipInfo]) -> str:
    names = [each.filename for each in tables[:_MOST_NAMED]]
    return ", ".join(names) + (" …" if len(tables) > _MOST_NAMED else "")


def _is_aside(name: str) -> bool:
    """Whether a file is none of the tables: what a Mac adds, hidden ones, and what tells about the archive."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return (
        any(part == "__MACOSX" or (part.startswith(".") and part not in {".", ".."}) for part in parts)
        or not parts
        or PurePosixPath(parts[-1]).stem.lower() in _ABOUT
    )
