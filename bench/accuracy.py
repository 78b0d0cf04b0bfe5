"""What the speed costs in accuracy: `python -m bench.accuracy REVIEWS.csv [--seeds 42 43 44] [--epochs 3]`.

The tutorial's recipe (its script, padding each batch to its longest review, which changes nothing but time) and
Starboard with the same learning rate, schedule, batch size and epochs, and with one part of its speed left out at a
time; the same rows, no row in both parts. Prints the accuracy of every seed and the means.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import mean
from typing import Any

from bench import table, trainings
from core.models import bundled

SAME = {
    "training.learning_rate": 5e-5,
    "training.weight_decay": 0.0,
    "training.warmup_steps": 0.0,
}
SIDES: dict[str, tuple[dict[str, Any], str]] = {
    "Starboard": ({}, ""),
    "without like lengths together": ({"training.train_sampling_strategy": "random"}, ""),
    "without bf16": ({"training.precision": "fp32"}, ""),
    "without attention as products": ({}, "products"),
    "with attention dropout 0.1": ({"model.attention_dropout": 0.1}, ""),
    "without quick dropout": ({}, "dropout"),
    "with the whole vocabulary": ({}, "vocabulary"),
    "frozen embeddings": ({"model.freeze_embeddings": True}, ""),
    "LoRA, rank 8, learning rate 1e-3": ({"model.lora_rank": 8, "training.learning_rate": 1e-3}, ""),
    "head only, learning rate 2e-3": ({"model.freeze_encoder": True, "training.learning_rate": 2e-3}, ""),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[42, 43, 44])
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--train-size", type=int, default=1000)
    parser.add_argument("--eval-size", type=int, default=600)
    parser.add_argument("--max-length", type=int, default=512, help="tokens; the tutorial's are always 512")
    parser.add_argument("--only", nargs="*", default=["tutorial", *SIDES], help="names of rows")
    options = parser.parse_args()
    header = " | ".join(f"seed {seed}" for seed in options.seeds)
    print(f"| | {header} | mean | seconds |\n|---|{'---|' * (len(options.seeds) + 2)}")
    for name in options.only:
        found = [measure(name, options, seed) for seed in options.seeds]
        scores = " | ".join(f"{each.accuracy:.3f}" for each in found)
        average = mean(each.accuracy for each in found)
        seconds = table.spread([each.seconds for each in found])
        print(f"| {name} | {scores} | {average:.3f} | {seconds} |", flush=True)


def measure(name: str, options: argparse.Namespace, seed: int) -> trainings.Timed:
    """Train one side with one seed, which also picks the rows."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        data = trainings.rows(
            options.reviews, folder, train_size=options.train_size, eval_size=options.eval_size, seed=seed
        )
        if name == "tutorial":
            model = str(bundled.folder())
            return trainings.tutorial(data, model, epochs=options.epochs, seed=seed, padding="longest")
        changes, missing = SIDES[name]
        common = SAME | {
            "data.max_length": options.max_length,
            "training.num_train_epochs": options.epochs,
            "training.seed": seed,
        }
        return trainings.starboard(data, folder / "home", common | changes, without=missing)


if __name__ == "__main__":
    main()
