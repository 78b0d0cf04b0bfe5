"""The queue's worker: one thread that trains the runs of a home, one after the other.

Joins the store and the training, which don't know each other. A run that wants several processes is trained by ones
that are started for it, and followed here. Knows nothing of pages. Guarantees: at most one training at a time in this
process; a run always ends in a state, whatever the training raises; on a normal exit of the process the running
training gets `SHUTDOWN_SECONDS` to write a checkpoint.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from core.config import RunConfig
from core.errors import LaunchError, RunError, StarboardError, StorageError
from core.estimating import calibrations, cost
from core.home.files import ensure, write_whole
from core.home.places import Home
from core.runs import checkpoints, recovery
from core.runs.facts import Facts
from core.runs.pace import Pace
from core.runs.run import EventKind, Failure, Run, Status
from core.runs.store import Store
from core.training import distributed
from core.training.sink import Halt, SilentSink
from core.work import launch

POLL_SECONDS = 1.0
SHUTDOWN_SECONDS = 10.0
# From the first page drawn by the server until it imports what a training needs, unless one is wanted before.
WARM_UP_SECONDS = 3.0
FOLLOW_SECONDS = 0.3
FAIL_TRIES = 60
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
        self._pace: Pace | None = None
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
        self._keep_pace(status)
        self._status, self._entered = status, now
        self._store.set_status(self._id, status)
        self.emit("phase", {"phase": str(status)}, step=self._step, epoch=self._epoch)

    def _keep_pace(self, status: Status) -> None:
        """Note what the time left is reckoned from; reading and loading say nothing about the steps to come."""
        pace = _expected(self._store.home, self._store.get(self._id)) if self._pace is None else self._pace
        if status is Status.TRAINING:
            self._pace = pace.training(self._step, self.seconds)
        else:
            self._pace = pace.resting(self._step, self.seconds, evaluating=status is Status.EVALUATING)
        self._store.update(self._id, facts=Facts(pace=self._pace))

    def emit(self, kind: EventKind, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        self._step, self._epoch = max(self._step, step), max(self._epoch, epoch)
        self._store.append(self._id, kind, values, step=self._step, epoch=self._epoch, seconds=self.seconds)

    def update(self, **values: Any) -> None:
        self._store.update(self._id, **values)

    def halt(self) -> Halt | None:
        if self._shutting_down.is_set():
            return Halt.SHUTDOWN
        return Halt.STOP if self._store.stop_requested(self._id) else None


def _expected(home: Home, run: Run) -> Pace:
    """The pace that the calibration of this computer expects of a run that is about to train, if there is one."""
    calibration, facts = calibrations.cached(home, run.config), run.facts
    if calibration is None or not (facts.train_tokens and facts.train_rows and facts.eval_rows):
        return Pace()
    length = round(facts.train_tokens / facts.train_rows)
    reviews = cost.Reviews(facts.train_rows, facts.eval_rows, [length])
    found = cost.estimate(run.config, reviews, calibration)
    return Pace(expected_step=found.step_seconds, expected_pause=found.evaluation_seconds)


def submit(store: Store, config: RunConfig) -> Run:
    """Put a run into the queue and wake the worker of this process, if it has one."""
    run = store.create(config)
    wake(store.home)
    return run


def extend(store: Store, run_id: str, epochs: float) -> Run:
    """Put an ended run into the queue to go on from its last checkpoint for more epochs.

    Args:
        epochs: in total, more than it was made for.

    Raises:
        RunError: it has not ended, was made for as many epochs, or its checkpoints are gone.
        ConfigError: there may not be so many.
    """
    run = store.get(run_id)
    if run.status is Status.FINISHED and checkpoints.last(store.folder(run.id)) is None:
        raise RunError(
            f"The checkpoints of the run {run.id} were removed, so it cannot go on.",
            "Train a new run with more epochs.",
        )
    run = store.extend(run.id, epochs)
    wake(store.home)
    return run


def execute(store: Store, run: Run, shutting_down: threading.Event | None = None) -> Run:
    """Train a run that this process has claimed, in the calling thread or in processes started for it.

    Goes on from the run's last whole checkpoint where there is one.

    Returns:
        The run as it ended: finished, stopped, failed or interrupted. Errors are kept in it, never raised.
    """
    shutting_down = shutting_down or threading.Event()
    try:
        train = _follow if launch.needed(run.config) else _train
        train(store, run, shutting_down)
    except Exception as error:  # noqa: BLE001 - whatever it was, the run must end in a state that says so
        _fail_surely(store, run, error, shutting_down)
    return store.get(run.id)


def _train(store: Store, run: Run, shutting_down: threading.Event) -> None:
    """Train in this thread, as the first or the only process."""
    folder = store.folder(run.id)
    checkpoint = checkpoints.last(folder)
    run = _rewound(store, run, checkpoint)
    sink = StoreSink(store, run, shutting_down)
    ensure(folder)
    write_whole(folder / "config.json", run.config.model_dump_json(indent=2))
    from core.evaluation.baselines import baselines
    from core.training.failures import reported
    from core.training.train import train

    distributed.join()
    distributed.broadcast((run.config, folder, checkpoint))
    outcome = train(run.config, folder, sink, home=store.home, checkpoint=checkpoint, compare=baselines)
    _record(store, run.id, sink, outcome.step)
    # When one process fails, torchrun asks the others to end, which looks like a shutdown.
    if outcome.halted is Halt.SHUTDOWN and (lost := reported()):
        raise lost
    sink.phase(_END_STATES[outcome.halted])


def _rewound(store: Store, run: Run, checkpoint: Path | None) -> Run:
    """Forget the events that will come again."""
    if checkpoint is None and not run.step and store.last_event(run.id, "eval") is None:
        return run
    step = checkpoints.step_of(checkpoint) if checkpoint else 0
    store.rewind(run.id, step, evaluated=checkpoint is not None and not checkpoints.lacks_evaluation(checkpoint))
    return store.get(run.id)


def assist(home: Home, shutting_down: threading.Event) -> bool:
    """Train along with the process that writes the run, as any but the first of a group.

    Returns:
        Whether all went well; the other process says what did not.
    """
    from core.training.failures import report
    from core.training.train import train

    distributed.join()
    config, folder, checkpoint = distributed.broadcast((RunConfig(), Path(), None))
    sink = SilentSink(shutting_down.is_set, lambda: distributed.published(distributed.HALT))
    try:
        train(config, folder, sink, home=home, checkpoint=checkpoint)
    except Exception as error:
        # The first process ends the run.
        report(error, config)
        log.warning("process %s failed", distributed.rank(), exc_info=error)
        return False
    return True


def _follow(store: Store, run: Run, shutting_down: threading.Event) -> None:
    """Start the processes of a run and wait until they are gone."""
    before = _last_phase(store, run.id)
    group = launch.start(store.home, run.id, run.config.training.processes)
    stopped = False
    while group.poll() is None:
        taken_over = _last_phase(store, run.id) != before
        stopped = not taken_over and store.stop_requested(run.id)
        if shutting_down.is_set() or stopped:
            group.terminate()
            _wait(group)
        shutting_down.wait(FOLLOW_SECONDS)
    if _last_phase(store, run.id) != before:
        return
    if stopped or shutting_down.is_set():
        store.set_status(run.id, Status.STOPPED if stopped else Status.INTERRUPTED)
        return
    raise LaunchError(
        f"The {run.config.training.processes} processes of the training ended before it began:"
        f" {launch.last_words(store.home, run.id)}",
        "The run's launch.log has the details; with training.processes=1 the run needs none.",
    )


def _wait(group: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        group.wait(SHUTDOWN_SECONDS)


def _last_phase(store: Store, run_id: str) -> int:
    """The id of the newest phase event: the processes of a run write the next one."""
    event = store.last_event(run_id, "phase")
    return event.id if event else 0


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
            values["facts"] = Facts(eval_step=of_the_model[-1].step)
    if sink.training_seconds and run.facts.train_rows is not None:
        values["samples_per_second"] = run.facts.train_rows * sink.epochs_made / sink.training_seconds
    store.update(run_id, **values)


def _fail_surely(store: Store, run: Run, error: Exception, shutting_down: threading.Event) -> None:
    """End a run as failed, even if the disk that is full keeps the store from saying so for now."""
    for _ in range(FAIL_TRIES):
        try:
            _fail(store, run, error)
            return
        except (StorageError, OSError) as again:
            log.warning("the failure of run %s cannot be written yet: %s", run.id, again)
            if shutting_down.wait(POLL_SECONDS):
                return
    _fail(store, run, error)


def give_up(store: Store, run_id: str) -> Run:
    """End a run whose training does not answer in the time it has at a shutdown."""
    from core.training.failures import reported

    with contextlib.suppress(RunError):
        if store.get(run_id).active:
            lost = reported()
            failure = Failure.of(lost) if lost else None
            store.set_status(run_id, Status.FAILED if lost else Status.INTERRUPTED, failure=failure)
    return store.get(run_id)


def _fail(store: Store, run: Run, error: Exception) -> None:
    from core.training.failures import explain

    reason = explain(error, run.config)
    log.info("run %s failed: %s", run.id, reason)
    if type(reason) is not type(error):
        folder = ensure(store.folder(run.id))
        (folder / "error.log").write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    store.set_status(run.id, Status.FAILED, failure=Failure.of(reason))
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
        wanted = False
        # Before anything slow: a page that is open shows at once what can go on.
        with contextlib.suppress(StarboardError):
            recovery.recover(self._store)
            wanted = bool(self._store.queued())
        # The browser still draws the first page, and soon its reader asks for another: imports would hold both up.
        if not wanted:
            self._wake.wait(WARM_UP_SECONDS)
        if self._shutting_down.is_set():
            return
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


def start(home: Home) -> None:
    """Make sure that this process has a worker for a home."""
    with _starting:
        worker = _workers().get(str(home.path))
        if worker is None or not worker.alive:
            _workers()[str(home.path)] = Worker(Store(home))


def wake(home: Home) -> None:
    """Wake the worker of a home, if this process has one."""
    worker = _workers().get(str(home.path))
    if worker is not None:
        worker.wake()
