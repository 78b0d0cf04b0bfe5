"""Run folders as a training leaves them, made without training."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file

from core.config import RunConfig
from core.runs.facts import Facts
from core.runs.run import Status
from core.runs.store import Store

ROOT = Path(__file__).parents[3]


def checkpoint(run: Path, step: int, *, max_steps: int = 10, steps_per_epoch: int = 5) -> Path:
    """A whole checkpoint whose log has every step, and an evaluation at the start and after each epoch."""
    log: list[dict[str, Any]] = [evaluation(0, 0.0)]
    for at in range(1, step + 1):
        epoch = at / steps_per_epoch
        log.append({"step": at, "epoch": epoch, "loss": 2 - at / 10, "learning_rate": 1e-4, "grad_norm": 1.0})
        if at % steps_per_epoch == 0:
            log.append(evaluation(at, epoch))
    state = {"global_step": step, "max_steps": max_steps, "epoch": step / steps_per_epoch, "log_history": log}
    folder = run / "checkpoints" / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    for name in ("model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth"):
        (folder / name).write_bytes(b"x")
    (folder / "trainer_state.json").write_text(json.dumps(state))
    return folder


def evaluation(step: int, epoch: float) -> dict[str, Any]:
    return {"step": step, "epoch": epoch, "eval_loss": 1.5, "eval_accuracy": step / 100, "eval_runtime": 0.1}


def model(folder: Path, *, value: float = 0.0) -> Path:
    """A saved model as far as its wholeness goes."""
    folder.mkdir(parents=True)
    save_file({"weight": np.full(3, value, dtype=np.float32)}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"id2label": {"0": "bad", "1": "good"}, "star_ratings": [1, 5]}))
    (folder / "tokenizer_config.json").write_text("{}")
    (folder / "tokenizer.json").write_text("{}")
    return folder


def emit(store: Store, run_id: str, step: int, kind: str = "train", **values: Any) -> int:
    found = values or {"loss": 2 - step / 10, "accuracy": 0.5}
    return store.append(run_id, kind, found, step=step, epoch=step / 5, seconds=step / 2)  # type: ignore[arg-type]


def died_after(store: Store, code: str) -> str:
    """Run code with `store` and a claimed `run` in a process that then kills itself; returns the run's id."""
    program = (
        "import os, signal\nfrom pathlib import Path\n"
        "from core.config import RunConfig\nfrom core.runs.run import Status\nfrom core.runs.store import Store\n"
        "from tests.core.runs import folders\n"
        f"from core.home.places import Home; store = Store(Home(Path({str(store.home.path)!r})))\n"
        "run = store.create(RunConfig(), claimed=True)\nprint(run.id, flush=True)\n"
        f"{code}\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, env=os.environ)
    assert done.returncode == -9, done.stderr
    return done.stdout.strip()


def finished(store: Store) -> str:
    """A run that came to its end: ten steps, an evaluation, a model, its last checkpoint."""
    run = store.create(RunConfig(), claimed=True)
    store.set_status(run.id, Status.TRAINING)
    store.update(run.id, total_steps=10, facts=Facts(train_rows=40))
    for step in range(1, 11):
        emit(store, run.id, step)
    emit(store, run.id, 10, "eval", loss=1.5, accuracy=0.6)
    checkpoint(store.folder(run.id), 10)
    store.set_status(run.id, Status.SAVING)
    model(store.folder(run.id) / "model")
    store.update(run.id, model_step=10, seconds=5.0)
    store.set_status(run.id, Status.FINISHED)
    emit(store, run.id, 10, "phase", phase="finished")
    return run.id
