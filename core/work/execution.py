"""Trains one run that this process has claimed, to its end.

Joins the store and the training, which don't know each other. A run that wants several processes is trained by ones
that are started for it, and followed here. Knows nothing of the queue and of pages. Guarantees: a run always ends in a
state, whatever the training raises.
"""

from __future__ import annotations

import contextlib
import logging
import subprocess
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.config import RunConfig
from core.errors import LaunchError, RunError, StorageError, StoreBusy
from core.estimating import calibrations, cost
from core.home.files import ensure, write_whole
from core.home.places import Home
from core.messages import Message
from core.runs import checkpoints, disk, process, record
from core.runs.facts import Facts
from core.runs.pace import Pace
from core.runs.run import ACTIVE, ENDED, EventKind, Failure, Run, Status
from core.runs.store import Store
from core.training import distributed
from core.training.sink import Halt, SilentSink
from core.work import launch, outbox
from core.work.outbox import Outbox

# A training that was asked to end has this long to write a checkpoint.
SHUTDOWN_SECONDS = 10.0
FOLLOW_SECONDS = 0.3
RETRY_SECONDS = 1.0
FAIL_TRIES = 60
# As good as for ever: a process that goes on trains nothing before the run has ended.
PATIENT = 10**9
_END_STATES = {None: Status.FINISHED, Halt.STOP: Status.STOPPED, Halt.SHUTDOWN: Status.INTERRUPTED}

log = logging.getLogger("starboard.jobs")


