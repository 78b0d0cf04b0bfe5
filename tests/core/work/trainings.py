"""Runs that train in a second, and what waits for them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.config import RunConfig, parse
from core.runs.run import Run
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
