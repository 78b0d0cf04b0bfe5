"""Commands that change what is kept about runs: names, notes, tags, the queue, the trash, runs from elsewhere.

Knows the store, recovery and the trash; trains nothing. `core/__main__.py` has the commands that do, and the parser.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

from core.cli.console import print_result
from core.home.places import Home
from core.runs import recovery, trash
from core.runs.run import Run
from core.runs.store import Move, Store

SUCCESS = 0
A_RUN = "a run's id, or its unique beginning"


def add_commands(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Commands that change what is kept about runs, not what they learned."""
    rename = command("rename", _rename, "give a run another name")
    rename.add_argument("run", metavar="RUN", help=A_RUN)
    rename.add_argument("name", metavar="NAME", nargs="+")
    note = command("note", _note, "write notes on a run, in place of earlier ones")
    note.add_argument("run", metavar="RUN", help=A_RUN)
    note.add_argument("text", metavar="TEXT", nargs="+", help='the notes; "" removes them')
    tag = command("tag", _tag, "tag a run, in place of earlier tags")
    tag.add_argument("run", metavar="RUN", help=A_RUN)
    tag.add_argument("tags", metavar="TAG", nargs="*", help="short words; none removes all")
    command("queue", _queue, "list the runs that wait, in their order")
    move = command("move", _move, "change a waiting run's place in the queue")
    move.add_argument("run", metavar="RUN", help=A_RUN)
    move.add_argument("to", choices=get_args(Move))
    delete = command("delete", _delete, "move ended runs to the trash")
    delete.add_argument("runs", nargs="+", metavar="RUN", help=A_RUN)
    bin_ = command("trash", _trash, "list deleted runs, restore one, or remove all for good")
    choice = bin_.add_mutually_exclusive_group()
    choice.add_argument("--restore", metavar="RUN", help="put a deleted run back")
    choice.add_argument("--empty", action="store_true", help="remove every deleted run for good")
    command("adopt", _adopt, "copy a run's folder from elsewhere into this home").add_argument("folder", metavar="DIR")


def _rename(options: argparse.Namespace) -> int:
    return _described(options, name=" ".join(options.name))


def _note(options: argparse.Namespace) -> int:
    return _described(options, notes=" ".join(options.text))


def _tag(options: argparse.Namespace) -> int:
    return _described(options, tags=options.tags)


def _described(options: argparse.Namespace, **changes: Any) -> int:
    run = Store(Home.present()).describe(options.run, **changes)

    def words() -> None:
        print("  ".join([run.id, run.name, *(f"#{tag}" for tag in run.tags)]))
        if run.notes:
            print(run.notes)

    print_result(options, run.to_dict(), words)
    return SUCCESS


def _queue(options: argparse.Namespace) -> int:
    _print_queue(options, Store(Home.present()).queued())
    return SUCCESS


def _move(options: argparse.Namespace) -> int:
    _print_queue(options, Store(Home.present()).move(options.run, options.to))
    return SUCCESS


def _print_queue(options: argparse.Namespace, waiting: Sequence[Run]) -> None:
    def table() -> None:
        for place, run in enumerate(waiting, start=1):
            print(f"{place:>3}  {run.id}  {run.name}")
        if not waiting:
            print("No run waits.")

    print_result(options, [run.to_dict() for run in waiting], table)


def _delete(options: argparse.Namespace) -> int:
    store = Store(Home.present())
    deleted = [trash.delete(store, run.id) for run in [store.get(each) for each in options.runs]]

    def words() -> None:
        for run in deleted:
            print(f"{run.id}  moved to the trash; back with: python -m core trash --restore {run.id}")

    print_result(options, [run.to_dict() for run in deleted], words)
    return SUCCESS


def _trash(options: argparse.Namespace) -> int:
    store = Store(Home.present())
    if options.restore:
        run = trash.restore(store, options.restore)
        print_result(options, run.to_dict(), lambda: print(f"{run.id}  {run.status}, restored"))
    elif options.empty:
        freed = trash.empty(store)
        print_result(options, {"freed": freed}, lambda: print(f"{freed / 1e6:,.1f} MB freed"))
    else:
        entries = trash.entries(store)

        def table() -> None:
            for each in entries:
                print(f"{each.id}  {each.bytes / 1e6:>9,.1f} MB  {each.name}")
            if not entries:
                print("The trash is empty.")

        rows = [{"run": each.id, "name": each.name, "deleted": each.deleted, "bytes": each.bytes} for each in entries]
        print_result(options, rows, table)
    return SUCCESS


def _adopt(options: argparse.Namespace) -> int:
    run = recovery.adopt(Store(Home.present()), Path(options.folder))
    print_result(
        options, run.to_dict(), lambda: print(f"{run.id}  {run.status} at step {run.step}, adopted: {run.name}")
    )
    return SUCCESS
