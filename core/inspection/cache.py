"""Small findings about a source, stored as long as the source stays as it is.

In memory for this process; those of files in the home's cache as well, where a restarted dashboard and the command
line find them. Knows nothing of what is found, beyond its type. Guarantees: what `find` gives belongs to the file as it
is now (size and time of change), and a damaged or unwritable cache only means that nothing is found.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from core.config.run_config import ClassConfig
from core.config.source import Source
from core.errors import StarboardError
from core.home.files import ensure, write_whole
from core.home.places import Home

T = TypeVar("T")
MOST_IN_MEMORY = 64
MOST_ON_DISK = 64
# Raised when what is stored changes its form or its meaning: older files are then not found.
_FORMAT = 9
NO_CLASSES = "[]"


@dataclass(frozen=True)
class Key:
    """What a finding is about: a source, as it was when (empty for all but files), with which columns and classes, the
    latter as JSON. `model` is the one by which tokens were counted, where any were.
    """

    source: Source
    stamp: tuple[int, ...]
    text: str | None = None
    label: str | None = None
    classes: str = NO_CLASSES
    model: str = ""


_lock = threading.Lock()
_memory: OrderedDict[tuple[Key, type], Any] = OrderedDict()


def key_of(
    source: Source,
    text: str | None = None,
    label: str | None = None,
    classes: Sequence[ClassConfig] = (),
    model: str = "",
) -> Key:
    """The key of a source as it is now."""
    chosen = json.dumps([each.model_dump() for each in classes])
    if source.is_file and source.value:
        # What is wrong with the path is said by whoever reads it.
        with contextlib.suppress(OSError, ValueError):
            seen = source.path.stat()
            place = Source("file", str(source.place.absolute()))
            return Key(place, (seen.st_size, seen.st_mtime_ns), text, label, chosen, model)
    return Key(source, (), text, label, chosen, model)


def find(home: Home, key: Key, kind: type[T]) -> T | None:
    """What is stored under a key; None where nothing is.

    Raises:
        StarboardError: an error was stored in its place.
    """
    with _lock:
        found = _memory.get((key, kind))
        if found is not None:
            _memory.move_to_end((key, kind))
    if isinstance(found, StarboardError):
        # Each raise adds to an exception's traceback, and several threads may raise this one.
        raise copy.copy(found)
    if found is None and key.stamp:
        with contextlib.suppress(OSError, ValueError, ValidationError, RecursionError):
            checksum, _, content = _file(home, key, kind).read_bytes().partition(b"\n")
            if checksum != _checksum(content):
                raise ValueError("not as it was written")
            found = TypeAdapter(kind).validate_python(json.loads(content))
            _remember(key, kind, found)
    return found


def in_memory(kind: type[T]) -> list[tuple[Key, T]]:
    """All of a type that this process has at hand."""
    with _lock:
        return [(key, found) for (key, _kind), found in _memory.items() if isinstance(found, kind)]


def store(home: Home, key: Key, found: Any) -> None:
    """Store a dataclass of plain values and messages."""
    _remember(key, type(found), found)
    # A file that was changed while it was read is not what its stamp says.
    if not key.stamp or key_of(key.source).stamp != key.stamp:
        return
    with contextlib.suppress(OSError, StarboardError):
        file = _file(home, key, type(found))
        ensure(file.parent)
        content = json.dumps(asdict(found), ensure_ascii=False).encode()
        write_whole(file, _checksum(content) + b"\n" + content)
        files = sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime_ns, reverse=True)
        for old in files[MOST_ON_DISK:]:
            old.unlink(missing_ok=True)


def store_error(key: Key, kind: type, error: StarboardError) -> None:
    """Store, in memory, that what was asked for can't be made of the source as it is."""
    # The copy has no traceback, whose frames would hold on to the table.
    _remember(key, kind, copy.copy(error))


def _remember(key: Key, kind: type, found: Any) -> None:
    with _lock:
        _memory[key, kind] = found
        _memory.move_to_end((key, kind))
        while len(_memory) > MOST_IN_MEMORY:
            _memory.popitem(last=False)


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _file(home: Home, key: Key, kind: type) -> Path:
    described = json.dumps([_FORMAT, kind.__name__, asdict(key)], sort_keys=True)
    return home.cache / "reports" / f"{hashlib.sha256(described.encode()).hexdigest()[:32]}.json"
