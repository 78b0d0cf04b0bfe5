"""A text file with a few broken bytes, made whole for readers that go over a file as it lies.

Knows no format. Guarantees as many lines as before, and that each which was broken is counted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.data.formats.encoding import find, is_broken, repaired
from core.data.odd import MOST_ODD, Odd
from core.messages import Message


@dataclass(frozen=True)
class Whole:
    """A file that decodes in `encoding`, and what was repaired of the one that was asked for."""

    path: Path
    encoding: str
    notes: tuple[Message, ...] = ()
    repaired: tuple[Odd, ...] = ()


@contextmanager
def whole(path: Path) -> Iterator[Whole]:
    """Within, a text file that decodes: the file itself, or a copy whose broken characters are replaced.

    Raises:
        SourceError: it is not text.
    """
    found = find(path)
    if not found.damaged:
        yield Whole(path, found.codec, found.notes)
        return
    count, lines = 0, []
    with tempfile.TemporaryDirectory(prefix="starboard-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder, path.name)
        with (
            path.open(encoding=found.codec, errors=found.errors, newline="") as file,
            copy.open("w", encoding="utf-8", newline="") as out,
        ):
            for number, line in enumerate(file, 1):
                if is_broken(line):
                    line = repaired(line, found.codec)
                    count += 1
                    if count <= MOST_ODD:
                        lines.append((number, line.strip()[:500]))
                out.write(line)
        why = Message("with broken bytes; those characters are replaced")
        yield Whole(copy, "utf-8", found.notes, (Odd(why, count, tuple(lines)),) if count else ())
