"""A training in the foreground of a terminal: what it is at is printed to standard error, signals end it in order.

Knows how a run is executed and which thread hears signals; knows no command.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

from core.cli.commands import NOT_FINISHED, SUCCESS, USER_ERROR
from core.cli.console import print_result, print_scores
from core.errors import StarboardError, StorageError
from core.home.places import Home
from core.runs.run import Run, Stage, Status
from core.runs.store import Store
from core.training import distributed
from core.work import execution, outbox
from core.work.actions import Actions

T = TypeVar("T")
WAIT_SECONDS = 0.5
STAGES: dict[str | None, str] = {
    Stage.READING: "Reading the reviews",
    Stage.LOADING: "Loading the model",
    Stage.TOKENISING: "Tokenising the reviews",
    Stage.ENCODING: "Reading every review once with the frozen encoder",
    Stage.COMPARING: "Measuring what must be beaten",
}


def train(actions: Actions, run: Run, options: argparse.Namespace) -> int:
    """Train a run that this process has claimed, or that waits until it can; returns the exit code."""
    store = actions.store
    shutting_down = _stop_on_signals(actions, run.id)
    print(f"run {run.id}: {run.name}", file=sys.stderr)
    done = threading.Event()
    printer = threading.Thread(target=_print_events, args=(store, run.id, done), daemon=True)
    printer.start()
    try:
        mine = run if run.active else _await_turn(actions, run, shutting_down)
        results = [store.get(run.id)]
        if mine is not None:
            results = _in_a_thread(lambda: execution.execute(store, mine, shutting_down), shutting_down)
        ended = results[0] if results else execution.give_up(store, run.id)
    finally:
        done.set()
        printer.join()
    if ended.failure:
        print(f"error: {ended.failure.message} {ended.failure.advice}", file=sys.stderr)
    print_result(options, ended.to_dict() | {"steps": ended.step}, lambda: print_scores(ended))
    # A run that could not go on is what it was before, perhaps finished.
    code = USER_ERROR if ended.failure else SUCCESS if ended.status is Status.FINISHED else NOT_FINISHED
    return _leave(code, hanging=not results)


def assist() -> int:
    """Help with a training whose run the first process of the group writes; say nothing."""
    shutting_down = threading.Event()
    # The first process hears Ctrl-C too, and all halt at the same step.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: shutting_down.set())
    results = _in_a_thread(lambda: execution.assist(Home.present(), shutting_down), shutting_down)
    return _leave(SUCCESS if results == [True] else USER_ERROR, hanging=not results)


def _in_a_thread(work: Callable[[], T], shutting_down: threading.Event) -> list[T]:
    """Do the work while this thread, to which signals come, stays awake.

    Returns:
        What the work returned; nothing when it had not ended `SHUTDOWN_SECONDS` after a shutdown was asked for.

    Raises:
        Exception: whatever the work raised.
    """
    results: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - raised again in the main thread
            errors.append(error)

    thread = threading.Thread(target=run, name="starboard-training", daemon=True)
    thread.start()
    while thread.is_alive() and not shutting_down.is_set():
        thread.join(0.1)
    thread.join(execution.SHUTDOWN_SECONDS if shutting_down.is_set() else None)
    if errors:
        raise errors[0]
    return results


def _leave(code: int, *, hanging: bool) -> int:
    """The exit code, or the end of the process where a thread keeps it from ending by itself."""
    sys.stdout.flush()
    if hanging:
        os._exit(code)
    distributed.leave()
    return code


def _await_turn(actions: Actions, run: Run, shutting_down: threading.Event) -> Run | None:
    """Take a waiting run as soon as no other run of this home trains.

    Returns:
        The run, now this process's own; None when it was stopped, or another process took it and it has ended.
    """
    store = actions.store
    claimed = store.claim(run.id)
    if claimed is None:
        print(f"run {run.id} waits: another run of this home trains", file=sys.stderr)
    while claimed is None and store.get(run.id).going:
        if shutting_down.wait(WAIT_SECONDS):
            if store.get(run.id).status is Status.QUEUED:
                actions.cancel(run.id)
            return None
        claimed = store.claim(run.id)
    return claimed


def _stop_on_signals(actions: Actions, run_id: str) -> threading.Event:
    """Ctrl-C stops the run and keeps its model; SIGTERM interrupts it after a checkpoint."""
    shutting_down = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        print("stopping after this step; press Ctrl-C again to give up", file=sys.stderr)
        threading.Thread(target=_ask_to_stop, args=(actions, run_id), daemon=True).start()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: shutting_down.set())
    return shutting_down


def _ask_to_stop(actions: Actions, run_id: str) -> None:
    """Stop a run, as soon as the store can be written."""
    try:
        with actions.store.database.waiting(outbox.PATIENCE_SECONDS):
            actions.stop(run_id)
    except StarboardError as error:
        print(f"error: {error}", file=sys.stderr)


def _print_events(store: Store, run_id: str, done: threading.Event) -> None:
    """Print phases, notes, evaluations and now and then a step to standard error."""
    last = 0
    while True:
        ended = done.wait(0.5)
        with contextlib.suppress(StorageError):  # the training says what is wrong with the disk
            last = _print_new(store, run_id, last)
        if ended:
            return


def _print_new(store: Store, run_id: str, last: int) -> int:
    """Print the events that came after one; returns the id of the last."""
    for event in store.events(run_id, since=last):
        last = event.id
        if event.kind == "eval":
            scores = "  ".join(f"{name} {value:.4f}" for name, value in event.values.items())
            print(f"step {event.step:>6}  evaluation  {scores}", file=sys.stderr)
        elif event.kind == "train" and event.step % 25 == 0:
            # Events that were restored from a checkpoint have no speed.
            speed = event.values.get("samples_per_second")
            words = "" if speed is None else f"  {speed:.1f} samples/s"
            print(f"step {event.step:>6}  loss {event.values['loss']:.4f}{words}", file=sys.stderr)
        elif event.kind in {"phase", "message"}:
            # Events of an earlier version have words instead of a stage.
            stage = STAGES.get(event.values.get("stage"))
            print(stage or event.values.get("text") or event.values.get("phase"), file=sys.stderr)
    return last
