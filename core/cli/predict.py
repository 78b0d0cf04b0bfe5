"""The command `predict`: reviews from arguments, lines or a table, rated and printed piece by piece.

Knows where reviews come from and how their ratings are said; knows nothing of models. Guarantees that memory does not
grow with their number (only JSON files are read whole), and that with `--json` standard output holds one whole array,
also when an error ends the command halfway.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.commands import RUN, SUCCESS, argument, command
from core.cli.console import to_json
from core.data.formats import format_of
from core.errors import StarboardError
from core.home.places import Home
from core.messages import Message
from core.runs.run import Run
from core.runs.store import Store

if TYPE_CHECKING:
    from core.prediction.predictor import Prediction

# Reviews rated at once: enough to find some of like length.
PIECE = 2000


@command(
    "predict",
    "rate texts with a trained run",
    RUN,
    argument(
        "text_list", nargs="*", metavar="TEXT", help="reviews; else those of FILE, else one per line of standard input"
    ),
    argument("--file", metavar="F", help="a table (csv, tsv, jsonl, parquet), or one review per line"),
    argument("--text", metavar="C", help="the text column of a table"),
)
def predict(options: argparse.Namespace) -> int:
    # Not at the top: every other command would pay for it.
    from core.prediction import predictor

    run = Store(Home.present()).get(options.run)
    model, texts = predictor.load(Home.present(), run), _texts(options, run)
    printer = _Json() if options.json else _Words()
    done = 0
    try:
        # Without any text the model says that there is none.
        while (piece := list(islice(texts, PIECE))) or not done:
            for prediction in model(piece, progress=_Counter(done, len(piece))):
                printer.print(prediction)
            done += len(piece)
    finally:
        printer.end()
    return SUCCESS


class _Counter:
    """Says on a terminal how many reviews are rated."""

    def __init__(self, done: int, more: int) -> None:
        self._done, self._more = done, more

    def __call__(self, share: float) -> None:
        if sys.stderr.isatty() and self._done + self._more >= PIECE:
            print(f"\r{self._done + round(share * self._more):,} rated", end="\r", file=sys.stderr, flush=True)


class _Words:
    """A line for each prediction."""

    def print(self, each: Prediction) -> None:
        stars = "" if each.stars is None else f"{each.stars:.2f}  "
        print(f"{stars}{each.label}  {each.scores[each.label]:.2f}  {' '.join(each.text.split())[:80]}")

    def end(self) -> None:
        pass


class _Json:
    """One array on one line, written as it comes."""

    def __init__(self) -> None:
        self._begun = False

    def print(self, each: Prediction) -> None:
        print(", " if self._begun else "[", to_json(each.to_dict()), sep="", end="")
        self._begun = True

    def end(self) -> None:
        if self._begun:
            print("]")


def _texts(options: argparse.Namespace, run: Run) -> Iterator[str]:
    """The texts to rate, one at a time."""
    if options.text_list:
        if not all(map(_is_text, options.text_list)):
            raise _not_utf8()
        return iter(options.text_list)
    path = None if options.file is None else Path(options.file)
    # Elsewhere a .txt file is a table; here it holds one review per line.
    if path is None or format_of(path) is None or path.suffix.lower() == ".txt":
        return _lines(path)
    return _cells(path, options.text, run.facts.text_column or run.config.data.text_column)


def _lines(path: Path | None) -> Iterator[str]:
    """The lines of a file, or of standard input, that are not blank."""
    try:
        if path is None and isinstance(sys.stdin, io.TextIOWrapper):
            # In some locales Python takes any byte for a character.
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict")
        with contextlib.nullcontext(sys.stdin) if path is None else path.open(encoding="utf-8-sig") as stream:
            for line in stream:
                if line.strip():
                    yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except OSError as error:
        raise StarboardError(
            Message("The file {path} cannot be read: {why}.", path=path or "-", why=error.strerror),
            Message("Check the path."),
        ) from error


def _is_text(text: str) -> bool:
    """Whether a text has no half characters, which bytes that are not UTF-8 become on a command line."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_utf8() -> StarboardError:
    return StarboardError(Message("The texts are not UTF-8."), Message("Save them as UTF-8, one a line."))


def _cells(path: Path, named: str | None, usual: str | None) -> Iterator[str]:
    """The texts of a table; rows without one are left out and counted."""
    from core.data import columns
    from core.data.formats import files
    from core.data.table import Table, plain

    column, blank = "", 0
    for piece in files.stream_file(path):
        column = column or columns.text_column(Table({"train": piece}), named, usual)
        for text in plain(piece[column]).to_pylist():
            if text and text.strip():
                yield text
            else:
                blank += 1
    if blank:
        print(f"rows without text, left out: {blank:,}", file=sys.stderr)
