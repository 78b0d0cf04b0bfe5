"""What a run will take, beside the button: before the computer was measured, afterwards, and when it is too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psutil
import pytest

from core.config import RunConfig
from core.errors import EstimateError
from core.estimating import calibrations
from core.estimating.cost import Cost
from core.home.places import Home
from core.messages import Message
from core.runs.run import Status
from core.runs.store import Store
from tests.core.estimating.calibrated import ROUND
from tests.pages.drawn import cards, checked, draft, make_run, opened, words

MEASURING = "Measuring how fast this computer is"


def test_while_the_computer_is_measured_the_page_says_so(store: Store) -> None:
    at = opened()
    assert MEASURING in words(at)
    calibrations.save(Home.present(), draft(at), ROUND)
    at = checked(at.run())
    assert MEASURING not in words(at)
    assert "of memory" in words(at)


def test_a_changed_setting_changes_the_estimate_without_measuring(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    calibrations.save(Home.present(), RunConfig(), ROUND)
    monkeypatch.setattr(calibrations.Background, "ask", lambda *_: pytest.fail("nothing is to be measured"))
    at = opened()
    before = words(at)
    at.slider(key="set-training-num_train_epochs").set_value(7.0).run()
    assert "About" in words(checked(at))
    assert before.partition("About")[2] != words(at).partition("About")[2]


def test_why_there_is_no_estimate_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = EstimateError(
        Message("The model x is not on this computer, and the hub does not answer."), Message("Connect once.")
    )
    monkeypatch.setattr(calibrations.Background, "ask", lambda *_: problem)
    assert "the hub does not answer. Connect once." in words(opened())


def test_nothing_is_measured_while_a_run_trains(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrations.Background, "ask", lambda *_: pytest.fail("a run trains"))
    make_run(store, Status.TRAINING)
    assert "is measured when no run trains" in words(opened())


def test_a_long_run_is_warned_of(store: Store) -> None:
    calibrations.save(Home.present(), RunConfig(), replace(ROUND, update_seconds=900.0))
    assert any("fewer reviews or epochs" in each for each in cards(opened(), "sb-warning"))


@pytest.mark.parametrize(
    ("memory", "changes", "advice"),
    [
        (Cost(9e9, 0.0, 0.0), {}, "A smaller model, or LoRA"),
        (Cost(1e9, 1e8, 0.0), {}, "A batch size of at most 4"),
        (Cost(1e9, 1e9, 0.0), {"training.per_device_train_batch_size": 1}, "Shorter reviews"),
    ],
)
def test_too_little_memory_is_said_with_the_setting_to_lower(
    store: Store, monkeypatch: pytest.MonkeyPatch, memory: Cost, changes: dict[str, Any], advice: str
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 10**9}))
    calibrations.save(Home.present(), RunConfig(), replace(ROUND, memory=memory))
    at = opened()
    at.session_state["draft"] = draft(at).replace(changes)
    (warning,) = (each for each in cards(checked(at.run()), "sb-warning") if "of memory" in each)
    assert advice in warning
    assert "GB are free" in warning


def test_a_hub_dataset_that_is_not_here_has_no_estimate_and_measures_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrations.Background, "ask", lambda *_: pytest.fail("its reviews are not known"))
    calibrations.save(Home.present(), RunConfig(), ROUND)
    at = opened()
    at.session_state["draft"] = draft(at).replace({"data.source": "hub:Yelp/yelp_review_full"})
    assert "of memory" not in words(checked(at.run()))
