"""Starboard's command line with some of its levers of speed taken away: `python -m bench.without LEVER,… train …`.

For bench/levers.py. Each lever is one that the product always uses where it applies, so there is no setting for it.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import sys
from typing import Any

EVAL_BATCH = 8


def _nothing(*_args: Any, **_options: Any) -> None:
    return None


def _in_order(lengths: Any, **_options: Any) -> list[list[int]]:
    return [list(range(at, min(at + EVAL_BATCH, len(lengths)))) for at in range(0, len(lengths), EVAL_BATCH)]


# Lever -> what stands in for which name of which module.
LEVERS: dict[str, dict[tuple[str, str], Any]] = {
    "allocator": {("core.models.speed", "_keep_memory"): _nothing},
    "products": {("core.models.fast.attention", "install"): _nothing},
    "dropout": {("core.models.fast.dropout", "install"): _nothing},
    "vocabulary": {("core.models.fast.vocabulary", "install"): _nothing},
    "evaluation": {
        ("core.training.trainer", "token_batches"): _in_order,
        ("core.models.speed", "autocast"): lambda _bf16: contextlib.nullcontext(),
    },
    "first token": {("core.models.fast.first_token", "install"): _nothing},
    "parts": {("core.models.speed", "parts"): lambda _batch: 1},
    "evaluation order": {("core.models.tokens", "Encoded.longest_first"): lambda encoded: encoded},
}


def main() -> int:
    from core.cli.main import main as command_line

    for lever in sys.argv[1].split(","):
        take_away(lever)
    return command_line(sys.argv[2:])


def take_away(lever: str) -> None:
    """Put the stand-ins of a lever in their places.

    Raises:
        AttributeError: what they stand in for is called otherwise by now.
    """
    for (module, path), instead in LEVERS[lever].items():
        *outer, name = path.split(".")
        place = functools.reduce(getattr, outer, importlib.import_module(module))
        if not hasattr(place, name):
            raise AttributeError(f"{module} has no {path} any more")
        setattr(place, name, instead)


if __name__ == "__main__":
    sys.exit(main())
