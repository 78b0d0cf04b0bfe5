"""Reports: worked out once for all who ask, with a share that grows, and kept for the next process."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from core.config.source import Source
from core.errors import ColumnError, LabelError, SourceError
from core.home.places import Home
from core.inspection import cache, reports
from core.inspection.profile import profile
from core.messages import Message


@pytest.fixture
def path(home: Path, tmp_path: Path) -> Path:
    """9,000 reviews, more than one piece to measure."""
    path = tmp_path / "reviews.csv"
    rows = (f"meal {n} was {'fine ' * (n % 7)},{n % 3 + 1},north" for n in range(9000))
    path.write_text("\n".join(["review,points,shop", *rows]) + "\n", encoding="utf-8")
    return path


def test_a_report_is_the_profile_with_token_counts(path: Path) -> None:
    report = reports.start(Home.present(), Source("file", str(path))).result()
    assert report.profile == profile(Source("file", str(path)))
    assert 2000 <= len(report.token_lengths) <= 4000
    assert min(report.token_lengths) >= 5


def test_the_outline_has_columns_candidates_and_first_rows(path: Path) -> None:
    reports.start(Home.present(), Source("file", str(path))).result()
    outline = reports.find_outline(Home.present(), Source("file", str(path)))
    assert outline is not None
    assert outline.columns == ["review", "points", "shop"]
    assert outline.guess(None, None) == ("review", "points")
    assert outline.guess("shop", "gone") == ("shop", "points")
    assert len(outline.rows) == reports.OUTLINE_ROWS
    assert outline.rows[0] == {"review": "meal 0 was ", "points": 1, "shop": "north"}


def test_another_process_finds_outline_and_report_without_reading(path: Path, reads: list[str]) -> None:
    source = Source("file", str(path))
    first = reports.start(Home.present(), source).result()
    cache._memory.clear()
    assert reports.find(Home.present(), source) == first
    # The columns that were guessed may be named as well.
    assert reports.find(Home.present(), source, "review", "points") == first
    assert reports.start(Home.present(), source).result() == first
    assert reports.find_outline(Home.present(), source) is not None
    assert len(reads) == 1


def test_the_share_grows(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []
    monkeypatch.setattr(reports.ReportInProgress, "_at", lambda _self, share: shares.append(share))
    reports.start(Home.present(), Source("file", str(path))).result()
    assert shares == sorted(shares)
    assert len(set(shares)) > 3
    assert shares[-1] == 1


def test_notes_are_the_same_messages_in_another_process(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "semicolons.csv"
    path.write_text("review;points\n" + "good food;5\nbad food;1\n" * 12 + "so so;3\n", encoding="utf-8")
    source = Source("file", str(path))
    first = reports.start(Home.present(), source).result()
    assert first.profile.notes == [
        Message("Semicolons separate the columns."),
        Message("Too few rows to learn much from: {classes}.", classes="3 stars (1)"),
    ]
    cache._memory.clear()
    assert reports.find(Home.present(), source) == first


def test_all_who_ask_at_a_time_share_one_reading(path: Path, reads: list[str]) -> None:
    source = Source("file", str(path))
    found: list[reports.Report] = []
    askers = [
        threading.Thread(target=lambda: found.append(reports.start(Home.present(), source).result())) for _ in range(8)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(reads) == 1
    assert found == [found[0]] * 8


def test_a_file_that_changes_is_read_again(path: Path, reads: list[str]) -> None:
    source = Source("file", str(path))
    assert reports.start(Home.present(), source).result().profile.rows == 9000
    path.write_text("review,points\n" + "good,5\nbad,1\n" * 20, encoding="utf-8")
    assert reports.find(Home.present(), source) is None
    assert reports.start(Home.present(), source).result().profile.rows == 40
    assert len(reads) == 2


def test_columns_that_cannot_be_used_are_known_from_then_on(path: Path, reads: list[str]) -> None:
    source = Source("file", str(path))
    with pytest.raises(LabelError, match="only one class"):
        reports.start(Home.present(), source, "review", "shop").result()
    assert reports.find_outline(Home.present(), source) is not None, "others can be chosen"
    with pytest.raises(LabelError, match="only one class"):
        reports.find(Home.present(), source, "review", "shop")
    with pytest.raises(ColumnError, match="There is no column 'x'"):
        reports.start(Home.present(), source, "x").result()
    assert len(reads) == 2


def test_what_cannot_be_read_is_tried_each_time(home: Path, tmp_path: Path) -> None:
    source = Source("file", str(tmp_path / "later.csv"))
    with pytest.raises(SourceError, match="There is no file"):
        reports.start(Home.present(), source).result()
    (tmp_path / "later.csv").write_text("text,stars\n" + "good,5\nbad,1\n" * 20, encoding="utf-8")
    assert reports.start(Home.present(), source).result().profile.rows == 40


def test_a_report_is_found_by_its_text_column(path: Path) -> None:
    report = reports.start(Home.present(), Source("file", str(path))).result()
    assert reports.find_in_memory(Source("file", str(path)), "review") == report
    assert reports.find_in_memory(Source("file", str(path)), "shop") is None


def test_odd_cells_can_be_kept(home: Path, tmp_path: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    moment = pa.scalar(0, pa.timestamp("us")).as_py()
    table = pa.table(
        {
            "text": ["x" * 30_000, "好吃", None, "b"],
            "label": [1.0, float("nan"), 1.0, 2.0],
            "when": [moment] * 4,
            "raw": [b"\xff"] * 4,
            "nested": [{"a": [1]}] * 4,
        }
    )
    path = tmp_path / "odd.parquet"
    parquet.write_table(table, path)
    reports.start(Home.present(), Source("file", str(path))).result()
    fresh = reports.find_outline(Home.present(), Source("file", str(path)))
    cache._memory.clear()
    kept = reports.find_outline(Home.present(), Source("file", str(path)))
    assert fresh is not None
    assert kept is not None
    assert str(kept) == str(fresh)
    assert len(kept.rows[0]["text"]) == reports.MOST_CHARACTERS


def test_tokens_are_counted_for_the_model_that_will_be_trained(path: Path, tiny_model: Path) -> None:
    source = Source("file", str(path))
    ours = reports.start(Home.present(), source).result()
    theirs = reports.start(Home.present(), source, model=str(tiny_model)).result()
    assert (ours.counted_by, theirs.counted_by) == ("minilm", str(tiny_model))
    assert reports.find(Home.present(), source, model=str(tiny_model)) == theirs
    assert reports.find(Home.present(), source) == ours == reports.find(Home.present(), source, model="not/here")
    text = ours.profile.text_column
    assert reports.find_in_memory(source, text, str(tiny_model)) == theirs
    assert reports.find_in_memory(source, text) == ours
    assert reports.find_outline(Home.present(), source) is not None


def test_another_model_counts_the_copy_and_reads_nothing_again(path: Path, tiny_model: Path, reads: list[str]) -> None:
    source = Source("file", str(path))
    ours = reports.start(Home.present(), source, shelved=True).result()
    theirs = reports.start(Home.present(), source, model=str(tiny_model), shelved=True).result()
    assert len(reads) == 1
    assert theirs.profile == ours.profile
    assert (ours.counted_by, theirs.counted_by) == ("minilm", str(tiny_model))
    named = (theirs.profile.text_column, theirs.profile.label_column)
    assert reports.find(Home.present(), source, *named, model=str(tiny_model)) == theirs
    afresh = path.rename(path.with_name("same.csv"))
    read = reports.start(Home.present(), Source("file", str(afresh)), model=str(tiny_model)).result()
    assert (read.token_lengths, len(reads)) == (theirs.token_lengths, 2)
