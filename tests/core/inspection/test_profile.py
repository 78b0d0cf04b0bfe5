from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from core.config.source import Source
from core.data.table import Table
from core.data.unspaced import share as share_without_spaces
from core.errors import ColumnError, LabelError
from core.inspection.profile import count_words, profile


def test_real_reviews(real_reviews: Path) -> None:
    found = profile(Source("file", str(real_reviews)))
    assert found.rows == 1610
    assert found.counts == {"1 star": 298, "2 stars": 102, "3 stars": 149, "4 stars": 325, "5 stars": 736}
    assert found.commonest_share == pytest.approx(736 / 1610)
    assert (found.words.median, found.words.max) == (105, 1017)
    assert sum(found.length_histogram.counts) == 1610
    assert (found.text_column, found.label_column) == ("text", "stars")


def test_counts_empties_and_repetitions() -> None:
    texts = ["good food", "good food ", "bad", "", None, "bad", "fine"]
    table = Table({"train": pa.table({"text": texts, "label": ["a", "a", "b", "a", "b", None, "b"]})})
    found = profile(table, "text", "label")
    assert found.rows == 7
    assert found.counts == {"a": 2, "b": 2}
    assert found.empty == 3
    assert found.duplicates == 1
    assert found.splits == {"train": 7}
    assert (found.words.min, found.words.median, found.words.max) == (1, 1.5, 2)
    assert sum(found.counts.values()) + found.empty == found.rows


@pytest.mark.parametrize(
    ("column", "values", "task"),
    [
        ("stars", [1, 2, 3, 3], "ratings"),
        ("Class Index", [1, 2, 3, 4], "classes"),
        ("label", ["a", "b", "c"], "classes"),
    ],
)
def test_another_task_is_had_without_reading_again(column: str, values: list[object], task: str) -> None:
    table = Table({"train": pa.table({"text": [f"review {i}" for i in range(40)], column: (values * 40)[:40]})})
    found = profile(table, "text", column)
    assert found.task == task
    for asked in ("auto", "classes", "ratings"):
        if asked == "ratings" and column == "label":
            with pytest.raises(LabelError, match="no numbers"):
                found.as_task(asked)
        else:
            assert found.as_task(asked) == profile(table, "text", column, asked)


def test_the_dict_is_json() -> None:
    report = profile(Source("sample", "reviews")).to_dict()
    assert json.loads(json.dumps(report)) == report
    assert {"rows", "classes", "counts", "empty", "duplicates", "words", "length_histogram"} <= report.keys()
    assert report["splits"] == {"train": 4000, "test": 1000}
    assert report["ratings"] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("bins", [1, 7, 40])
def test_histogram_edges_are_whole_and_hold_every_row(bins: int) -> None:
    histogram = profile(Source("sample", "reviews"), bins=bins).length_histogram
    assert len(histogram.edges) == len(histogram.counts) + 1
    assert 1 <= len(histogram.counts) <= bins
    assert np.unique(np.diff(histogram.edges)).size == 1
    assert sum(histogram.counts) == 5000


def test_texts_in_both_splits_and_rare_classes_are_noticed() -> None:
    train = pa.table({"text": [f"review {i}" for i in range(21)], "label": ["a"] * 10 + ["b"] * 10 + ["c"]})
    test = pa.table({"text": ["review 3", "another", "review 4"], "label": ["a", "b", "a"]})
    notes = list(map(str, profile(Table({"train": train, "test": test})).notes))
    assert "Too few rows to learn much from: c (1)." in notes
    assert "2 texts occur in both train and test; the scores will look a little too good." in notes


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_words_are_what_stands_between_white_space(kind: pa.DataType) -> None:
    texts = ["", "one", "  two\twords ", None, "a\n\nb\r\nc", " ", "日本 é", "x"]
    column = pa.chunked_array([pa.array(texts, kind), pa.array([], kind), pa.array(["p q"], kind)])
    assert count_words(column).tolist() == [len((text or "").split()) for text in [*texts, "p q"]]
    assert count_words(column.slice(2, 4)).tolist() == [2, 0, 3, 0]


def test_words_agree_with_python_on_real_reviews(real_reviews: Path) -> None:
    from core.data.formats.files import read_file

    texts = read_file(real_reviews).rows["text"]
    ours, theirs = count_words(texts), np.array([len(text.encode().split()) for text in texts.to_pylist()])
    # Two reviews have Chinese or Japanese signs.
    spaced = np.array([not share_without_spaces([text]) for text in texts.to_pylist()])
    assert spaced.sum() == len(texts) - 2
    assert np.array_equal(ours[spaced], theirs[spaced])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("料理はとても美味しかったです。", 7),
        ("三杯鸡一碟子就八小块，居然卖38块钱！！！", 9),
        ("菜量一般 价格偏贵", 4),
        ("吃wifi 很慢", 3),
        ("อาหารอร่อยมาก", 4),
        ("음식이 맛있고 좋아요", 3),
        ("it’s — good 😀 é", 5),
        ("！！！", 1),
        ("好！", 1),
        ("日", 1),
    ],
)
def test_scripts_without_spaces_are_counted_by_their_characters(text: str, words: int) -> None:
    column = pa.chunked_array([["before", text, "日本", "after all"]])
    assert count_words(column).tolist() == [1, words, 1, 2]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ColumnError, match="There is no column 'starz'"):
        profile(Source("sample", "reviews"), label="starz")


def test_what_a_finding_says_as_well_is_no_note_beside_it(tmp_path: Path) -> None:
    split = pa.table({"text": [f"meal {n}" for n in range(30)], "label": ["a"] * 14 + ["b"] * 14 + ["c", "N/A"]})
    table = Table({"train": split, "test": split.slice(20)})
    found = profile(table, "text", "label")
    said = [str(note) for note in found.notes]
    assert any("occur in both train and test" in note for note in said)
    assert any("Too few rows to learn much from: c" in note for note in said)
    assert any("no answer" in note for note in said)
    assert [str(note) for note in found.notes_beside({"rare_classes", "leaks"})] == []
    assert len(found.notes_beside(())) == 2
    assert len(found.notes_beside({"leaks"})) == 1
