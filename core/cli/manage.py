"""Commands that change what people say about runs, the queue and the trash, and that bring runs in from elsewhere."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from core.cli.commands import RUN, SUCCESS, argument, command, either
from core.cli.console import print_result
from core.home.places import Home
from core.runs import trash as trash_bin
from core.runs.run import Run
from core.runs.store import Move, Store
from core.work.actions import Actions


@command("rename", "give a run another name", RUN, argument("name", metavar="NAME", nargs="+"))
def rename(options: argparse.Namespace) -> int:
    return _describe(options, name=" ".join(options.name))


@command(
    "note",
    "write notes on a run, in place of earlier ones",
    RUN,
    argument("text", metavar="TEXT", nargs="+", help='the notes; "" removes them'),
)
def note(options: argparse.Namespace) -> int:
    return _describe(options, notes=" ".join(options.text))


@command(
    "tag",
    "tag a run, in place of earlier tags",
    RUN,
    argument("tags", metavar="TAG", nargs="*", help="short words; none removes all"),
)
def tag(options: argparse.Namespace) -> int:
    return _describe(options, tags=options.tags)


def _describe(options: argparse.Namespace, **changes: Any) -> int:
    run = Actions(Home.present()).describe(options.run, **changes)

    def words() -> None:
        print("  ".join([run.id, run.name, *(f"#{tag}" for tag in run.tags)]))
        if run.notes:
            print(run.notes)

    print_result(options, run.to_dict(), words)
    return SUCCESS


@command("queue", "list the runs that wait, in their order")
def queue(options: argparse.Namespace) -> int:
    return _print_queue(options, Store(Home.present()).queued())


@command(
    "move",
    "change a waiting run's place in the queue",
    RUN,
    argument("to", choices=get_args(Move)),
)
def move(options: argparse.Namespace) -> int:
    return _print_queue(options, Actions(Home.present()).move(options.run, options.to))


def _print_queue(options: argparse.Namespace, waiting: Sequence[Run]) -> int:
    def table() -> None:
        for place, run in enumerate(waiting, start=1):
            print(f"{place:>3}  {run.id}  {run.name}")
        if not waiting:
            print("No run waits.")

    print_result(options, [run.to_dict() for run in waiting], table)
    return SUCCESS


@command(
    "delete",
    "move ended runs to the trash",
    argument("runs", nargs="+", metavar="RUN", help="a run's id, or its unique beginning"),
)
def delete(options: argparse.Namespace) -> int:
    deleted = Actions(Home.present()).delete(options.runs)

    def words() -> None:
        for run in deleted:
            print(f"{run.id}  moved to the trash; back with: python -m core trash --restore {run.id}")

    print_result(options, [run.to_dict() for run in deleted], words)
    return SUCCESS


@command(
    "trash",
    "list deleted runs, restore one, or remove all for good",
    either(
        argument("--restore", metavar="RUN", help="put a deleted run back"),
        argument("--empty", action="store_true", help="remove every deleted run for good"),
    ),
)
def trash(options: argparse.Namespace) -> int:
    actions = Actions(Home.present())
    if options.restore:
        run = actions.restore(options.restore)
        print_result(options, run.to_dict(), lambda: print(f"{run.id}  {run.status}, restored"))
    elif options.empty:
        freed = actions.empty_trash()
        print_result(options, {"freed": freed}, lambda: print(f"{freed / 1e6:,.1f} MB freed"))
    else:
        entries = trash_bin.entries(actions.store)

        def table() -> None:
            for each in entries:
                print(f"{each.id}  {each.bytes / 1e6:>9,.1f} MB  {each.name}")
            if not entries:
                print("The trash is empty.")

        rows = [{"run": each.id, "name": each.name, "deleted": each.deleted, "bytes": each.bytes} for each in entries]
        print_result(options, rows, table)
    return SUCCESS


@command("adopt", "copy a run's folder from elsewhere into this home", argument("folder", metavar="DIR"))
def adopt(options: argparse.Namespace) -> int:
    run = Actions(Home.present()).adopt(Path(options.folder))
    print_result(
        options, run.to_dict(), lambda: print(f"{run.id}  {run.status} at step {run.step}, adopted: {run.name}")
    )
    return SUCCESS
