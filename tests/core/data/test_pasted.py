"""Pasted rows are kept under a name from which the same reader reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config.source import Source
from core.data import pasted, reading, uploads
from core.errors import SourceError

ROWS = [("The soup, cold.", "2"), ("“We” will be back", "5"), ("美味しい", "4")]


def written(between: str) -> str:
    return "\n".join(between.join(cells) for cells in [("review", "stars"), *ROWS])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (written("\t"), "pasted.tsv"),
        (written("\t").replace("\n", "\r\n") + "\r\n", "pasted.tsv"),
        ("\n\n" + written("\t"), "pasted.tsv"),
        (written(";"), "pasted.csv"),
        ('{"review": "a\\tb", "stars": 1}\n{"review": "b", "stars": 2}', "pasted.jsonl"),
        ('[{"review": "a", "stars": 1},\n {"review": "b", "stars": 2}]', "pasted.json"),
        ('{\n "review": "a",\n "stars": 1}', "pasted.json"),
        ("[sic], text\n{a}, b", "pasted.csv"),
    ],
)
def test_what_was_pasted_is_told_by_looking(text: str, name: str) -> None:
    assert pasted.name_of(text) == name


@pytest.mark.parametrize("text", ["", " \n\t\n ", "\ufeff"])
def test_nothing_is_said_to_be_nothing(text: str) -> None:
    with pytest.raises(SourceError, match="Nothing was pasted"):
        pasted.name_of(text)


def test_cells_of_a_spreadsheet_are_read_as_they_stand(tmp_path: Path) -> None:
    text = written("\t")
    file = uploads.store(tmp_path, pasted.name_of(text), text.encode())
    train = reading.read(Source("file", str(file))).train
    assert train["review"].to_pylist() == [review for review, _stars in ROWS]
    assert [str(each) for each in train["stars"].to_pylist()] == [stars for _review, stars in ROWS]
