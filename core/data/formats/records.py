"""JSON records (one object a line, or one array of objects) to Arrow.

pyarrow reads the clean file; Python's json only steps in to name the line that is wrong, for another
encoding, and for values whose type changes from row to row. Knows nothing of which column means what.
Guarantees one row per object, in order; a key that an object lacks is null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.data.formats import Read
from core.data.formats.encoding import detect
from core.data.table import refuse_wide
from core.errors import SourceError
from core.messages import Message

_BLOCK_BYTES = 16 << 20
# Deeper than any row of a table; pyarrow's reader ends the whole process at some thousands.
_MOST_NESTED = 500
_EXPECTED = Message('Expected one object per row, such as {{"text": "Great place", "stars": 5}}.')
_KINDS = {
    list: Message("an array"),
    str: Message("a string"),
    bool: Message("true or false"),
    type(None): Message("null"),
}
_NUMBER = Message("a number")


def read(path: Path, progress: Callable[[float], object]) -> Read:
    """Read JSON lines or a JSON array of objects; the content tells which.

    Args:
        path: an existing file that is not empty.
        progress: not told of, since the file is read at once.

    Returns:
        N rows, N >= 0, what was noticed, and the layout: `encoding`, whether it is an `array`, and the columns whose
        values are of `mixed` types.

    Raises:
        SourceError: not text, or not JSON; names the line.
    """
    encoding, notes = detect(path)
    with path.open(encoding=encoding) as file:
        is_array = file.read(1000).lstrip().startswith("[")
    layout = {"encoding": encoding, "array": is_array}
    if not is_array and encoding == "utf-8" and _is_plain(path):
        from pyarrow import json as arrow_json

        try:
            table = arrow_json.read_json(path, read_options=arrow_json.ReadOptions(block_size=_BLOCK_BYTES))
        except pa.ArrowInvalid:
            pass
        else:
            # pyarrow makes times of strings that look like times; here they stay what was written.
            if not any(pa.types.is_temporal(kind) for kind in table.schema.types):
                return Read(table, notes, layout)
    rows = list(_objects(path, encoding, is_array=is_array))
    table, mixed = {}, []
    names = dict.fromkeys(name for row in rows for name in row)
    refuse_wide(path.name, len(names))
    for name in names:
        values = [row.get(name) for row in rows]
        try:
            table[name] = pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            # Values of different types become the text that was written.
            mixed.append(name)
            written = (
                each if each is None or isinstance(each, str) else json.dumps(each, ensure_ascii=False)
                for each in values
            )
            table[name] = pa.array(list(written), pa.string())
    return Read(pa.table(table), notes, {**layout, "mixed": mixed})


def stream(path: Path) -> Iterator[pa.Table]:
    """All rows as one piece: types are known only at the end."""
    yield read(path, lambda _share: None).rows


def script(path: str, layout: Mapping[str, Any]) -> str:
    rows = "json.load(file)" if layout.get("array") else "[json.loads(line) for line in file if line.strip()]"
    lines = [
        "import json",
        "",
        "import pandas as pd",
        "",
        f"with open({path!r}, encoding={layout.get('encoding', 'utf-8')!r}) as file:",
        f"    table = pd.DataFrame({rows}, dtype=object)",
    ]
    if layout.get("mixed"):
        lines += [
            f"for column in {layout['mixed']!r}:  # values of several types: all become text",
            "    table[column] = [",
            "        cell if isinstance(cell, str) or cell is None or cell != cell",
            "        else json.dumps(cell, ensure_ascii=False)",
            "        for cell in table[column]",
            "    ]",
        ]
    return "\n".join(lines)


def _is_plain(path: Path) -> bool:
    """Whether each line begins an object without much in it: pyarrow's reader has ended the process at others, such as
    a single `null`."""
    with path.open("rb") as file:
        return all(
            line.startswith(b"{") and line.count(b"{") + line.count(b"[") <= _MOST_NESTED
            for line in map(bytes.lstrip, file)
            if line
        )


def _objects(path: Path, encoding: str, *, is_array: bool) -> Iterator[dict[str, Any]]:
    """The objects of one array, or of a file with one a line."""
    if is_array:
        for place, row in enumerate(_parsed(path, path.read_text(encoding=encoding)), 1):
            if not isinstance(row, dict):
                found = _KINDS.get(type(row), _NUMBER)
                raise SourceError(
                    Message(
                        "{name}: element {place} is {found}, expected an object.",
                        name=path.name,
                        place=place,
                        found=found,
                    ),
                    _EXPECTED,
                )
            yield row
        return
    with path.open(encoding=encoding) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            row = _parsed(path, line, number)
            if not isinstance(row, dict):
                found = _KINDS.get(type(row), _NUMBER)
                raise SourceError(
                    Message(
                        "{name}: line {line} is {found}, expected an object.",
                        name=path.name,
                        line=number,
                        found=found,
                    ),
                    _EXPECTED,
                )
            yield row


def _parsed(path: Path, text: str, line: int | None = None) -> Any:
    """What a text means; `line` is where it stands in its file, None where it is the whole file."""
    try:
        found = json.loads(text, parse_constant=lambda word: None if word == "NaN" else float(word))
        if "\\ud" in text.lower():
            # One half of a character that JSON writes as two: in no encoding is there such a text.
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except UnicodeEncodeError as error:
        raise SourceError(
            Message(
                "{name}: line {line} holds half a character ({half}), expected text.",
                name=path.name,
                line=line or _line_of(text, error.object[error.start]),
                half=f"\\u{ord(error.object[error.start]):04x}",
            ),
            Message("Remove it, or write the whole character, and choose the file again."),
        ) from None
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise SourceError(
            Message(
                "{name}: line {line} is not valid JSON ({why}).",
                name=path.name,
                line=line or getattr(error, "lineno", 1),
                why=getattr(error, "msg", None) or str(error).partition(";")[0],
            ),
            Message('Correct that line. Expected one object per row, such as {{"text": "Great place", "stars": 5}}.'),
        ) from None


def _line_of(text: str, half: str) -> int:
    """The line on which half a character is written for the first time."""
    return text[: text.lower().find(f"\\u{ord(half):04x}")].count("\n") + 1
