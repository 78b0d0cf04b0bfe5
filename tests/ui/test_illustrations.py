"""The small pictures: drawn from the numbers, said in words, never broken by extremes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from core.config import RunConfig
from ui import illustrations


def tops(picture: str) -> list[float]:
    """The heights of a curve in percent from above, along its upper edge."""
    (area,) = re.findall(r"sb-pic-area\" style=\"clip-path: polygon\(([^\"]*)\)\"", picture)
    return [float(each) for each in re.findall(r"calc\(([\d.]+)% ", area)]


def test_the_schedule_rises_and_falls() -> None:
    config = RunConfig()
    found = tops(illustrations.learning_rate(config.training, 250))
    assert found[0] == found[-1] == 100
    peak = found.index(min(found))
    assert min(found) < 5
    assert found[:peak] == sorted(found[:peak], reverse=True)
    assert found[peak:] == sorted(found[peak:])


@pytest.mark.parametrize("total", [1, 2, 1_000_000])
@pytest.mark.parametrize("kind", ["linear", "cosine", "constant", "constant_with_warmup", "polynomial"])
def test_a_schedule_of_any_length_is_drawn_inside_its_box(kind: str, total: int) -> None:
    training = RunConfig().replace({"training.lr_scheduler_type": kind}).training
    assert all(0 <= top <= 100 for top in tops(illustrations.learning_rate(training, total)))


def test_what_is_cut_is_pale() -> None:
    lengths = np.arange(1, 201)
    whole, half = illustrations.cut(lengths, 200), illustrations.cut(lengths, 100)
    assert whole.count("sb-pic-cut") < half.count("sb-pic-cut")
    assert "right of 100 is cut" in half


def test_no_lengths_no_picture() -> None:
    assert illustrations.cut(np.empty(0, dtype=int), 128) == ""
    assert illustrations.sparkline([0.5], "accuracy") == ""


@pytest.mark.parametrize(("steps", "marks"), [(1, 1), (125, 120), (20, 20), (81_250, 120)])
def test_an_epoch_has_a_mark_a_step_as_far_as_they_can_be_told_apart(steps: int, marks: int) -> None:
    assert illustrations.steps(steps).count("<i ") == marks


def test_a_picture_says_what_it_shows() -> None:
    assert 'role="img" aria-label="Training accuracy: 40 %"' in illustrations.sparkline(
        [0.2, 0.4], "Training accuracy: 40 %"
    )
