"""The queue's worker: one thread that trains the runs of a home, one after the other.

Joins the store and the training, which don't know each other. Knows nothing of pages. Guarantees: at most one training
at a time in this process; a run always ends in a state, whatever the training raises; on a normal exit of the process
the running training gets `SHUTDOWN_SECONDS` to write a checkpoint.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from core import settings
from core.config import RunConfig
from core.errors import StarboardError
from core.runs import checkpoints, recovery
from core.runs.run import EventKind, Failure, Run, Status
from core.runs.store import Store
from core.training.sink import Halt

POLL_SECONDS = 1.0
SHUTDOWN_SECONDS = 10.0
_END_STATES = {None: Status.FINISHED, Halt.STOP: Status.STOPPED, Halt.SHUTDOWN: Status.INTERRUPTED}

log = logging.getLogger("starboard.jobs")


class StoreSink:
    """A Sink that writes to the store, and keeps the run's clock."""

    def __init__(self, store: Store, run: Run, shutting_down: threading.Event) -> None:
        self._store = store
        self._id = run.id
        self._shutting_down = shutting_down
        self._began = time.monotonic() - run.seconds
        self._status = run.status
        self._entered = time.monotonic()
        self._step, self._epoch = run.step, run.epoch
        self._epoch_at_start = run.epoch
        self._paced = False
        self.training_seconds = 0.0

    @property
    def seconds(self) -> float:
        """Since the run started; a resumed run's clock goes on where it stood."""
        return time.monotonic() - self._began

    @property
    def epochs_made(self) -> float:
        return self._epoch - self._epoch_at_start

    def phase(self, status: Status) -> None:
        now = time.monotonic()
        if self._status is Status.TRAINING:
            self.training_seconds += now - self._entered
        elif status is Status.TRAINING and not self._paced:
            # From here on the pace is measured: reading and loading say nothing about the steps to come.
            self._paced = True
            self._store.update(self._id, facts={"pace_since": {"seconds": self.seconds, "step": self._step}})
        self._status, self._entered = status, now
        self._store.set_status(self._id, status)
        self.emit("phase", {"phase": str(status)}, step=self._step, epoch=self._epoch)

    def emit(self, kind: EventKind, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        self._step, self._epoch = max(self._step, step), max(self._epoch, epoch)
        self._store.append(self._id, kind, values, step=self._step, epoch=self._epoch, seconds=self.seconds)

    def update(self, **values: Any) -> None:
        self._store.update(self._id, **values)

    def halt(self) -> Halt | None:
        if self._shutting_down.is_set():
            return Halt.SHUTDOWN
        return Halt.STOP if self._store.stop_requested(self._id) else None


def submit(store: Store, config: RunConfig) -> Run:
    """Put a run into the queue and wake the worker of this process, if it has one."""
    run = store.create(config)
    wake()
    return run


def execute(store: Store, run: Run, shutting_down: threading.Event | None = None) -> Run:
    """Train a run that this process has claimed, in the calling thread.

    Goes on from the run's last whole checkpoint where there is one.

    Returns:
        The run as it ended: finished, stopped, failed or interrupted. Errors are kept in it, never raised.
    """
    folder = settings.run_dir(run.id)
    checkpoint = checkpoints.last(folder)
    if run.step:
        store.rewind(run.id, checkpoints.step_of(checkpoint) if checkpoint else 0)
        run = store.get(run.id)
    sink = StoreSink(store, run, shutting_down or threading.Event())
    try:
        settings.ensure(folder)
        (folder / "config.json").write_text(run.config.model_dump_json(indent=2), encoding="utf-8")
        from core.training.train import train

        outcome = train(run.config, folder, sink, checkpoint=checkpoint)
        _record(store, run.id, sink, outcome.step)
        sink.phase(_END_STATES[outcome.halted])
    except Exception as error:  # noqa: BLE001 - whatever it was, the run must end in a state that says so
        _fail(store, run, error)
    return store.get(run.id)


def _record(store: Store, run_id: str, sink: StoreSink, step: int) -> None:
    """Write what the run came to: which step the saved model is of, its scores, the speed."""
    run = store.get(run_id)
    values: dict[str, Any] = {"seconds": sink.seconds}
    if step:
        values["model_step"] = step
        evaluations = store.events(run_id, kinds=("eval",))
        of_the_model = [event for event in evaluations if event.step == step] or evaluations
        if of_the_model:
            values["eval"] = of_the_model[-1].values
            values["facts"] = {"eval_step": of_the_model[-1].step}
    if sink.training_seconds and "train_rows" in run.facts:
        values["samples_per_second"] = run.facts["train_rows"] * sink.epochs_made / sink.training_seconds
    store.update(run_id, **values)


def _fail(store: Store, run: Run, error: Exception) -> None:
    from core.training.failures import explain

    reason = explain(error, run.config)
    log.info("run %s failed: %s", run.id, reason)
    if not isinstance(error, StarboardError):
        folder = settings.ensure(settings.run_dir(run.id))
        (folder / "error.log").write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    store.set_status(run.id, Status.FAILED, failure=Failure(reason.kind, reason.message, reason.advice))
    seen = store.get(run.id)
    store.append(run.id, "phase", {"phase": str(Status.FAILED)}, step=seen.step, epoch=seen.epoch, seconds=seen.seconds)


class Worker:
    """The one training thread of a process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wake = threading.Event()
        self._shutting_down = threading.Event()
        self._thread = threading.Thread(target=self._work, name="starboard-training", daemon=True)
        self._thread.start()
        atexit.register(self.shut_down)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def wake(self) -> None:
        """Look into the queue now instead of at the next poll."""
        self._wake.set()

    def shut_down(self) -> None:
        """Ask the running training to write a checkpoint and end, and wait for it."""
        self._shutting_down.set()
        self._wake.set()
        self._thread.join(SHUTDOWN_SECONDS)

    def _work(self) -> None:
        # Before anything slow: a page that is open shows at once what can go on.
        with contextlib.suppress(StarboardError):
            recovery.recover(self._store)
        # Paid here, once, so that the first click on Train does not pay for it: about 10 seconds of imports.
        import core.training.train  # noqa: F401

        while not self._shutting_down.is_set():
            try:
                run = self._store.claim()
                if run is not None:
                    execute(self._store, run, self._shutting_down)
                    continue
            except StarboardError as error:
                # The store can't be used at this moment; a page that reads it shows why. Keep trying.
                log.warning("the queue cannot be read: %s", error)
            self._wake.wait(POLL_SECONDS)
            self._wake.clear()


def _workers() -> dict[str, Worker]:
    """The workers of this process by home, kept where neither a reloaded module nor a cleared cache can lose them."""
    slot = sys.modules.setdefault("starboard_workers", ModuleType("starboard_workers"))
    workers: dict[str, Worker] = slot.__dict__.setdefault("workers", {})
    return workers


_starting = threading.Lock()


def start() -> None:
    """Make sure that this process has a worker for the present home."""
    home = str(settings.home())
    with _starting:
        worker = _workers().get(home)
        if worker is None or not worker.alive:
            _workers()[home] = Worker(Store())


def wake() -> None:
    """Wake the worker of the present home, if this process has one."""
    worker = _workers().get(str(settings.home()))
    if worker is not None:
        worker.wake()
