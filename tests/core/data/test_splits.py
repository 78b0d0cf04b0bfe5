from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pytest

from core.data.splits import as_text, by_group, by_name, cells, meaning, offered, times
from core.errors import DataError


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("split", ["train", "TEST ", "valid"], "training: train; evaluation: valid; test: test"),
        ("is_valid", ["False", "True"], "training: false; evaluation: true"),
        ("is_train", ["1", "0"], "training: 1; evaluation: 0"),
        ("split", ["0", "1"], "training: 0; evaluation: 1"),
        ("split", ["0", "1", "2"], "training: 0; evaluation: 1; test: 2"),
        ("set", ["1", "2", "3"], "training: 1; evaluation: 2; test: 3"),
        ("fold", ["0", "1", "2", "3", "4"], "training: 0, 1, 2, 3; evaluation: 4"),
        (
            "Usage",
            ["Training", "PublicTest", "PrivateTest"],
            "training: training; evaluation: publictest; test: privatetest",
        ),
        ("区分", ["学習", "検証"], "training: 学習; evaluation: 検証"),
    ],
)
def test_what_a_column_says_of_the_parts(name: str, written: list[str], said: str) -> None:
    found = meaning(name, as_text(written))
    assert found is not None
    assert str(found.words()) == said


@pytest.mark.parametrize(
    "written", [["a", "b"], ["train"], ["train", "training"], ["1", "2", "7"], ["True", "False"], []]
)
def test_what_says_nothing_of_parts(written: list[str]) -> None:
    assert meaning("part", as_text(written)) is None
    with pytest.raises(DataError, match="names no parts"):
        by_name("part", as_text(written))


def test_values_that_name_no_part_are_left_out() -> None:
    side, _ = by_name("split", ["train", "train", "dev", "unused", None, "train"])
    assert side.tolist() == ["train", "train", "eval", "", "", "train"]


def test_a_column_is_offered_by_its_name_and_its_values() -> None:
    rows = pa.table({"text": ["a"] * 4, "is_valid": [False, False, True, True], "validity": ["train"] * 4})
    found = offered(rows, {"text"})
    assert found is not None
    assert found[0] == "is_valid"
    assert offered(rows, {"text", "is_valid"}) is None


def test_no_group_is_on_two_sides_and_sizes_are_near() -> None:
    rng = np.random.default_rng(3)
    for seed in range(20):
        written: list[str | None] = [f"shop {n}" for n in rng.integers(0, 60, 500)]
        written[7] = None
        sides = by_group("shop", written, [50, 100], seed)
        assert sorted(np.concatenate(sides).tolist()) == list(range(500))
        groups = [{written[row] for row in side} - {None} for side in sides]
        assert sum(map(len, groups)) == len(set.union(*groups))
        assert [abs(len(side) - size) <= 5 for side, size in zip(sides, (50, 100), strict=False)] == [True, True]
    assert [len(side) for side in by_group("shop", ["a"] * 90 + ["b"] * 10, [50], 1)] == [10, 90]
    with pytest.raises(DataError, match="1 different values in the rows that can be used, expected at least 2"):
        by_group("shop", ["a"] * 10, [5], 1)


def test_many_groups_are_quick() -> None:
    written = [str(n // 2) for n in range(200_000)]
    assert [len(side) for side in by_group("user", written, [1000, 1000], 1)] == [1000, 1000, 198_000]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["2024-01-05", "2023-12-31T10:00:00Z", "x"], ["2024-01-05", "2023-12-31", None]),
        (["31/05/2024", "01/06/2024"], ["2024-05-31", "2024-06-01"]),
        (["05/31/24 10:00", "06/01/24"], ["2024-05-31", "2024-06-01"]),
        (["31.12.2023", "1.2.2024"], ["2023-12-31", "2024-02-01"]),
        (["2024年1月5日", "2024年10月15日"], ["2024-01-05", "2024-10-15"]),
        (["May 5, 2020", "Reviewed in the United States on May 6, 2020"], ["2020-05-05", "2020-05-06"]),
        (["on 1 October 2018", "Reviewed in Japan on 31 May 2019"], ["2018-10-01", "2019-05-31"]),
        (["1400544000", "1400630400"], ["2014-05-20", "2014-05-21"]),
        (["1400544000000"], ["2014-05-20"]),
        (["2015", "2016"], ["2015-01-01", "2016-01-01"]),
        (["20150102", "20160101"], ["2015-01-02", "2016-01-01"]),
        (["05 20, 2014"], ["2014-05-20"]),
        (["Tue Feb 24 11:35:52 -0800 2015"], ["2015-02-24"]),
        (["2024-01-05 10:00", "9999-12-31"], ["2024-01-05", "9999-12-31"]),
    ],
)
def test_dates_as_people_write_them(written: list[str], expected: list[str | None]) -> None:
    known = [
        None if np.isnan(each) else datetime.datetime.fromtimestamp(each, datetime.UTC)
        for each in times("when", written)
    ]
    assert [None if each is None else f"{each:%Y-%m-%d}" for each in known] == expected


def test_what_is_no_date_is_refused_with_what_stands_there() -> None:
    with pytest.raises(DataError, match="no dates; found soon, later"):
        times("when", ["soon", "later", None])


def test_cells_are_the_same_text_however_they_were_read() -> None:
    assert as_text([1, 1.0, 1.5, True, None, float("nan"), " x ", ""]) == [
        "1",
        "1",
        "1.5",
        "True",
        None,
        None,
        "x",
        None,
    ]
    days = pa.chunked_array([pa.array([datetime.date(2024, 1, 5), None])])
    assert cells(days) == ["2024-01-05", None]
