from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from core.config.source import Source
from core.data.reading import read
from core.errors import SourceError
from core.messages import Message

ROOT = Path(__file__).parents[3]


def test_a_source_of_no_known_form_is_refused() -> None:
    with pytest.raises(SourceError, match=r"'reviews\.csv' is not a dataset source"):
        read(Source.parse("reviews.csv"))


def test_the_sample_has_both_splits() -> None:
    table = read(Source("sample", "reviews"))
    assert set(table.splits) == {"train", "test"}
    assert table.train.schema.types == [pa.string(), pa.int64()]
    assert set(table.train["stars"].to_pylist()) == {1, 2, 3, 4, 5}


def test_a_file_is_the_train_split(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("stars;text\n5;good\n")
    table = read(Source("file", str(tmp_path / "a.csv")))
    assert list(table.splits) == ["train"]
    assert table.rows == 1
    assert table.notes == (Message("Semicolons separate the columns."),)


def test_reading_and_profiling_import_no_heavy_library() -> None:
    code = (
        "import sys; from core.config.source import Source; from core.inspection.profile import profile\n"
        "profile(Source.parse('sample:reviews'))\n"
        "print([name for name in ('torch', 'transformers', 'datasets', 'sklearn') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
