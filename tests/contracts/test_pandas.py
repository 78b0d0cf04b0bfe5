"""pandas: what its C reader says of rows that do not fit, and what it leaves alone."""

from __future__ import annotations

import warnings
from pathlib import Path

import pandas as pd
import pytest

LIBRARY = "pandas"


def read(folder: Path, text: str, size: int = 2) -> list[list[str]]:
    """The rows of a file, read as core/data/formats/delimited.py reads it."""
    file = folder / "reviews.csv"
    file.write_text(text, "utf-8")
    frames = pd.read_csv(
        file,
        sep=",",
        names=["stars", "text"],
        header=0,
        index_col=False,
        dtype=str,
        keep_default_na=False,
        encoding="utf-8",
        engine="c",
        chunksize=size,
        compression=None,
    )
    with warnings.catch_warnings(), frames:
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return [[str(cell) for cell in row] for frame in frames for row in frame.to_numpy().tolist()]


def test_words_that_look_like_nothing_stay_words(tmp_path: Path) -> None:
    """A review that says "NA" or "None" is a review; read as missing, it would be left out."""
    assert read(tmp_path, "stars,text\n5,NA\n4,None\n3,null\n") == [["5", "NA"], ["4", "None"], ["3", "null"]]


def test_a_row_that_is_too_long_is_an_error_wherever_it_stands(tmp_path: Path) -> None:
    """Such rows are left out and counted: the C reader must refuse them, or at least warn of the first of a file."""
    with pytest.raises((pd.errors.ParserError, pd.errors.ParserWarning)):
        read(tmp_path, "stars,text\n5,good,really\n4,fine\n")
    with pytest.raises((pd.errors.ParserError, pd.errors.ParserWarning)):
        read(tmp_path, "stars,text\n5,good\n4,fine\n3,so,so\n")


def test_a_row_that_is_too_short_has_an_empty_last_cell(tmp_path: Path) -> None:
    """Short rows are found by that and counted."""
    assert read(tmp_path, "stars,text\n5,good\n4\n") == [["5", "good"], ["4", ""]]


def test_a_quote_that_is_never_closed_is_told_by_these_words(tmp_path: Path) -> None:
    """It is refused by name, or taken for a plain character in tab-separated text; else a whole file becomes one
    review."""
    with pytest.raises(pd.errors.ParserError, match="EOF inside string"):
        read(tmp_path, 'stars,text\n5,good\n4,"never closed\n3,so\n')
