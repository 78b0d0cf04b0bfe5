"""How good a model is on real reviews, beside what it must beat: `python -m bench.reviews REVIEWS.csv`.

Trains the bundled MiniLM on 800 reviews for 3 epochs through the command line, once for each seed, and prints its
accuracy on 400 others beside TF-IDF with logistic regression and the commonest class, with the wall time of each run.
The same rows serve all three. The file needs the columns `stars` and `text`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

REVIEWS = ("Terrible, never again.", "Best meal of my life!")


def starboard(home: str, *arguments: str) -> Any:
    """What one command prints as JSON."""
    command = ["env", f"STARBOARD_HOME={home}", sys.executable, "-m", "core", *arguments, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(reviews: Path, seed: int, home: str) -> dict[str, float]:
    """Train one run and rate two reviews with it."""
    config = {
        "data": {"source": f"file:{reviews}", "text_column": "text", "label_column": "stars"}
        | {"train_size": 800, "eval_size": 400, "max_length": 256, "seed": seed},
        "training": {"num_train_epochs": 3, "learning_rate": 1e-4, "seed": seed},
    }
    file = Path(home) / "config.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    run = starboard(home, "train", str(file))
    harsh, kind = (each["stars"] for each in starboard(home, "predict", run["run"], *REVIEWS))
    return {
        "seed": seed,
        "accuracy": run["eval"]["accuracy"],
        "tfidf": run["facts"]["tfidf"]["accuracy"],
        "commonest": run["facts"]["baseline"]["accuracy"],
        "stars_mae": run["eval"]["stars_mae"],
        "seconds": run["seconds"],
        "harsh": harsh,
        "kind": kind,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[42, 43, 44])
    options = parser.parse_args()
    print(f"| seed | MiniLM | TF-IDF | commonest class | stars off | seconds | “{REVIEWS[0]}” | “{REVIEWS[1]}” |")
    print("|---|---|---|---|---|---|---|---|")
    rows = []
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as home:
            rows.append(measure(options.reviews.resolve(), seed, home))
        print(line(str(seed), rows[-1]), flush=True)
    print(line("median", {name: statistics.median(row[name] for row in rows) for name in rows[0]}))


def line(first: str, row: dict[str, float]) -> str:
    """One row of the table."""
    cells = [f"{row[name]:.3f}" for name in ("accuracy", "tfidf", "commonest", "stars_mae")]
    cells += [f"{row['seconds']:.0f}", f"{row['harsh']:.1f} stars", f"{row['kind']:.1f} stars"]
    return f"| {first} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
