"""The command `predict`: reviews from arguments, lines or a table, rated and printed piece by piece.

Knows where reviews come from and how their ratings are said; knows nothing of models. Guarantees that memory does not
grow with their number (only JSON files are read whole), that with `--json` standard output holds one whole array, also
when an error ends the command halfway, and that each row of a table is in it.
"""

from __future__ import annotations

import argparse
import io
import itertools
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.commands import RUN, SUCCESS, argument, command
from core.cli.console import to_json
from core.errors import StarboardError
from core.home.places import Home
from core.messages import Message
from core.runs.run import Run
from core.runs.store import Store

if TYPE_CHECKING:
    from core.data.reviews import Review
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
    argument("--file", metavar="F", help="a table of any format that is trained on, or one review per line"),
    argument("--text", metavar="C", help="the text column of a table, where it is not called as in training"),
)
def predict(options: argparse.Namespace) -> int:
    # Not at the top: every other command would pay for it.
    from core.prediction import predictor

    run = Store(Home.present()).get(options.run)
    model, reviews = predictor.load(Home.present(), run), _reviews(options, run)
    printer = _Json() if options.json else _Words()
    done, blank = 0, 0
    try:
        while piece := list(islice(reviews, PIECE)):
            texts = [each.text for each in piece if each.text.strip()]
            ratings = iter(model(texts, progress=_Counter(done, len(texts))) if texts else ())
            for each in piece:
                printer.print(each, next(ratings) if each.text.strip() else None)
            done += len(texts)
            blank += len(piece) - len(texts)
        if not done:
            # It says that there is nothing to rate.
            model([])
    finally:
        printer.end()
    if blank:
        print(f"rows without text, {printer.blanks}: {blank:,}", file=sys.stderr)
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

    blanks = "left out"

    def print(self, review: Review, rating: Prediction | None) -> None:
        if rating is None:
            return
        stars = "" if rating.stars is None else f"{rating.stars:.2f}  "
        print(f"{stars}{rating.label}  {rating.scores[rating.label]:.2f}  {' '.join(review.text.split())[:80]}")

    def end(self) -> None:
        pass


class _Json:
    """One array on one line, written as it comes."""

    blanks = "not rated"

    def __init__(self) -> None:
        self._begun = False

    def print(self, review: Review, rating: Prediction | None) -> None:
        rated = rating.to_dict() if rating else {"text": review.text, "label": None, "stars": None, "scores": {}}
        # What a cell may hold that JSON has not, such as a day, is told as text.
        columns = json.loads(json.dumps(dict(review.others), default=str))
        print(", " if self._begun else "[", to_json({**rated, "row": review.row, "columns": columns}), sep="", end="")
        self._begun = True

    def end(self) -> None:
        if self._begun:
            print("]")


def _reviews(options: argparse.Namespace, run: Run) -> Iterator[Review]:
    """The texts to rate, one at a time."""
    from core.data.reviews import Review, texts_of

    if options.text_list:
        if not all(map(_is_text, options.text_list)):
            raise _not_utf8()
        return itertools.starmap(Review, enumerate(options.text_list))
    if options.file is None:
        return _standard_input()
    facts, data = run.facts, run.config.data
    known = facts.text_columns or tuple(filter(None, [facts.text_column])) or tuple(data.text_columns)
    texts = known or tuple(filter(None, [data.text_column]))
    return texts_of(Path(options.file), texts, nothing=facts.no_text, asked=options.text)


def _standard_input() -> Iterator[Review]:
    """The lines that are not blank."""
    from core.data.reviews import Review

    try:
        if isinstance(sys.stdin, io.TextIOWrapper):
            # In some locales Python takes any byte for a character.
            sys.stdin.reconfigure(encoding="utf-8-sig", errors="strict")
        for row, line in enumerate(sys.stdin):
            if line.strip():
                yield Review(row, line.rstrip("\r\n"))
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except OSError as error:
        raise StarboardError(
            Message("The file {path} cannot be read: {why}.", path="-", why=error.strerror),
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
