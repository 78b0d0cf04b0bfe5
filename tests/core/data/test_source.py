from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from core.data.source import Source, parse, read
from core.errors import SourceError

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("sample:reviews", Source("sample", "reviews")),
        ("file:a b/c.csv", Source("file", "a b/c.csv")),
        ("file:C:/reviews.csv", Source("file", "C:/reviews.csv")),
        (" hub:Yelp/yelp_review_full ", Source("hub", "Yelp/yelp_review_full")),
        ("hub:nyu-mll/glue/sst2", Source("hub", "nyu-mll/glue/sst2")),
    ],
)
def test_parse(source: str, expected: Source) -> None:
    assert parse(source) == expected
    assert parse(str(expected)) == expected


@pytest.mark.parametrize(
    "source",
    ["", "reviews.csv", "file:", "sample:other", "hub:yelp", "hub:a/b/c/d", "hub:a b/c", "http://x/y"],
)
def test_a_wrong_source_is_told_the_three_forms(source: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(source)
    for form in ("sample:reviews", "file:PATH", "hub:OWNER/NAME"):
        assert form in caught.value.advice


def test_the_sample_has_both_splits() -> None:
    table = read("sample:reviews")
    assert set(table.splits) == {"train", "test"}
    assert table.train.schema.types == [pa.string(), pa.int64()]
    assert set(table.train["stars"].to_pylist()) == {1, 2, 3, 4, 5}


def test_a_file_is_the_train_split(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("stars;text\n5;good\n")
    table = read(f"file:{tmp_path / 'a.csv'}")
    assert list(table.splits) == ["train"]
    assert table.rows == 1
    assert table.notes == ("Semicolons separate the columns.",)


def test_reading_and_profiling_import_no_heavy_library() -> None:
    code = (
        "import sys; from core.inspection.profile import profile; profile('sample:reviews');"
        "print([name for name in ('torch', 'transformers', 'datasets', 'sklearn') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
