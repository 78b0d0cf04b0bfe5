"""The command line: `python -m core COMMAND`.

Everything that the pages can do, for scripts. Exit code 0 only on success; a problem that the user can solve is one
`error:` line and exit code 2, never a traceback. With `--json`, standard output carries one JSON value and nothing
else; logs go to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence

# isort: off
# Each registers its commands, in the order in which --help lists them.
from core.cli import train, runs, manage, data, predict  # noqa: F401

# isort: on
from core.cli.commands import INTERRUPTED, NOT_FINISHED, USER_ERROR, parser
from core.cli.console import Visible
from core.errors import StarboardError, disk_full, is_full


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    try:
        with contextlib.redirect_stdout(Visible(sys.stdout)) as output:
            try:
                options = _options(arguments)
                code = int(options.command(options))
            except SystemExit:
                # That is how --help ends.
                output.flush()
                raise
            output.flush()
        return code
    except StarboardError as error:
        return _refuse(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`).
        _say_no_more()
        return NOT_FINISHED
    except Exception as error:
        # A full disk is met wherever something is written, and each library has a word of its own for it.
        if not is_full(error):
            raise
        return _refuse(disk_full())


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    made = parser()
    options, rest = made.parse_known_args(arguments)
    # argparse takes a list of texts only in one piece, so `predict RUN --json TEXT` leaves the text over.
    if rest and (not hasattr(options, "text_list") or any(each.startswith("-") for each in rest)):
        made.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.text_list += rest
    return options


def _refuse(error: StarboardError) -> int:
    print(f"error: {' '.join(str(error).split())}", file=Visible(sys.stderr))
    _say_no_more()
    return USER_ERROR


def _say_no_more() -> None:
    """Let Python not complain at exit about what it cannot write."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
