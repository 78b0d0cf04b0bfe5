"""Runs that train in a second, and what waits for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.config import RunConfig, parse
from core.runs.run import Run, Status
from core.runs.store import Store
from core.work import execution


def tiny(model: Path, **changes: Any) -> RunConfig:
    base = {
        "data": {"train_size": 40, "eval_size": 16, "max_length": 32},
        "model": {"name": str(model)},
        "training": {"num_train_epochs": 1, "precision": "fp32"},
    }
    return parse(base).replace(changes)


def wait_for(what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def trained(store: Store, config: RunConfig) -> Run:
    claimed = store.claim(store.create(config).id)
    assert claimed is not None
    return execution.execute(store, claimed)


def stopped_at_7(store: Store, config: RunConfig) -> Run:
    """A run of 10 steps in two epochs that was stopped at step 7, with checkpoints of 5 and 7."""
    run = store.create(config)
    claimed = store.claim(run.id)
    assert claimed is not None
    append = store.append

    def stopping(run_id: str, kind: Any, *arguments: Any, step: int, **options: Any) -> int:
        if kind == "train" and step == 6:
            store.request_stop(run_id)
        return append(run_id, kind, *arguments, step=step, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "append", stopping)
        ended = execution.execute(store, claimed)
    assert (ended.status, ended.model_step) == (Status.STOPPED, 7)
    return ended
