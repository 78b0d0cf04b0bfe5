"""The time left: steps and pauses counted apart, an expectation that the actual pace outweighs."""

from __future__ import annotations

from typing import Any

import pytest

from core.runs.pace import EXPECTED_STEPS, Pace

END: Any = {"total_steps": 30, "epochs": 3.0}


def test_before_the_first_step_only_an_expectation_says_anything() -> None:
    assert Pace().seconds_left(step=0, seconds=9.0, epoch=0.0, **END) is None
    expected = Pace(expected_step=2.0, expected_pause=7.0)
    assert expected.seconds_left(step=0, seconds=9.0, epoch=0.0, **END) == 2.0 * 30 + 7.0 * 3


def test_evaluations_to_come_count_from_the_first_one_measured() -> None:
    pace = Pace().resting(0, 10.0, evaluating=True).training(0, 14.0)
    assert pace.pause == 4.0
    # 5 steps in 10 seconds, and three evaluations to come.
    assert pace.seconds_left(step=5, seconds=24.0, epoch=0.5, **END) == 2.0 * 25 + 4.0 * 3
    # The last step of the first epoch: its evaluation is still to come.
    assert pace.seconds_left(step=10, seconds=34.0, epoch=1.0, **END) == 2.0 * 20 + 4.0 * 3
    evaluating = pace.resting(10, 34.0, evaluating=True)
    assert evaluating.seconds_left(step=10, seconds=34.0, epoch=1.0, **END) == 2.0 * 20 + 4.0 * 3
    again = evaluating.training(10, 40.0)
    assert again.pause == 6.0
    assert again.seconds_left(step=10, seconds=40.0, epoch=1.0, **END) == 2.0 * 20 + 6.0 * 2


def test_the_time_of_an_evaluation_does_not_slow_the_steps_down() -> None:
    pace = Pace().training(0, 0.0).resting(10, 10.0, evaluating=True).training(10, 1000.0)
    assert pace.seconds_left(step=20, seconds=1010.0, epoch=2.0, total_steps=30, epochs=3.0) == 10.0 + 990.0 * 2


def test_while_the_model_is_saved_nothing_is_left() -> None:
    pace = Pace().training(0, 0.0).resting(30, 60.0, evaluating=True).resting(30, 65.0, evaluating=False)
    assert pace.seconds_left(step=30, seconds=65.0, epoch=3.0, **END) == 0.0


def test_a_part_of_an_epoch_has_one_evaluation() -> None:
    pace = Pace(pause=4.0).training(0, 0.0)
    assert pace.seconds_left(step=2, seconds=2.0, epoch=0.2, total_steps=5, epochs=0.5) == 3.0 + 4.0


def test_the_actual_pace_outweighs_the_expected_one() -> None:
    pace = Pace(expected_step=9.0).training(0, 0.0)
    left = [pace.seconds_left(step=n, seconds=float(n), epoch=0.0, total_steps=10**6, epochs=1.0) for n in (1, 100)]
    assert left[0] == pytest.approx((1 + EXPECTED_STEPS * 9.0) / (1 + EXPECTED_STEPS) * (10**6 - 1))
    assert left[1] == pytest.approx((100 + EXPECTED_STEPS * 9.0) / (100 + EXPECTED_STEPS) * (10**6 - 100))


def test_a_pace_is_read_as_it_was_written_and_strange_ones_are_not() -> None:
    pace = Pace(steps=3, expected_step=1.5).training(3, 7.0)
    assert Pace.from_dict(pace.to_dict()) == pace
    for strange in (None, "pace", {"seconds": 1.0}, {"steps": "many"}, [1]):
        assert Pace.from_dict(strange) is None
