"""The command line: `python -m core COMMAND`.

Everything that the pages can do, for scripts. Exit code 0 only on success; a problem that the user can solve is one
`error:` line and exit code 2, never a traceback. With `--json`, standard output carries one JSON value and nothing
else; logs go to standard error.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TypeVar

from core import config as configs
from core.cli import manage, predict
from core.cli.console import print_result as _print
from core.config.source import Source
from core.errors import EstimateError, StarboardError
from core.estimating.cost import Reviews
from core.home.places import Home
from core.runs import recovery
from core.runs.run import Run, Stage, Status
from core.runs.store import Store
from core.training import distributed

T = TypeVar("T")
WAIT_SECONDS = 0.5
STAGES: dict[str | None, str] = {
    Stage.READING: "Reading the reviews",
    Stage.LOADING: "Loading the model",
    Stage.TOKENISING: "Tokenising the reviews",
    Stage.ENCODING: "Reading every review once with the frozen encoder",
    Stage.COMPARING: "Measuring what must be beaten",
}
SUCCESS, NOT_FINISHED, USER_ERROR, INTERRUPTED = 0, 1, 2, 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"error: {message}. See: {self.prog} --help", file=sys.stderr)
        raise SystemExit(USER_ERROR)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parse(arguments)
    try:
        return int(options.command(options))
    except StarboardError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return USER_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`); say no more, and keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_FINISHED


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    # argparse takes a list of texts only in one piece, so `predict RUN --json TEXT` leaves the text over.
    if rest and (not hasattr(options, "text_list") or any(each.startswith("-") for each in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.text_list += rest
    return options


def _train(options: argparse.Namespace) -> int:
    if distributed.rank():
        return _assist()
    raw = configs.load(Path(options.config))
    config = configs.parse(configs.apply(raw, options.set))
    store = _recovered()
    return _run_in_foreground(store, store.create(config, claimed=True), options)


def _resume(options: argparse.Namespace) -> int:
    if distributed.rank():
        return _assist()
    from core.work import jobs

    store = _recovered()
    run = store.get(options.run)
    if options.epochs:
        run = jobs.extend(store, run.id, options.epochs)
    elif run.status is not Status.QUEUED:
        # One that waits, perhaps since a process died that was about to take it, waits here.
        run = store.requeue(run.id)
    return _run_in_foreground(store, run, options)


def _recovered() -> Store:
    """The store of a home in order: a training begins here, or goes on from where another process died."""
    store = Store(Home.present())
    recovery.recover(store)
    return store


def _work(options: argparse.Namespace) -> int:
    """Train a run that the process which started this one has claimed."""
    if distributed.rank():
        return _assist()
    store = Store(Home.present())
    return _run_in_foreground(store, store.take_over(options.run), options)


def _assist() -> int:
    """Help with a training whose run the first process of the group writes; say nothing."""
    from core.work import jobs

    shutting_down = threading.Event()
    # The first process hears Ctrl-C too, and all halt at the same step.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: shutting_down.set())
    results = _in_a_thread(lambda: jobs.assist(Home.present(), shutting_down), shutting_down)
    return _leave(SUCCESS if results == [True] else USER_ERROR, hanging=not results)


def _in_a_thread(work: Callable[[], T], shutting_down: threading.Event) -> list[T]:
    """Do the work while this thread, to which signals come, stays awake.

    Returns:
        What the work returned; nothing when it had not ended `SHUTDOWN_SECONDS` after a shutdown was asked for.

    Raises:
        Exception: whatever the work raised.
    """
    from core.work import jobs

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
    thread.join(jobs.SHUTDOWN_SECONDS if shutting_down.is_set() else None)
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


def _run_in_foreground(store: Store, run: Run, options: argparse.Namespace) -> int:
    """Train a run that this process has claimed, or that waits until it can."""
    from core.work import jobs

    shutting_down = _stop_on_signals(store, run.id)
    print(f"run {run.id}: {run.name}", file=sys.stderr)
    done = threading.Event()
    printer = threading.Thread(target=_follow, args=(store, run.id, done), daemon=True)
    printer.start()
    try:
        mine = run if run.active else _await_turn(store, run, shutting_down)
        results = [store.get(run.id)]
        if mine is not None:
            results = _in_a_thread(lambda: jobs.execute(store, mine, shutting_down), shutting_down)
        ended = results[0] if results else jobs.give_up(store, run.id)
    finally:
        done.set()
        printer.join()
    if ended.failure:
        print(f"error: {ended.failure.message} {ended.failure.advice}", file=sys.stderr)
    _print(options, _summary(ended), lambda: _words(ended))
    codes = {Status.FINISHED: SUCCESS, Status.FAILED: USER_ERROR}
    return _leave(codes.get(ended.status, NOT_FINISHED), hanging=not results)


def _await_turn(store: Store, run: Run, shutting_down: threading.Event) -> Run | None:
    """Take a waiting run as soon as no other run of this home trains.

    Returns:
        The run, now this process's own; None when it was stopped, or another process took it and it has ended.
    """
    claimed = store.claim(run.id)
    if claimed is None:
        print(f"run {run.id} waits: another run of this home trains", file=sys.stderr)
    while claimed is None and store.get(run.id).going:
        if shutting_down.wait(WAIT_SECONDS):
            if store.get(run.id).status is Status.QUEUED:
                store.request_stop(run.id)
            return None
        claimed = store.claim(run.id)
    return claimed


def _stop_on_signals(store: Store, run_id: str) -> threading.Event:
    """Ctrl-C stops the run and keeps its model; SIGTERM interrupts it after a checkpoint."""
    shutting_down = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        print("stopping after this step; press Ctrl-C again to give up", file=sys.stderr)
        threading.Thread(target=store.request_stop, args=(run_id,)).start()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: shutting_down.set())
    return shutting_down


def _follow(store: Store, run_id: str, done: threading.Event) -> None:
    """Print phases, notes, evaluations and now and then a step to standard error."""
    last = 0
    while True:
        ended = done.wait(0.5)
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
        if ended:
            return


def _summary(run: Run) -> dict[str, Any]:
    row = run.to_dict()
    return row | {"steps": run.step}


def _words(run: Run) -> None:
    print(f"{run.id}  {run.status} at step {run.step} of {run.total_steps}")
    baseline, tfidf = run.facts.baseline or {}, run.facts.tfidf or {}
    for name, value in run.eval.items():
        beside = "".join(
            f"   {title} {scores[name]:.4f}"
            for title, scores in (("commonest class", baseline), ("TF-IDF", tfidf))
            if name in scores
        )
        print(f"  {name:<16} {value:.4f}{beside}")


def _stop(options: argparse.Namespace) -> int:
    run = Store(Home.present()).request_stop(options.run)
    _print(options, run.to_dict(), lambda: print(f"{run.id}  {run.status}, asked to stop"))
    return SUCCESS


def _runs(options: argparse.Namespace) -> int:
    runs = Store(Home.present()).runs()

    def table() -> None:
        for run in runs:
            accuracy = f"{run.eval['accuracy']:.4f}" if "accuracy" in run.eval else "-"
            print(f"{run.id}  {run.status:<11}  {run.step:>6}/{run.total_steps:<6}  accuracy {accuracy:<7}  {run.name}")
        if not runs:
            print("No runs yet. Start one with: python -m core train CONFIG.json")

    _print(options, [run.to_dict() for run in runs], table)
    return SUCCESS


def _show(options: argparse.Namespace) -> int:
    run = Store(Home.present()).get(options.run)

    def words() -> None:
        _words(run)
        if run.failure:
            print(f"  failed: {run.failure.message} {run.failure.advice}")
        print(json.dumps(run.config.model_dump(), indent=2))

    _print(options, run.to_dict(), words)
    return SUCCESS


def _events(options: argparse.Namespace) -> int:
    store = Store(Home.present())
    events = [event.to_dict() for event in store.events(store.get(options.run).id, since=options.since)]
    _print(options, events, lambda: [print(json.dumps(event)) for event in events])
    return SUCCESS


def _profile(options: argparse.Namespace) -> int:
    from core.inspection import reports

    work = reports.start(Home.present(), Source.parse(options.source), options.text, options.label)
    while not work.wait(WAIT_SECONDS):
        if work.share and sys.stderr.isatty():
            print(f"\r{work.share:.0%} read and counted", end="\r", file=sys.stderr)
    report = work.result().profile.to_dict()
    _print(options, report, lambda: print(json.dumps(report, indent=2, ensure_ascii=False)))
    return SUCCESS


def _estimate(options: argparse.Namespace) -> int:
    from core.estimating import calibrations, cost

    config = configs.parse(configs.apply(configs.load(Path(options.config)), options.set))
    reviews = _reviews(config)
    calibration = None if options.again else calibrations.cached(Home.present(), config)
    if calibration is None:
        print("measuring this computer", file=sys.stderr)
        try:
            calibration = calibrations.measure(Home.present(), config, _somebody_trains)
        except calibrations.Busy:
            raise EstimateError(
                "This computer cannot be measured while a run trains.", "Ask again when it has ended."
            ) from None
    found = cost.estimate(config, reviews, calibration)

    def words() -> None:
        print(f"about {found.seconds:.0f} s, and {found.starting:.0f} s to start")
        print(f"about {found.memory_bytes / 1e9:.1f} GB of memory")

    _print(options, cost.to_dict(found), words)
    return SUCCESS


def _somebody_trains() -> bool:
    live = Store(Home.present()).live()
    return live is not None and live.active


def _reviews(config: configs.RunConfig) -> Reviews:
    """The size and the lengths of what a configuration would train on."""
    from core.data import columns, reading
    from core.data.table import EVALUATION_SPLITS
    from core.estimating import cost
    from core.models import lengths

    data = config.data
    table = reading.read(data.parsed_source)
    text = columns.choose(table, data.text_column, data.label_column).text
    held_out = next((table.splits[name].num_rows for name in EVALUATION_SPLITS if name in table.splits), None)
    train_rows, eval_rows = cost.rows(config, table.train.num_rows, held_out)
    size = sum(split.nbytes for split in table.splits.values())
    texts = lengths.spread(table.train.column(text))
    return cost.Reviews(train_rows, eval_rows, lengths.token_lengths(texts), size)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m core", description="Train, watch and use rating models from the command line.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], help_: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(name, help=help_, description=help_)
        added.add_argument("--json", action="store_true", help="print one JSON value on standard output")
        added.set_defaults(command=run)
        return added

    train = command("train", _train, "train a run in the foreground")
    train.add_argument("config", metavar="CONFIG.json")
    train.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=_set_help())
    resume = command("resume", _resume, "go on from a run's last checkpoint")
    resume.add_argument("run", metavar="RUN", help="a run's id, or its unique beginning")
    resume.add_argument("--epochs", type=float, metavar="N", help="go on to N epochs in total, also when it finished")
    work = commands.add_parser("work")
    work.add_argument("run")
    work.set_defaults(command=_work, json=False)
    estimate = command("estimate", _estimate, "say how long a run takes here, and how much memory")
    estimate.add_argument("config", metavar="CONFIG.json")
    estimate.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=_set_help())
    estimate.add_argument("--again", action="store_true", help="measure this computer anew")
    for name, run, help_ in (
        ("stop", _stop, "ask a run to stop"),
        ("show", _show, "one run with its configuration and final scores"),
    ):
        command(name, run, help_).add_argument("run", metavar="RUN", help="a run's id, or its unique beginning")
    command("runs", _runs, "list the runs, newest first")
    manage.add_commands(command)
    events = command("events", _events, "a run's metric stream")
    events.add_argument("run", metavar="RUN")
    events.add_argument("--since", type=int, default=0, metavar="ID", help="only events with a larger id")
    profile = command("profile", _profile, "report on a table of reviews")
    profile.add_argument("source", metavar="SOURCE", help="sample:reviews, file:PATH or hub:OWNER/NAME")
    profile.add_argument("--text", metavar="C", help="the text column")
    profile.add_argument("--label", metavar="C", help="the label column")
    predict.add_command(command)
    return parser


def _set_help() -> str:
    return "change one setting, such as data.train_size=200; may be repeated"


if __name__ == "__main__":
    sys.exit(main())
