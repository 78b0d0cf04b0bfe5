"""How far a run and its plain script end apart: `python -m bench.script REVIEWS.csv [--seeds 42 43 44]`.

Trains each seed with the quick parts (in bf16 and in fp32) and without (`training.plain`), runs the script that
`python -m core script` writes for it, and for comparison the same run with another training seed. Prints how far apart
the losses and the accuracies lie at the end, and the seconds that each trained.
"""

from __future__ import annotations

import argparse
import ast
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from bench import child, table, trainings
from core.home.places import Home
from core.runs.store import Store

SIDES: dict[str, dict[str, Any]] = {
    "bf16": {"training.precision": "bf16"},
    "fp32": {"training.precision": "fp32"},
    "plain, bf16": {"training.precision": "bf16", "training.plain": True},
    "plain, fp32": {"training.precision": "fp32", "training.plain": True},
}


@dataclass(frozen=True)
class End:
    """How a training ended."""

    loss: float
    accuracy: float
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[42, 43, 44])
    parser.add_argument("--train-size", type=int, default=600)
    parser.add_argument("--eval-size", type=int, default=600)
    parser.add_argument("--max-length", type=int, default=128)
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--only", nargs="+", choices=SIDES, default=list(SIDES), help="names of rows")
    options = parser.parse_args()
    print("| | script: loss | script: accuracy | other seed: loss | other seed: accuracy | run, s | script, s |")
    print("|---|---|---|---|---|---|---|")
    for name in options.only:
        found = [measured(options, SIDES[name], seed) for seed in options.seeds]
        columns = [
            *(_differences([getattr(each[other], what) - getattr(each[0], what) for each in found])
              for other in (1, 2) for what in ("loss", "accuracy")),
            *(table.spread([each[which].seconds for each in found]) for which in (0, 1)),
        ]  # fmt: skip
        print(f"| {name} | {' | '.join(columns)} |", flush=True)


def _differences(values: list[float]) -> str:
    return f"{mean(map(abs, values)):.1e} (at most {max(map(abs, values)):.1e})"


def measured(options: argparse.Namespace, changes: dict[str, Any], seed: int) -> tuple[End, End, End]:
    """The run, its script, and the run with another training seed."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        data = trainings.rows(
            options.reviews, folder, train_size=options.train_size, eval_size=options.eval_size, seed=seed
        )
        changes = changes | {
            "training.seed": seed, "training.num_train_epochs": options.epochs, "data.max_length": options.max_length,
        }  # fmt: skip
        ends = []
        for name, other in (("home", changes), ("other", changes | {"training.seed": seed + 1000})):
            timed = trainings.starboard(data, folder / name, other)
            run = Store(Home(folder / name)).runs()[0]
            ends.append(End(run.eval["loss"], run.eval["accuracy"], timed.seconds))
        return ends[0], script(folder), ends[1]


def script(folder: Path) -> End:
    """The script of the newest run of `folder`/home."""
    home = folder / "home"
    env = os.environ | {"STARBOARD_HOME": str(home)}
    run = Store(Home(home)).runs()[0]
    written = child.finish([sys.executable, "-m", "core", "script", run.id], env).output
    file = folder / "run.py"
    # The run had no evaluation of its own beyond that of the last epoch.
    file.write_text(f"import os\n\nos.chdir({str(folder)!r})\n{written}print(trainer.state.log_history[-2])\n")
    done = child.finish([sys.executable, str(file)], env)
    seconds, scores = (ast.literal_eval(done.output.splitlines()[line]) for line in (-1, -2))
    return End(float(scores["eval_loss"]), float(scores["eval_accuracy"]), float(seconds["train_runtime"]))


if __name__ == "__main__":
    main()
