"""Files that are written whole or not at all, and changed by one at a time.

Knows the file system; knows nothing of what the files hold. Guarantees: a reader sees the old content or the new one,
never a mixture, whoever else writes the same file in another thread or process; a failed write leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filelock
import xxhash

from core.errors import StorageError, of_system
from core.messages import Message

LOCK_SECONDS = 10.0
# Nobody but the owner may look into such a folder.
PRIVATE = 0o700
PARTIAL = ".partial"
_BLOCK_BYTES = 1 << 22


def mine(prefix: str) -> str:
    """The beginning of a name that tells which process writes there, for who finds it when that one has died."""
    return f"{prefix}{os.getpid()}-"


def ensure(folder: Path) -> Path:
    """Create a folder with its parents, for this user alone: reviews may be anybody's.

    Raises:
        StorageError: it cannot be created.
    """
    try:
        create_folder(folder)
    except OSError as error:
        raise of_system(error) or StorageError(
            Message("The folder {folder} cannot be created: {why}.", folder=folder, why=error.strerror or str(error)),
            Message("Set STARBOARD_HOME to a folder that you can write to."),
        ) from error
    return folder


def create_folder(folder: Path) -> None:
    """As `ensure`, with the system's own errors.

    Raises:
        OSError: it cannot be created.
    """
    for each in reversed([folder, *folder.parents]):
        if not each.is_dir():
            each.mkdir(mode=PRIVATE, exist_ok=True)


def read_json(file: Path) -> Any:
    """What a JSON file holds; None where there is none, or where it holds something else, nested beyond reading too."""
    try:
        # A pipe would be waited for.
        return json.loads(file.read_bytes()) if file.is_file() else None
    except (OSError, ValueError, RecursionError):
        return None


def checksum(file: Path) -> str:
    """The 128 bits of XXH3 of a file's content, in hexadecimal.

    Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
    """
    found = xxhash.xxh3_128()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            found.update(block)
    return found.hexdigest()


def write_whole(file: Path, content: str | bytes | memoryview, *, durable: bool = False) -> None:
    """Put content in the place of a file in one step.

    Args:
        file: in a folder that exists.
        content: text is written as UTF-8.
        durable: it outlasts a power cut as well; takes a few milliseconds.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    with writing(file, durable=durable) as partial:
        partial.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


@contextlib.contextmanager
def writing(file: Path, *, durable: bool = False) -> Iterator[Path]:
    """A file of another name beside `file`, to be written within; it takes the place of `file` at the end."""
    # The name is unique: two threads of a process, such as two tabs, may write at the same time.
    handle, name = tempfile.mkstemp(prefix=mine(f".{file.name[:100]}."), suffix=PARTIAL, dir=file.parent)
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        if durable:
            sync(partial)
        partial.replace(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def sync(place: Path) -> None:
    """Have the operating system write a file, or the names in a folder, to the disk."""
    # Windows can't open a folder; there its entries are written with the files.
    if place.is_dir() and os.name == "nt":
        return
    descriptor = os.open(place, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def changing(file: Path) -> Iterator[None]:
    """Keep other threads and processes from changing a file between reading and writing it.

    Raises:
        StorageError: somebody else has been at it for too long.
        OSError: the lock beside the file cannot be made.
    """
    lock = filelock.FileLock(file.with_name(f".{file.name}.lock"), timeout=LOCK_SECONDS)
    try:
        with lock:
            yield
    except filelock.Timeout as error:
        raise StorageError(
            Message(
                "Another process has been changing {file} for {seconds:.0f} seconds.", file=file, seconds=LOCK_SECONDS
            ),
            Message("Wait until it is done, or end it, and try again."),
        ) from error
