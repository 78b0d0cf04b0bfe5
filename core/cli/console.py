"""How a command says its result: in words, or as one JSON value and nothing else.

Knows standard output; knows no command. Guarantees that what people and files called something cannot move the cursor
or change the title of a terminal.
"""

from __future__ import annotations

import argparse
import errno
import io
import json
from collections.abc import Callable
from typing import Any, TextIO

from core.errors import StorageError
from core.messages import Message
from core.runs.run import Run

# Control characters but tab, end of line and return, which progress needs: shown as \\x1b is.
_VISIBLE = {code: f"\\x{code:02x}" for code in [*range(32), *range(127, 160)] if chr(code) not in "\t\n\r"}


class Visible(io.TextIOBase):
    """A stream that shows control characters instead of sending them, and says what is wrong where it can't write.

    Raises:
        StorageError: there is no room for what is written.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, text: str) -> int:
        # A half character, as in the name of a file, can't be written either.
        shown = text.translate(_VISIBLE).encode("utf-8", "backslashreplace").decode()
        self._tried(lambda: self._stream.write(shown))
        return len(text)

    def flush(self) -> None:
        self._tried(self._stream.flush)

    def _tried(self, act: Callable[[], object]) -> None:
        try:
            act()
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            raise StorageError(
                Message("The output cannot be written: {why}.", why=error.strerror or str(error)),
                Message("Send it somewhere with room."),
            ) from error


def print_result(options: argparse.Namespace, value: object, words: Callable[[], object]) -> None:
    """Print the value with `--json`, else call `words`, which prints them."""
    if options.json:
        print(to_json(value))
    else:
        words()


def print_scores(run: Run) -> None:
    """Where a run is, and its scores beside what they must beat."""
    print(f"{run.id}  {run.status} at step {run.step} of {run.total_steps}")
    baseline, tfidf = run.facts.baseline or {}, run.facts.tfidf or {}
    for name, value in run.eval.items():
        beside = "".join(
            f"   {title} {scores[name]:.4f}"
            for title, scores in (("commonest class", baseline), ("TF-IDF", tfidf))
            if name in scores
        )
        print(f"  {name:<16} {value:.4f}{beside}")


def to_json(value: object) -> str:
    """The value on one line."""
    # NaN is not JSON; a metric that has none is null.
    return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, list | tuple) else value
