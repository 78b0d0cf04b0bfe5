"""Commands that show runs and their events, and stop one: they read the store and train nothing."""

from __future__ import annotations

import argparse
import json

from core.cli.commands import RUN, SUCCESS, argument, command
from core.cli.console import print_result, print_scores
from core.export import script as scripts
from core.home.places import Home
from core.runs.run import Status
from core.runs.store import Store
from core.work.actions import Actions


@command("stop", "ask a run to stop", RUN)
def stop(options: argparse.Namespace) -> int:
    run = Actions(Home.present()).stop(options.run)
    print_result(options, run.to_dict(), lambda: print(f"{run.id}  {run.status}, asked to stop"))
    return SUCCESS


@command("show", "one run with its configuration and final scores", RUN)
def show(options: argparse.Namespace) -> int:
    run = Store(Home.present()).get(options.run)

    def words() -> None:
        print_scores(run)
        if run.failure:
            what = "failed" if run.status is Status.FAILED else "could not go on"
            print(f"  {what}: {run.failure.message} {run.failure.advice}")
        print(json.dumps(run.config.model_dump(), indent=2))

    print_result(options, run.to_dict(), words)
    return SUCCESS


@command("script", "the plain script that repeats a run", RUN)
def script(options: argparse.Namespace) -> int:
    run = Store(Home.present()).get(options.run)
    written = scripts.script(run.config, run.facts)
    print_result(options, {"run": run.id, "script": written}, lambda: print(written, end=""))
    return SUCCESS


@command("runs", "list the runs, newest first")
def runs(options: argparse.Namespace) -> int:
    found = Store(Home.present()).runs()

    def table() -> None:
        for run in found:
            accuracy = f"{run.eval['accuracy']:.4f}" if "accuracy" in run.eval else "-"
            print(f"{run.id}  {run.status:<11}  {run.step:>6}/{run.total_steps:<6}  accuracy {accuracy:<7}  {run.name}")
        if not found:
            print("No runs yet. Start one with: python -m core train CONFIG.json")

    print_result(options, [run.to_dict() for run in found], table)
    return SUCCESS


@command(
    "events",
    "a run's metric stream",
    RUN,
    argument("--since", type=int, default=0, metavar="ID", help="only events with a larger id"),
)
def events(options: argparse.Namespace) -> int:
    store = Store(Home.present())
    found = [event.to_dict() for event in store.events(store.get(options.run).id, since=options.since)]
    print_result(options, found, lambda: [print(json.dumps(event)) for event in found])
    return SUCCESS
