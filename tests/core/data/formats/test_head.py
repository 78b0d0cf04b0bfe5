"""The first rows of a long file, before it was read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.data.formats.files import read_file
from core.data.formats.head import first_rows

REVIEWS = [{"stars": n % 5 + 1, "text": f"Review {n}, of {'many ' * 20}words"} for n in range(5000)]
LINES = [f'{each["stars"]},"{each["text"]}"' for each in REVIEWS]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "\n".join(["stars,text", *LINES])),
        ("a.jsonl", "\n".join(map(json.dumps, REVIEWS))),
        ("a.json", json.dumps(REVIEWS, indent=1)),
        ("a.csv", "\n".join(["stars,text", *(line.replace(", of", "\n\nof") for line in LINES)])),
        ("a.csv", "\n".join(["An export", "", "stars,text", *LINES])),
    ],
)
def test_they_are_those_of_the_file(tmp_path: Path, name: str, content: str) -> None:
    (path := tmp_path / name).write_text(content)
    found = first_rows(path, 25)
    assert found is not None
    assert found.to_pylist() == read_file(path).rows.slice(0, 25).to_pylist()


@pytest.mark.parametrize("content", [b"", b"x" * 300_000, b"PAR1\x00\x00\n", b"text\n", b"<html>\n</html>\n"])
def test_where_the_beginning_says_nothing_there_are_none(tmp_path: Path, content: bytes) -> None:
    (path := tmp_path / "a.csv").write_bytes(content)
    assert first_rows(path, 25) is None
    assert first_rows(tmp_path / "missing.csv", 25) is None
