"""The states of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.config import RunConfig
from core.errors import RunError
from core.messages import Message
from core.runs.facts import Facts
from core.runs.pace import Pace
from core.runs.run import ACTIVE, ENDED, TRANSITIONS, Failure, Run, Status, check_transition


def test_every_state_has_its_transitions_and_is_queued_active_or_ended() -> None:
    assert set(TRANSITIONS) == set(Status)
    assert set(Status) == ACTIVE | ENDED | {Status.QUEUED}


@pytest.mark.parametrize("status", sorted(ACTIVE))
def test_an_active_run_can_always_be_stopped_fail_or_be_interrupted(status: Status) -> None:
    for end in (Status.STOPPED, Status.FAILED, Status.INTERRUPTED):
        check_transition(status, end)


def test_a_finished_run_can_only_be_queued_again() -> None:
    with pytest.raises(RunError, match="finished cannot become training; it can become queued"):
        check_transition(Status.FINISHED, Status.TRAINING)


def test_the_time_left_follows_the_pace_since_training_began() -> None:
    run = Run("id", "name", Status.TRAINING, RunConfig(), created=0.0, step=60, total_steps=100, seconds=50.0)
    assert run.seconds_left is None
    paced = replace(run, facts=Facts(pace=Pace(since_seconds=20.0, since_step=40)))
    assert paced.seconds_left == (50 - 20) / (60 - 40) * (100 - 60)
    assert paced.fraction == 0.6
    assert replace(paced, status=Status.STOPPED).seconds_left is None
    assert replace(paced, facts=Facts.read({"pace": {"of": "another version"}})).seconds_left is None


def test_a_failure_is_read_as_it_was_stored_also_one_of_an_earlier_version() -> None:
    failure = Failure("DivergedError", Message("The loss became {loss}.", loss="nan"), Message("Lower it."))
    stored = failure.to_dict()
    assert Failure.from_dict(stored) == failure
    assert (stored["message"], stored["advice"]) == ("The loss became nan.", "Lower it.")
    earlier = Failure.from_dict({"kind": "DivergedError", "message": "The loss became nan.", "advice": "Lower it."})
    assert (earlier.kind, earlier.message, earlier.advice) == ("DivergedError", "The loss became nan.", "Lower it.")
    with pytest.raises(ValueError, match="not a failure"):
        Failure.from_dict({"kind": "DivergedError"})
