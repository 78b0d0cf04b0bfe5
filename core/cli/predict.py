"""The command `predict`: reviews from arguments, lines or a table, rated and printed piece by piece.

Knows where reviews come from and how their ratings are said; knows nothing of models. Guarantees that memory does not
grow with their number (only JSON files are read whole), and that with `--json` standard output holds one whole array,
also when an error ends the command halfway.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.console import to_json
from core.data.formats import format_of
from core.errors import StarboardError
from core.home.places import Home
from core.runs.run import Run
from core.runs.store import Store

if TYPE_CHECKING:
    from core.prediction.predictor import Prediction, Predictor

# Reviews rated at once: enough to find some of like length.
PIECE = 2000


def add_command(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add `predict` to the commands."""
    predict = command("predict", _predict, "rate texts with a trained run")
    predict.add_argument("run", metavar="RUN")
    predict.add_argument(
        "text_list", nargs="*", metavar="TEXT", help="reviews; else those of FILE, else one per line of standard input"
    )
    predict.add_argument("--file", metavar="F", help="a table (csv, tsv, jsonl, parquet), or one review per line")
    predict.add_argument("--text", metavar="C", help="the text column of a table")


def _predict(options: argparse.Namespace) -> int:
    # Not at the top: every other command would pay for it.
    from core.prediction import predictor

    run = Store(Home.present()).get(options.run)
    model = predictor.load(Home.present(), run)
    say = _Json() if options.json else _Words()
    try:
        for prediction in _rated(model, _texts(options, run)):
            say(prediction)
    finally:
        say.end()
    return 0


def _rated(model: Predictor, texts: Iterator[str]) -> Iterator[Prediction]:
    """What the model thinks of each text; an error where there is none."""
    done = 0
    while (piece := list(islice(texts, PIECE))) or not done:
        yield from model(piece, progress=_Counter(done, len(piece)))
        done += len(piece)


class _Counter:
    """Says on a terminal how many reviews are rated."""

    def __init__(self, done: int, more: int) -> None:
        self._done, self._more = done, more

    def __call__(self, share: float) -> None:
        if sys.stderr.isatty() and self._done + self._more >= PIECE:
            print(f"\r{self._done + round(share * self._more):,} rated", end="\r", file=sys.stderr, flush=True)


class _Words:
    """A line for each prediction."""

    def __call__(self, each: Prediction) -> None:
        stars = "" if each.stars is None else f"{each.stars:.2f}  "
        print(f"{stars}{each.label}  {each.scores[each.label]:.2f}  {' '.join(each.text.split())[:80]}")

    def end(self) -> None:
        pass


class _Json:
    """One array on one line, written as it comes."""

    def __init__(self) -> None:
        self._begun = False

    def __call__(self, each: Prediction) -> None:
        print(", " if self._begun else "[", to_json(each.to_dict()), sep="", end="")
        self._begun = True

    def end(self) -> None:
        if self._begun:
            print("]")


def _texts(options: argparse.Namespace, run: Run) -> Iterator[str]:
    if options.text_list:
        return iter(options.text_list)
    if options.file is None:
        return _lines(sys.stdin)
    path = Path(options.file)
    # Elsewhere a .txt file is a table; here it holds one review per line.
    if format_of(path) is not None and path.suffix.lower() != ".txt":
        usual = run.facts.text_column or run.config.data.text_column
        return _cells(path, options.text, usual)
    return _lines_of(path)


def _lines_of(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig") as stream:
            yield from _lines(stream)
    except OSError as error:
        raise StarboardError(f"The file {path} cannot be read: {error.strerror}.", "Check the path.") from error


def _lines(stream: Iterable[str]) -> Iterator[str]:
    try:
        for line in stream:
            if line.strip():
                yield line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise StarboardError("The texts are not UTF-8.", "Save them as UTF-8, one a line.") from error


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
