"""The states of a run."""

from __future__ import annotations

import pytest

from core.errors import RunError
from core.runs.run import ACTIVE, ENDED, TRANSITIONS, Status, check_transition


def test_every_state_has_its_transitions_and_is_queued_active_or_ended() -> None:
    assert set(TRANSITIONS) == set(Status)
    assert set(Status) == ACTIVE | ENDED | {Status.QUEUED}


@pytest.mark.parametrize("status", sorted(ACTIVE))
def test_an_active_run_can_always_be_stopped_fail_or_be_interrupted(status: Status) -> None:
    for end in (Status.STOPPED, Status.FAILED, Status.INTERRUPTED):
        check_transition(status, end)


def test_a_finished_run_stays_finished() -> None:
    with pytest.raises(RunError, match="finished cannot become training; it can become nothing else"):
        check_transition(Status.FINISHED, Status.TRAINING)
