"""The first rows of a long file, before the whole of it was read.

Reads the beginning of the file as if it were the file. Knows no format of its own. Guarantees rows that the whole file
begins with, as far as its beginning tells how it is written, or none at all: whoever wants to be sure reads all of it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa

from core.data.formats import files
from core.errors import SourceError

_HEAD_BYTES = 200_000


def first_rows(path: Path, most: int) -> pa.Table | None:
    """At most so many rows of the beginning of a file; None where the beginning alone cannot be read.

    Args:
        path: an existing file of text; of other formats the beginning is no file.
        most: rows, >= 1.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        end = head.rfind(b"\n") + 1
        # Not within a review of several lines, whose quotation mark is still open.
        while end and head.count(b'"', 0, end) % 2:
            end = head.rfind(b"\n", 0, end - 1) + 1
        if not end or b"\x00" in head:
            return None
        with tempfile.TemporaryDirectory() as folder:
            part = Path(folder) / path.name
            part.write_bytes(head[:end])
            rows = files.read_file(part).rows
    except (SourceError, OSError):
        return None
    # The last row may be a part of one.
    return rows.slice(0, min(most, rows.num_rows - 1)) if rows.num_rows > 1 else None
