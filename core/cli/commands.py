"""What a command is: a function with a decorator that gives its name, its help and its arguments.

Knows argparse; knows no command. Importing a module of commands registers them, and `parser` is made of all of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

SUCCESS, NOT_FINISHED, USER_ERROR, INTERRUPTED = 0, 1, 2, 130

# Takes the options of a command line and returns the exit code.
Run = Callable[[argparse.Namespace], int]
# Adds one argument, or several that belong together, to a parser or a group.
Argument = Callable[[Any], object]


@dataclass(frozen=True)
class Command:
    """One command. Without a help it is for Starboard itself: it is not listed, and prints no JSON."""

    name: str
    help: str | None
    run: Run
    arguments: tuple[Argument, ...]


COMMANDS: dict[str, Command] = {}


def command(name: str, help_: str | None, *arguments: Argument) -> Callable[[Run], Run]:
    """Make a command of the function below."""

    def register(run: Run) -> Run:
        COMMANDS[name] = Command(name, help_, run, arguments)
        return run

    return register


def argument(*names: str, **options: Any) -> Argument:
    """An argument, as `ArgumentParser.add_argument` takes it."""
    return lambda parser: parser.add_argument(*names, **options)


def either(*arguments: Argument) -> Argument:
    """Arguments of which one may be given."""

    def add(parser: Any) -> None:
        group = parser.add_mutually_exclusive_group()
        for each in arguments:
            each(group)

    return add


RUN = argument("run", metavar="RUN", help="a run's id, or its unique beginning")
CONFIG = argument("config", metavar="CONFIG.json")
SET = argument(
    "--set",
    action="append",
    default=[],
    metavar="KEY=VALUE",
    help="change one setting, such as data.train_size=200; may be repeated",
)


class Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        print(f"error: {message}. See: {self.prog} --help", file=sys.stderr)
        raise SystemExit(USER_ERROR)


def parser() -> Parser:
    """The parser of all commands that were imported."""
    made = Parser(prog="python -m core", description="Train, watch and use rating models from the command line.")
    commands = made.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for each in COMMANDS.values():
        if each.help is None:
            added = commands.add_parser(each.name)
            added.set_defaults(json=False)
        else:
            added = commands.add_parser(each.name, help=each.help, description=each.help)
            added.add_argument("--json", action="store_true", help="print one JSON value on standard output")
        for add in each.arguments:
            add(added)
        added.set_defaults(command=each.run)
    return made
