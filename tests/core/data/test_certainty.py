from __future__ import annotations

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]

from core.data import certainty


def words(learned: list[int], measured: list[int], names: list[str]) -> list[str]:
    return [str(note) for note in certainty.notes(np.array(learned), np.array(measured), names)]


@pytest.mark.parametrize("rows", [2, 16, 30, 1000])
def test_the_uncertainty_is_that_of_scipy(rows: int) -> None:
    interval = stats.binomtest(rows // 2, rows).proportion_ci(method="wilson")
    assert certainty.uncertainty(rows) == pytest.approx(50 * (interval.high - interval.low), abs=0.01)


def test_a_small_part_is_said_to_be_uncertain() -> None:
    assert words([0, 1], [0, 1] * 16, ["a", "b"]) == []
    (note,) = words([0, 1], [0, 1] * 15, ["a", "b"])
    assert note.startswith("Only 30 reviews measure this run, so its accuracy is known to within ±17 points (95 %).")


def test_classes_with_hardly_a_review_are_named() -> None:
    (note,) = words([0, 1, 2], [0] * 40 + [1], ["a", "b", "c"])
    assert note == (
        "Hardly any evaluation review is of b (1), c (0): how well a class with 1 review is told is known to "
        "within ±45 points (95 %)."
    )


def test_notes_stay_short_whatever_the_classes_are_called() -> None:
    names = [str(number) + "x" * 10_000 for number in range(100)]
    assert all(len(note) < 500 for note in words([0], list(range(60)), names))
