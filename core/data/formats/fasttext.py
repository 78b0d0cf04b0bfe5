"""fastText's lines, `__label__good Lovely place`, to two columns: `text` and `label`.

Knows nothing of what the labels mean. Guarantees one row for each line that is not blank; a line with several labels
has an empty one, and is counted.

Source: https://fasttext.cc/docs/en/supervised-tutorial.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.data.formats import Read, labelstudio, repairing
from core.data.formats.own import own_reader
from core.messages import Message

_LABEL = re.compile(r"(?:^|(?<=\s))__label__(\S*)\s*")
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


def read(path: Path, progress: Callable[[float], object]) -> Read:
    """Read a file of labels and texts, one a line.

    Raises:
        SourceError: it is not text.
    """
    several = labelstudio.Several()
    texts: list[str] = []
    labels: list[str | None] = []
    with repairing.whole(path) as whole, whole.path.open(encoding=whole.encoding) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            found = _LABEL.findall(line)
            if len(found) > 1:
                several.add(number, line.strip())
            labels.append((found[0] or None) if len(found) == 1 else None)
            texts.append(_LABEL.sub("", line).strip())
    column = pa.array(labels, pa.string())
    if any(labels) and all(label is None or _INTEGER.fullmatch(label) for label in labels):
        column = pa.array([None if label is None else int(label) for label in labels], pa.int64())
    note = Message("Read as fastText writes it: a label and its text on each line.")
    rows = pa.table({"text": pa.array(texts, pa.string()), "label": column})
    return Read(rows, (note, *whole.notes, *several.notes), {"own": True}, repaired=(*whole.repaired, *several.odd))


def stream(path: Path) -> Iterator[pa.Table]:
    """All rows as one piece: whether labels are numbers is known only at the end."""
    yield read(path, lambda _share: None).rows


def script(path: str, layout: Mapping[str, Any]) -> str:
    return own_reader(path)
