"""Tokenised reviews, kept between runs: the same texts cut the same way are tokenised once.

Entries are named by their content (texts, tokenizer, longest review), so that nothing can be stale: another table, a
changed file or another model has another name. Knows a folder of Arrow files, each with its checksum at the end; knows
nothing of runs. A damaged or vanished entry is as if it had never been there, and the oldest go when they take more
than `MOST_BYTES`.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import xxhash

from core.home.files import checksum, create_folder, writing

MOST_BYTES = 2 << 30
# Part of every name: a change of what is kept makes old entries unknown.
FORMAT = 3


def name_of(texts: pa.ChunkedArray, tokenizer: Any, max_length: int) -> str:
    """The name of N texts, tokenised by this tokenizer and cut after `max_length` tokens."""
    digest = hashlib.blake2b(digest_size=16)
    backend = getattr(tokenizer, "backend_tokenizer", None)
    what = backend.to_str() if backend is not None else f"{type(tokenizer).__name__} {sorted(tokenizer.get_vocab())}"
    digest.update(f"{FORMAT} {max_length} {what}".encode())
    for chunk in texts.chunks:
        # Buffers alone would not tell a slice of a table from the table.
        for text in chunk.to_pylist():
            digest.update(text.encode())
            digest.update(b"\0")
    return digest.hexdigest()


def cached(folder: Path, name: str, make: Callable[[], pa.Table]) -> pa.Table:
    """The table of this name: from the cache, mapped into memory, or made now and put there."""
    file = folder / f"{name}.arrow"
    with contextlib.suppress(OSError, pa.ArrowInvalid):
        if (found := _read(file)) is not None:
            os.utime(file)
            return found
    table = make()
    # A cache that can't be written must not cost the run.
    with contextlib.suppress(OSError):
        create_folder(folder)
        with writing(file) as fresh:
            with pa.OSFile(str(fresh), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
            _seal(fresh)
        total = 0
        newest_first = sorted(folder.glob("*.arrow"), key=lambda each: each.stat().st_mtime, reverse=True)
        for number, each in enumerate(newest_first):
            total += each.stat().st_size
            if number and total > MOST_BYTES:
                each.unlink()
    return table


def _read(file: Path) -> pa.Table | None:
    """A table mapped into memory, None where the file is not as it was written."""
    with pa.memory_map(str(file)) as source:
        length = source.size() - xxhash.xxh3_128().digest_size
        if length < 0:
            return None
        content = source.read_buffer(length)
        if xxhash.xxh3_128(memoryview(content)).digest() != source.read():
            return None
    return pa.ipc.open_file(content).read_all()


def _seal(file: Path) -> None:
    """Put the checksum of a file at its end."""
    digest = bytes.fromhex(checksum(file))
    with file.open("ab") as stream:
        stream.write(digest)
