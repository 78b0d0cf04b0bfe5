"""Rows pasted from a spreadsheet or a file: which kind of table they are.

Looks at the text alone; what the rows hold is for the readers of files to find out, since a pasted text is kept as an
upload. Guarantees a name whose suffix names a format.
"""

from __future__ import annotations

import json

from core.errors import SourceError
from core.messages import Message


def name_of(text: str) -> str:
    """What the text is called as a file: `pasted.tsv` for cells of a spreadsheet, else as it is written.

    Raises:
        SourceError: there is nothing in it.
    """
    lines = text.strip("\ufeff \t\r\n").splitlines()
    if not lines:
        raise SourceError(
            Message("Nothing was pasted."),
            Message("Copy the cells of a spreadsheet with their header, or lines of a CSV or JSON file."),
        )
    first = lines[0].strip()
    if first.startswith("{") and _is_json(first):
        return "pasted.jsonl"
    if first.startswith(("{", "[")) and _is_json(text):
        return "pasted.json"
    # A spreadsheet puts a tab between cells; where the first line has none, something else divides them.
    return "pasted.tsv" if "\t" in lines[0] else "pasted.csv"


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
