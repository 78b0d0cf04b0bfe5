"""The awkward tables that people really have, read as a person would read them: tests/tables/expected.tsv."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from core.config.source import Source
from core.data.reading import read
from core.errors import DataError
from core.inspection.profile import Profile, profile

FOLDER = Path(__file__).parents[1] / "tables"
with (FOLDER / "expected.tsv").open(encoding="utf-8", newline="") as stream:
    EXPECTED = list(csv.DictReader(stream, delimiter="\t"))
# Where another reading is better than the one in expected.tsv: what, and why.
BETTER: dict[str, dict[str, str]] = {
    "category_150.csv": {"rows": "150", "classes": "50 classes", "why": "it holds 50 intents of three rows, not 150"},
    "amazon.json.gz": {"text": "summary + reviewText", "why": "reviews without a text have a summary, as in the other"},
}


def profiled(file: str) -> Profile:
    return profile(read(Source("file", str(FOLDER / file))))


def columns(words: str) -> set[str]:
    """The ways to name the text: `a (+ b)` may be one column or both."""
    plain, _, more = re.sub(r"\)$", "", words).partition(" (+ ")
    return {plain, f"{plain} + {more}", f"{more} + {plain}"} if more else {plain}


@pytest.mark.parametrize("row", EXPECTED, ids=lambda row: row["file"])
def test_a_table_is_read_as_a_person_would(row: dict[str, str]) -> None:
    row = row | BETTER.get(row["file"], {})
    file, classes = row["file"], row["classes"]
    if classes in {"refused", "refused for training", "lines"}:
        with pytest.raises(DataError):
            profiled(file)
        return
    found = profiled(file)
    assert found.text_column in columns(row["text"])
    assert found.label_column == row["label"]
    usable = sum(found.usable.values())
    assert int(row["rows"]) in {found.rows, usable}
    if classes.startswith("numbers"):
        assert [float(re.sub(r" stars?$", "", name)) for name in found.classes] == sorted(
            float(re.sub(r" stars?$", "", name)) for name in found.classes
        )
    elif re.fullmatch(r"\d+ classes", classes):
        assert len(found.classes) == int(classes.split()[0])
    else:
        assert found.classes == classes.split("|")
