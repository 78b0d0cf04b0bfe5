"""What each lever of speed gains: `python -m bench.levers REVIEWS.csv [--size 400] [--rounds 2]`.

The tutorial's script first, then Starboard with one lever more in each row, on the same rows, one epoch with its
evaluation, in turns. The last rows are settings that change what learns. Prints medians of the seconds of training
with evaluation, and what each lever made of the time before it.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from bench import trainings
from bench.table import spread
from core.models import bundled

PLAIN = {
    "training.train_sampling_strategy": "random",
    "training.precision": "fp32",
    "model.attention_dropout": 0.1,
    "training.per_device_eval_batch_size": 8,
}
# What comes with each step: a lever of bench/without.py, which all steps before lack, and settings.
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("each batch padded to its own longest", "", {}),
    ("+ like lengths in a batch", "evaluation order", {"training.train_sampling_strategy": "group_by_length"}),
    ("+ memory kept by the allocator", "allocator", {}),
    ("+ attention dropout 0: flash kernel", "", {"model.attention_dropout": 0.0}),
    ("+ bf16 products", "", {"training.precision": "bf16"}),
    ("+ attention as bf16 products", "products", {}),
    ("+ quick dropout", "dropout", {}),
    ("+ only word vectors in use", "vocabulary", {}),
    (
        "+ evaluation by token budget, weights cast once",
        "evaluation",
        {"training.per_device_eval_batch_size": 256},
    ),
    ("+ the last layer for the first token", "first token", {}),
    ("+ large batches in parts", "parts", {}),
)
OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("frozen embeddings", {"model.freeze_embeddings": True}),
    ("LoRA, rank 8", {"model.lora_rank": 8, "training.learning_rate": 1e-3}),
    ("head only", {"model.freeze_encoder": True, "training.learning_rate": 2e-3}),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--size", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    found: dict[str, list[trainings.Timed]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        data = trainings.rows(options.reviews, folder, train_size=options.size, eval_size=options.size)
        for number in range(options.rounds):
            tutorial = trainings.tutorial(data, str(bundled.folder()))
            note(found, "the tutorial's script", tutorial)
            settings = dict(PLAIN)
            missing = [lever for _, lever, _ in STEPS if lever]
            for name, lever, more in STEPS:
                settings |= more
                missing = [each for each in missing if each != lever]
                timed = trainings.starboard(data, folder / f"home-{number}", settings, without=",".join(missing))
                note(found, name, timed)
            for name, more in OPTIONS:
                note(found, name, trainings.starboard(data, folder / f"home-{number}", settings | more))
    table(found)


def note(found: dict[str, list[trainings.Timed]], name: str, timed: trainings.Timed) -> None:
    found[name].append(timed)
    print(f"{name}: {timed.seconds:.1f} s, whole process {timed.process_seconds:.1f} s", flush=True)


def table(found: dict[str, list[trainings.Timed]]) -> None:
    first = median(each.seconds for each in found["the tutorial's script"])
    default = median(each.seconds for each in found[STEPS[-1][0]])
    before = first
    print("\n| | seconds | gain of this lever | of the tutorial's speed |\n|---|---|---|---|")
    names = {name for name, _ in OPTIONS}
    for name, timed in found.items():
        seconds = [each.seconds for each in timed]
        middle = median(seconds)
        gain = default / middle if name in names else before / middle
        print(f"| {name} | {spread(seconds)} | {gain:.2f} | {first / middle:.1f} |")
        before = middle


if __name__ == "__main__":
    main()
