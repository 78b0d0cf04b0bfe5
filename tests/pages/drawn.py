"""What a page test says and asks: open a page, read its words, make a run of any state.

Every look at a page goes through `checked`, so an exception that a page shows fails the test that saw it.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from core.config import RunConfig
from core.messages import Message
from core.runs.facts import Facts
from core.runs.pace import Pace
from core.runs.run import Failure, Run, Status
from core.runs.store import Store

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 60.0
TRAIN = {"loss": 1.5, "accuracy": 0.25, "learning_rate": 1e-4, "grad_norm": 1.0}
PACE = {"samples_per_second": 40.0, "tokens_per_second": 1600.0}
EVAL = {
    "loss": 1.2,
    "accuracy": 0.55,
    "macro_f1": 0.5,
    "stars_mae": 0.6,
    "within_one_star": 0.9,
    "quadratic_kappa": 0.7,
}
FACTS = Facts(
    ratings=(1.0, 2.0, 3.0, 4.0, 5.0),
    classes=("1 star", "2 stars", "3 stars", "4 stars", "5 stars"),
    commonest="5 stars",
    baseline={"accuracy": 0.21, "stars_mae": 1.9},
    tfidf={"accuracy": 0.41, "stars_mae": 0.9},
    train_rows=40,
    eval_rows=16,
    pace=Pace(since_step=0),
)
DIVERGED = Failure(
    "DivergedError",
    Message("The loss became {loss} at step {step}.", loss="infinite", step=4),
    Message("Try a learning rate of 5e-5."),
)


def opened(page: str = "train", **query: str) -> AppTest:
    """A page in a new session, as a browser opens it: the entry script first, then the page."""
    at = AppTest.from_file(ROOT / "app.py", default_timeout=TIMEOUT_SECONDS)
    for name, value in query.items():
        at.query_params[name] = value
    checked(at.run())
    return at if page == "train" else go(at, page)


def go(at: AppTest, page: str) -> AppTest:
    """Another page in the same session."""
    return checked(at.switch_page(f"pages/{page}.py").run())


def checked(at: AppTest) -> AppTest:
    """The same session; fails when its page shows an exception."""
    assert not at.exception, [each.value for each in at.exception]
    assert not any("did not expect" in each for each in cards(at, "sb-error")), "see the log for the traceback"
    return at


def words(at: AppTest) -> str:
    """Everything that the page says in its own markup, without tags, on one line."""
    plain = (
        re.sub(r"<[^>]+>", " ", each.value)
        for each in at.html
        if not {"<style", "<script"} & {*re.findall("<\\w+", each.value)}
    )
    return re.sub(r"\s+", " ", html.unescape(" ".join(plain)))


def cards(at: AppTest, kind: str) -> list[str]:
    """The words of each piece of markup with a class, such as `sb-error`."""
    found = [each.value for each in at.html if f'class="{kind}"' in each.value]
    return [html.unescape(re.sub(r"<[^>]+>", " ", each)) for each in found]


def buttons(at: AppTest) -> set[str]:
    """The keys of the page's buttons, those of the frame, the tour and the queue left out."""
    around = ("language-", "tour-", "queue-")
    return {each.key for each in at.button if each.key and not each.key.startswith(around)}


def pills(at: AppTest, key: str) -> Any:
    """Pills or a segmented control, by key."""
    return next(widget for widget in at.get("button_group") if widget.key == key)


def draft(at: AppTest) -> RunConfig:
    """The configuration that Train would run."""
    found: RunConfig = at.session_state["draft"]
    return found


def make_run(store: Store, status: Status, config: RunConfig | None = None) -> Run:
    """A run that came to `status` after 4 of 10 steps, or after all of them when it finished."""
    run = store.create(config or RunConfig())
    if status is Status.QUEUED:
        return run
    assert store.claim(run.id), "one run trains at a time: make the one that goes on last"
    steps = 10 if status is Status.FINISHED else 4
    if status is not Status.PREPARING:
        _train(store, run.id, steps)
    _end(store, run.id, status, steps)
    return store.get(run.id)


def _train(store: Store, run_id: str, steps: int) -> None:
    store.update(run_id, total_steps=10, facts=FACTS)
    store.set_status(run_id, Status.TRAINING)
    store.append(run_id, "eval", {**EVAL, "accuracy": 0.2}, step=0, epoch=0.0, seconds=0.1)
    for step in range(1, steps + 1):
        store.append(run_id, "train", TRAIN | PACE, step=step, epoch=0.3 * step, seconds=0.5 * step)
    store.append(run_id, "eval", EVAL, step=steps, epoch=0.3 * steps, seconds=0.5 * steps)


def _end(store: Store, run_id: str, status: Status, steps: int) -> None:
    if status is Status.FINISHED:
        store.set_status(run_id, Status.SAVING)
    store.set_status(run_id, status, failure=DIVERGED if status is Status.FAILED else None)
    if status in {Status.FINISHED, Status.STOPPED, Status.INTERRUPTED}:
        # Afterwards: of one whose process is gone, only a model that is there counts.
        store.update(run_id, model_step=steps, samples_per_second=40.0, facts=Facts(eval_step=steps))
