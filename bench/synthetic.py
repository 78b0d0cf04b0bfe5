"""Runs that were never trained, for measuring what reads them: any number of runs, any number of steps.

Written through the store, in bulk where a real run writes one event at a time. Knows nothing of pages.
"""

from __future__ import annotations

import contextlib
import math
import random
from collections.abc import Iterator

from core.config import RunConfig
from core.errors import StorageError
from core.runs import rows
from core.runs.facts import Facts
from core.runs.pace import Pace
from core.runs.record import PastEvent
from core.runs.run import Run, Status
from core.runs.store import Store

EPOCHS = 3.0
SCORES = {"macro_f1": 0.5, "stars_mae": 0.6, "within_one_star": 0.9, "quadratic_kappa": 0.7}
FACTS = Facts(
    ratings=(1.0, 2.0, 3.0, 4.0, 5.0),
    classes=("1 star", "2 stars", "3 stars", "4 stars", "5 stars"),
    commonest="5 stars",
    baseline={"accuracy": 0.21, "stars_mae": 1.9},
    tfidf={"accuracy": 0.41, "stars_mae": 0.9},
    train_rows=1000,
    eval_rows=600,
    pace=Pace(since_seconds=0.0, since_step=0),
)


def training(store: Store, steps: int, total_steps: int, *, name: str = "") -> Run:
    """A run of this process that has logged so many steps and goes on."""
    run = _created(store, RunConfig(name=name))
    store.update(run.id, total_steps=total_steps, facts=FACTS)
    store.set_status(run.id, Status.TRAINING)
    with store.database.transaction() as connection:
        rows.insert_events(connection, run.id, _events(steps, total_steps))
    store.update(run.id, step=steps, epoch=_epoch(steps, total_steps), seconds=0.1 * steps)
    return store.get(run.id)


def _created(store: Store, config: RunConfig) -> Run:
    # Ids are of the second and a little chance, and here many are made in one second.
    while True:
        with contextlib.suppress(StorageError):
            return store.create(config, claimed=True)


def finished(store: Store, steps: int) -> Run:
    """A run that has made all its steps."""
    run = training(store, steps, steps)
    store.update(run.id, eval=_scores(steps, steps), model_step=steps, samples_per_second=40.0)
    for status in (Status.SAVING, Status.FINISHED):
        store.set_status(run.id, status)
    return store.get(run.id)


def go_on(store: Store, run: Run, count: int, *, evaluate: bool = False) -> None:
    """Log the next steps of a run that trains, and an evaluation after them."""
    step = store.get(run.id).step
    events = [_step(number, run.total_steps) for number in range(step + 1, step + 1 + count)]
    for event in [*events, _evaluation(step + count, run.total_steps)] if evaluate else events:
        store.append(run.id, event.kind, event.values, step=event.step, epoch=event.epoch, seconds=event.seconds)


def _events(steps: int, total_steps: int) -> Iterator[PastEvent]:
    every = max(total_steps // 3, 1)
    for number in range(1, steps + 1):
        yield _step(number, total_steps)
        if number % every == 0:
            yield _evaluation(number, total_steps)


def _evaluation(number: int, total_steps: int) -> PastEvent:
    epoch, values = _epoch(number, total_steps), _scores(number, total_steps)
    return PastEvent(kind="eval", step=number, epoch=epoch, seconds=0.1 * number, values=values)


def _step(number: int, total_steps: int) -> PastEvent:
    share = number / total_steps
    values = {
        "loss": 0.6 + math.exp(-3 * share) + random.uniform(-0.2, 0.2),
        "accuracy": 0.7 - 0.5 * math.exp(-3 * share) + random.uniform(-0.1, 0.1),
        "learning_rate": 1e-4 * (1 - share),
        "grad_norm": random.uniform(0.5, 2.0),
        "samples_per_second": random.uniform(35, 45),
        "tokens_per_second": random.uniform(1500, 1700),
    }
    epoch = _epoch(number, total_steps)
    return PastEvent(kind="train", step=number, epoch=epoch, seconds=0.1 * number, values=values)


def _scores(number: int, total_steps: int) -> dict[str, float]:
    share = number / total_steps
    return {"loss": 0.7 + 0.6 * math.exp(-3 * share), "accuracy": 0.6 - 0.4 * math.exp(-3 * share), **SCORES}


def _epoch(number: int, total_steps: int) -> float:
    return EPOCHS * number / total_steps
