"""How a command says its result: in words, or as one JSON value and nothing else.

Knows standard output; knows no command.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

from core.runs.run import Run


def print_result(options: argparse.Namespace, value: object, words: Callable[[], object]) -> None:
    """Print the value with `--json`, else call `words`, which prints them."""
    if options.json:
        print(to_json(value))
    else:
        words()


def print_scores(run: Run) -> None:
    """Where a run is, and its scores beside what they must beat."""
    print(f"{run.id}  {run.status} at step {run.step} of {run.total_steps}")
    baseline, tfidf = run.facts.baseline or {}, run.facts.tfidf or {}
    for name, value in run.eval.items():
        beside = "".join(
            f"   {title} {scores[name]:.4f}"
            for title, scores in (("commonest class", baseline), ("TF-IDF", tfidf))
            if name in scores
        )
        print(f"  {name:<16} {value:.4f}{beside}")


def to_json(value: object) -> str:
    """The value on one line."""
    # NaN is not JSON; a metric that has none is null.
    return json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, list | tuple) else value
