"""The command line: `python -m core COMMAND`.

Everything that the pages can do, for scripts. Exit code 0 only on success; a problem that the user can solve is one
`error:` line and exit code 2, never a traceback. With `--json`, standard output carries one JSON value and nothing
else; logs go to standard error.
"""

from __future__ import annotations

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
from core.errors import StarboardError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    made = parser()
    options, rest = made.parse_known_args(arguments)
    # argparse takes a list of texts only in one piece, so `predict RUN --json TEXT` leaves the text over.
    if rest and (not hasattr(options, "text_list") or any(each.startswith("-") for each in rest)):
        made.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.text_list += rest
    try:
        with contextlib.redirect_stdout(Visible(sys.stdout)) as output:
            code = int(options.command(options))
            output.flush()
        return code
    except StarboardError as error:
        print(f"error: {' '.join(str(error).split())}", file=Visible(sys.stderr))
        _say_no_more()
        return USER_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader went away (`| head`).
        _say_no_more()
        return NOT_FINISHED


def _say_no_more() -> None:
    """Let Python not complain at exit about what it cannot write."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
