"""Starboard's command line with some of its levers of speed taken away: `python -m bench.without LEVER,… train …`.

For bench/levers.py. Each lever is one that the product always uses where it applies, so there is no setting for it.
"""

from __future__ import annotations

import contextlib
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
    "allocator": {("speed", "_keep_memory"): _nothing},
    "products": {("attention", "use"): _nothing},
    "dropout": {("dropout", "use"): _nothing},
    "vocabulary": {("vocabulary", "use"): _nothing},
    "evaluation": {
        ("trainer", "token_batches"): _in_order,
        ("speed", "autocast"): lambda _bf16: contextlib.nullcontext(),
    },
    "first token": {("first_token", "use"): _nothing},
    "parts": {("speed", "parts"): lambda _batch: 1},
    "evaluation order": {("material", "_longest_first"): lambda encoded: encoded},
}


def main() -> int:
    from core.cli.main import main as command_line

    for lever in sys.argv[1].split(","):
        for (module, name), instead in LEVERS[lever].items():
            found = importlib.import_module(f"core.training.{module}")
            if not hasattr(found, name):
                raise AttributeError(f"core.training.{module} has no {name} any more")
            setattr(found, name, instead)
    return command_line(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