class StoreSink:
    """A Sink that writes to the store, and keeps the run's clock.

    Args:
        checkpoint: what the run goes on from. What came after it is forgotten when the training begins: until then
            the run can turn out not to go on, and is left as it was.
    """

    def __init__(self, store: Store, run: Run, shutting_down: threading.Event, checkpoint: Path | None) -> None:
        self._store = store
        self._outbox = Outbox(store.database)
        self._id = run.id
        self._shutting_down = shutting_down
        self._checkpoint = checkpoint
        self._begun = False
        self._began = time.monotonic() - run.seconds
        self._status = run.status
        self._entered = time.monotonic()
        self._step, self._epoch = run.step, run.epoch
        self._epoch_at_start = run.epoch
        self._pace: Pace | None = None
        self._training_seconds = 0.0

    @property
    def seconds(self) -> float:
        """Since the run started; a resumed run's clock goes on where it stood."""
        return time.monotonic() - self._began

    def phase(self, status: Status) -> None:
        if status in ACTIVE and not self._begun:
            self._begin()
        now = time.monotonic()
        if self._status is Status.TRAINING:
            self._training_seconds += now - self._entered
        # The time left is reckoned from these; reading and loading say nothing about the steps to come.
        pace = _expected_pace(self._store.home, self._store.get(self._id)) if self._pace is None else self._pace
        if status is Status.TRAINING:
            self._pace = pace.training(self._step, self.seconds)
        else:
            self._pace = pace.resting(self._step, self.seconds, evaluating=status is Status.EVALUATING)
        self._outbox.put(self._store.update, self._id, facts=Facts(pace=self._pace))
        self._status, self._entered = status, now
        self._outbox.put(self._store.set_status, self._id, status)
        self.emit("phase", {"phase": str(status)}, step=self._step, epoch=self._epoch)
        if status in ENDED:
            self.settle()

    def _begin(self) -> None:
        """Forget the events that will come again."""
        self._begun = True
        self.settle()
        run, checkpoint = self._store.get(self._id), self._checkpoint
        if checkpoint is not None or run.step or self._store.last_event(run.id, "eval") is not None:
            step = checkpoints.step_of(checkpoint) if checkpoint else 0
            evaluated = checkpoint is not None and not checkpoints.lacks_evaluation(checkpoint)
            self._store.rewind(run.id, step, evaluated=evaluated)
            run = self._store.get(run.id)
            self._step, self._epoch, self._epoch_at_start = run.step, run.epoch, run.epoch

    def emit(self, kind: EventKind, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        self._step, self._epoch = max(self._step, step), max(self._epoch, epoch)
        at = {"step": self._step, "epoch": self._epoch, "seconds": self.seconds}
        # A copy: whoever emits may go on changing it while it waits.
        self._outbox.put(self._store.append, self._id, kind, dict(values), **at)

    def update(self, **values: Any) -> None:
        self._outbox.put(self._store.update, self._id, **values)

    def settle(self) -> None:
        """Wait until all that was told is written."""
        self._outbox.settle()

    def halt(self) -> Halt | None:
        if self._shutting_down.is_set():
            return Halt.SHUTDOWN
        with contextlib.suppress(StoreBusy), self._store.database.waiting(outbox.TRY_SECONDS):
            return Halt.STOP if self._store.stop_requested(self._id) else None
        return None

    def summarise(self, step: int) -> None:
        """Write what the run came to: its scores and the speed; `step` is that of the saved model, 0 without one.

        All that was told must be written before: see `settle`.
        """
        run = self._store.get(self._id)
        values: dict[str, Any] = {"seconds": self.seconds}
        if step:
            values["model_step"] = step
            evaluations = self._store.events(self._id, kinds=("eval",))
            of_the_model = [event for event in evaluations if event.step == step] or evaluations
            if of_the_model:
                values["eval"] = of_the_model[-1].values
                values["facts"] = Facts(eval_step=of_the_model[-1].step)
        if self._training_seconds and run.facts.train_rows is not None:
            reviews = run.facts.train_rows * (self._epoch - self._epoch_at_start)
            values["samples_per_second"] = reviews / self._training_seconds
        self._store.update(self._id, **values)


def _expected_pace(home: Home, run: Run) -> Pace:
    """The pace that the calibration of this computer expects of a run that is about to train, if there is one."""
    calibration, facts = calibrations.cached(home, run.config), run.facts
    if calibration is None or not (facts.train_tokens and facts.train_rows and facts.eval_rows):
        return Pace()
    length = round(facts.train_tokens / facts.train_rows)
    reviews = cost.Reviews(facts.train_rows, facts.eval_rows, [length])
    found = cost.estimate(run.config, reviews, calibration)
    return Pace(expected_step=found.step_seconds, expected_pause=found.evaluation_seconds)


def execute(
    store: Store, run: Run, shutting_down: threading.Event | None = None, *, fail_tries: int = FAIL_TRIES
) -> Run:
    """Train a run that this process has claimed, in the calling thread or in processes started for it.

    Goes on from the run's last whole checkpoint where there is one.

    Args:
        store: of its home.
        run: as it was claimed.
        shutting_down: set when the process is about to end.
        fail_tries: how often to try to write a failure, one a second, where the store cannot take it.

    Returns:
        The run as it ended: finished, stopped, failed or interrupted. Errors are kept in it.

    Raises:
        StarboardError: why the run failed, where that could not be written; the next start puts it down.
    """
    shutting_down = shutting_down or threading.Event()
    try:
        train = _follow if launch.needed(run.config) else _train
        with store.database.waiting(outbox.PATIENCE_SECONDS):
            train(store, run, shutting_down)
    except Exception as error:  # noqa: BLE001 - whatever it was, the run must end in a state that says so
        _end_as_failed(store, run, error, shutting_down, fail_tries)
    finally:
        # Where its end cannot be written, whoever looks finds it interrupted.
        process.let_go(store.folder(run.id))
    return store.get(run.id)


def _train(store: Store, run: Run, shutting_down: threading.Event) -> None:
    """Train in this thread, as the first or the only process."""
    from core.training import resuming

    folder = store.folder(run.id)
    checkpoint, damaged = checkpoints.to_go_on_from(folder, resuming.fault)
    sink = StoreSink(store, run, shutting_down, checkpoint)
    for fault in damaged:
        sink.emit("message", fault.to_dict())
    if damaged:
        goes_on = (
            Message("The run goes on from step {step}.", step=checkpoints.step_of(checkpoint))
            if checkpoint
            else Message("No other checkpoint is there; the run begins anew.")
        )
        sink.emit("message", goes_on.to_dict())
    ensure(folder)
    write_whole(folder / "config.json", run.config.model_dump_json(indent=2))
    from core.evaluation.baselines import baselines
    from core.training.failures import reported
    from core.training.train import train

    distributed.join()
    begun_with = run.facts.rows
    config = run.config if checkpoint is None else _as_begun(run)
    distributed.broadcast((config, folder, checkpoint, begun_with))
    try:
        outcome = train(
            config,
            folder,
            sink,
            home=store.home,
            checkpoint=checkpoint,
            compare=baselines,
            begun_with=begun_with,
        )
    finally:
        sink.settle()
    sink.summarise(outcome.step)
    # When one process fails, torchrun asks the others to end, which looks like a shutdown.
    if outcome.halted is Halt.SHUTDOWN and (lost := reported()):
        raise lost
    if outcome.halted is None:
        checkpoints.drop_damaged(folder)
    sink.phase(_END_STATES[outcome.halted])


def _as_begun(run: Run) -> RunConfig:
    """The configuration with the columns that were found when the run began: a guess may be another since."""
    data, facts, found = run.config.data, run.facts, {}
    if not data.text_column and not data.text_columns and facts.text_column:
        found["data.text_column"] = facts.text_column
    if not data.label_column and facts.label_column:
        found["data.label_column"] = facts.label_column
    return run.config.replace(found)


def assist(home: Home, shutting_down: threading.Event) -> bool:
    """Train along with the process that writes the run, as any but the first of a group.

    Returns:
        Whether all went well; the other process says what did not.
    """
    from core.training.failures import report
    from core.training.train import train

    distributed.join()
    config, folder, checkpoint, begun_with = distributed.broadcast((RunConfig(), Path(), None, None))
    sink = SilentSink(shutting_down.is_set, lambda: distributed.published(distributed.HALT))
    try:
        train(config, folder, sink, home=home, checkpoint=checkpoint, begun_with=begun_with)
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
            with contextlib.suppress(subprocess.TimeoutExpired):
                group.wait(SHUTDOWN_SECONDS)
        shutting_down.wait(FOLLOW_SECONDS)
    if _last_phase(store, run.id) != before:
        return
    if stopped or shutting_down.is_set():
        store.set_status(run.id, Status.STOPPED if stopped else Status.INTERRUPTED)
        return
    raise LaunchError(
        Message(
            "The {count} processes of the training ended before it began: {words}",
            count=run.config.training.processes,
            words=launch.last_words(store.home, run.id),
        ),
        Message("The run's launch.log has the details; with training.processes=1 the run needs none."),
    )


def _last_phase(store: Store, run_id: str) -> int:
    """The id of the newest phase event: the processes of a run write the next one."""
    event = store.last_event(run_id, "phase")
    return event.id if event else 0


def _end_as_failed(store: Store, run: Run, error: Exception, shutting_down: threading.Event, tries: int) -> None:
    """Write why a run failed, even if the disk that is full keeps the store from it for now."""
    from core.training.failures import explain

    reason = explain(error, run.config)
    log.info("run %s failed: %s", run.id, reason)
    folder = store.folder(run.id)
    if type(reason) is not type(error):
        with contextlib.suppress(OSError, StorageError):
            (ensure(folder) / "error.log").write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    for tries_left in range(tries, -1, -1):
        try:
            disk.with_room(store.home, lambda: _put_down(store, run.id, Failure.of(reason)))
            return
        except (StorageError, OSError) as again:
            # Here it is found by the next start, should this process end first.
            with contextlib.suppress(OSError):
                record.keep_failure(folder, Failure.of(reason))
            log.warning("the failure of run %s cannot be written yet: %s", run.id, again)
            if not tries_left:
                raise reason from again
            if shutting_down.wait(RETRY_SECONDS):
                return


def _put_down(store: Store, run_id: str, failure: Failure) -> None:
    # It may have been written before, and the rest not.
    if store.get(run_id).active:
        store.set_status(run_id, Status.FAILED, failure=failure)
    at = store.get(run_id)
    store.append(run_id, "phase", {"phase": str(at.status)}, step=at.step, epoch=at.epoch, seconds=at.seconds)
    (store.folder(run_id) / record.FAILURE).unlink(missing_ok=True)


def give_up(store: Store, run_id: str) -> Run:
    """End a run whose training does not answer in the time it has at a shutdown."""
    from core.training.failures import reported

    # Where another program keeps the store, the end of this process says it too.
    with contextlib.suppress(RunError, StoreBusy), store.database.waiting(outbox.TRY_SECONDS):
        if store.get(run_id).active:
            lost = reported()
            failure = Failure.of(lost) if lost else None
            store.set_status(run_id, Status.FAILED if lost else Status.INTERRUPTED, failure=failure)
    return store.get(run_id)
