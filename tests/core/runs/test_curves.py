"""Curves for charts: complete, only what is new, thinned when long."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from core.config import RunConfig
from core.home.places import Home
from core.runs import curves
from core.runs.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Home(tmp_path))


def step(store: Store, run_id: str, number: int, loss: float) -> int:
    values = {"loss": loss, "accuracy": 0.5, "learning_rate": 1e-4}
    return store.append(run_id, "train", values, step=number, epoch=number / 100, seconds=float(number))


def test_every_series_is_read_and_then_only_what_is_new(store: Store) -> None:
    run = store.create(RunConfig())
    for number in range(1, 4):
        step(store, run.id, number, loss=1 / number)
    store.append(run.id, "eval", {"loss": 0.7, "accuracy": 0.6}, step=3, epoch=0.03, seconds=3.0)
    everything = curves.read(store, run.id)
    assert everything.points["train"].values["loss"] == [1.0, 0.5, 1 / 3]
    assert everything.points["train"].epochs == [0.01, 0.02, 0.03]
    assert everything.points["eval"].values["accuracy"] == [0.6]
    newest = step(store, run.id, 4, loss=0.0)
    new = curves.read(store, run.id, since=everything.last)
    assert (new.base, new.last) == (everything.last, newest)
    assert new.points["train"].values["loss"] == [0.0], "a loss of zero is a point like any other"
    assert new.points["eval"].ids == []
    assert curves.read(store, run.id, since=newest).last == newest


def test_a_long_run_is_thinned_and_keeps_its_peaks_and_its_ends(store: Store) -> None:
    run = store.create(RunConfig())
    for number in range(1, 5001):
        values = {
            "loss": 9.0 if number == 3333 else math.sin(number / 50),
            "accuracy": 0.9 if number == 1234 else 0.5,
        }
        store.append(run.id, "train", values, step=number, epoch=number / 100, seconds=float(number))
    found = curves.read(store, run.id)
    train = found.points["train"]
    assert found.thinned
    assert len(train.ids) <= curves.MOST_POINTS
    assert max(train.values["loss"]) == 9.0
    assert max(train.values["accuracy"]) == 0.9
    assert (train.epochs[0], train.epochs[-1]) == (0.01, 50.0)
    assert list(train.ids) == sorted(set(train.ids))


def test_smoothing_is_not_pulled_towards_zero_at_first() -> None:
    assert curves.smoothed([0.5, 0.5, 0.5]) == pytest.approx([0.5, 0.5, 0.5])
    assert curves.smoothed([]) == []
    rising = curves.smoothed([0.0, 1.0])
    assert 0.5 < rising[1] < 0.6


def test_a_step_with_a_strange_value_keeps_its_others(store: Store) -> None:
    run = store.create(RunConfig())
    values = {"loss": 0.5, "accuracy": math.nan, "grad_norm": math.inf}
    store.append(run.id, "train", values, step=1, epoch=0.1, seconds=1.0)
    found = curves.read(store, run.id).points["train"].values
    assert found["loss"] == [0.5]
    assert math.isnan(found["accuracy"][0])
    assert math.isnan(found["learning_rate"][0])


def test_another_score_may_stand_beside_the_loss(store: Store) -> None:
    run = store.create(RunConfig())
    store.append(run.id, "eval", {"loss": 0.7, "stars_mae": 0.4}, step=1, epoch=0.1, seconds=1.0)
    assert curves.read(store, run.id, score="stars_mae").points["eval"].values == {"loss": [0.7], "stars_mae": [0.4]}


def test_what_is_new_is_little_and_keeps_peak_and_end(store: Store) -> None:
    run = store.create(RunConfig())
    first = step(store, run.id, 1, loss=1.0)
    last = [step(store, run.id, number, loss=9.0 if number == 40 else 1 / number) for number in range(2, 101)][-1]
    store.append(run.id, "eval", {"loss": 0.7}, step=100, epoch=1.0, seconds=100.0)
    news = curves.read(store, run.id, since=first, most=10)
    train = news.points["train"]
    assert len(train.ids) <= 10
    assert news.thinned
    assert train.ids[-1] == last
    assert max(train.values["loss"]) == 9.0
    assert (news.base, news.last) == (first, last + 1)
    assert news.points["eval"].values["loss"] == [0.7]
    assert math.isnan(news.points["eval"].values["accuracy"][0])
    nothing = curves.read(store, run.id, since=news.last, most=10)
    assert nothing.last == news.last
    assert nothing.points["train"].ids == []
    assert not nothing.thinned


def test_recent_values_are_those_of_the_last_steps(store: Store) -> None:
    run = store.create(RunConfig())
    assert curves.recent(store, run.id, "loss", 3) == []
    for number in range(1, 6):
        step(store, run.id, number, loss=float(number))
    assert curves.recent(store, run.id, "loss", 3) == [3.0, 4.0, 5.0]
    step(store, run.id, 6, loss=math.nan)
    assert curves.recent(store, run.id, "loss", 3) == [4.0, 5.0]
