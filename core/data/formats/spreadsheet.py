"""A sheet of a workbook: xlsx, xlsm, xls or ods.

The workbook is opened in a process of its own (`workbook.py`): python-calamine makes room for every cell between the
first and the last, and ends the process where there is none. Knows nothing of which column means what. Guarantees one
row for each row of the sheet that is not blank and stands below the names of the columns.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.config.source import divided
from core.data.formats import Read
from core.data.formats.own import ROOT, own_reader
from core.data.odd import Odd
from core.errors import SourceError
from core.messages import Message

MOST_SECONDS = 600


def read(path: Path, progress: Callable[[float], object]) -> Read:
    """Read the first sheet of a workbook that looks like a table, or the one that stands behind the `#` of its path.

    Raises:
        SourceError: it is damaged, too large or protected, has no such sheet, or none that is a table.
    """
    file, sheet = divided(path)
    with file.open("rb"):
        # What the system refuses is said by whoever asked.
        pass
    head, table = _answer(file, sheet)
    if failure := head.get("failure"):
        raise SourceError(*map(Message.from_dict, failure))
    if table is None:
        raise SourceError(
            Message("{name} cannot be opened: it is damaged, or too large for a workbook.", name=file.name),
            Message("Save the sheet as CSV (UTF-8) and choose that file."),
        )
    left_out, repaired = (tuple(map(_odd, head[kind])) for kind in ("left_out", "repaired"))
    notes = tuple(map(Message.from_dict, head["notes"]))
    return Read(table, notes, {"own": True}, left_out, repaired)


def stream(path: Path) -> Iterator[pa.Table]:
    """All rows as one piece: a workbook is opened whole.

    Raises:
        SourceError: as `read`.
    """
    yield read(path, lambda _share: None).rows


def script(path: str, layout: Mapping[str, Any]) -> str:
    return own_reader(path)


def _answer(file: Path, sheet: str | None) -> tuple[dict[str, Any], pa.Table | None]:
    """What the other process says, and the rows; neither where it came to harm."""
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-P",
                "-m",
                "core.data.formats.workbook",
                str(file.absolute()),
                *([sheet] if sheet else []),
            ],
            env=os.environ
            | {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=MOST_SECONDS,
        )
        head, _, rows = done.stdout.partition(b"\n")
        return json.loads(head), pa.ipc.open_stream(rows).read_all() if rows else None
    except (ValueError, pa.ArrowException, subprocess.TimeoutExpired):
        return {}, None


def _odd(raw: Mapping[str, Any]) -> Odd:
    lines = tuple((int(line), str(text)) for line, text in raw["lines"])
    return Odd(Message.from_dict(raw["why"]), int(raw["count"]), lines)
