"""What a model of many languages gains and costs: `python -m bench.languages TABLE.csv --text TEXT --label LABEL`.

Trains each model with each seed through the command line, on the same rows for all models, scores the rest of the
table, and prints a line a run: accuracy with its 95 % interval (Wilson), seconds of training, seconds a step, and what
the run's folder and its model take on the disk. The lines before say what the commonest class and the linear model
reach.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import child
from core.config import RunConfig
from core.home.places import Home
from core.runs.store import Store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="a table, or sample:reviews")
    parser.add_argument("--text", default=None)
    parser.add_argument("--label", default=None)
    parser.add_argument("--models", nargs="+", default=["minilm", "multilingual"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[42, 43, 44])
    parser.add_argument("--train-size", type=int, default=600)
    parser.add_argument("--eval-size", type=int, default=1400)
    parser.add_argument("--max-length", type=int, default=64, help="tokens")
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=JSON", help="other settings of the runs")
    options = parser.parse_args()
    print("| model | seed | accuracy | interval | training, s | a step, s | run, MB | model, MB |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for model in options.models:
            for seed in options.seeds:
                print(measured(options, model, seed, Path(place) / "home"), flush=True)


def measured(options: argparse.Namespace, model: str, seed: int, home: Path) -> str:
    """A line about one run, after a line about what it has to beat; the seed picks the rows as well."""
    source = options.source if ":" in options.source else f"file:{Path(options.source).absolute()}"
    settings: dict[str, Any] = {
        "data.source": source, "data.text_column": options.text, "data.label_column": options.label,
        "data.train_size": options.train_size, "data.eval_size": options.eval_size, "data.seed": seed,
        "data.max_length": options.max_length, "model.name": model, "training.seed": seed,
        "training.num_train_epochs": options.epochs, "training.eval_on_start": False,
    }  # fmt: skip
    settings |= {name: json.loads(value) for name, _, value in (each.partition("=") for each in options.set)}
    home.mkdir(exist_ok=True)
    file = home / "config.json"
    file.write_text(RunConfig().replace(settings).model_dump_json(), encoding="utf-8")
    command = [sys.executable, "-m", "core", "train", str(file), "--json"]
    done = json.loads(child.finish(command, os.environ | {"STARBOARD_HOME": str(home)}).output)
    store = Store(Home(home))
    facts = store.get(done["run"]).facts
    phases = [event for event in store.events(done["run"]) if event.values.get("phase") == "training"]
    seconds = done["seconds"] - phases[0].seconds
    steps = math.ceil(options.train_size / 8) * options.epochs
    accuracy, rows = done["eval"]["accuracy"], facts.eval_rows or options.eval_size
    low, high = interval(accuracy, rows)
    folder = Home(home).run(done["run"])
    linear = (facts.tfidf or {}).get("accuracy", math.nan)
    beaten = f"| *commonest {(facts.baseline or {}).get('accuracy', math.nan):.3f}, linear {linear:.3f}* | {seed} |"
    return (
        f"{beaten} | | | | | |\n| {model} | {seed} | {accuracy:.3f} | {low:.3f}-{high:.3f} | {seconds:.0f}"
        f" | {seconds / steps:.3f} | {megabytes(folder):.0f} | {megabytes(folder / 'model'):.0f} |"
    )


def interval(share: float, rows: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share of N rows.

    Source: https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
    """
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    half = z / (1 + z * z / rows) * math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return middle - half, middle + half


def megabytes(folder: Path) -> float:
    """What the files below a folder take, in millions of bytes."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


if __name__ == "__main__":
    main()
