"""What training large batches in parts costs and saves: `python -m bench.parts REVIEWS.csv [--rounds 3]`.

Runs of the bundled model on reviews of up to 512 tokens, each batch whole and in parts of as many tokens as a
processor's caches hold, in turns. Prints the seconds of training with its evaluation and the peak of memory.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench import trainings
from bench.table import spread

BATCHES = (8, 32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--train-size", type=int, default=320)
    parser.add_argument("--eval-size", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    found: dict[tuple[int, str], list[trainings.Timed]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        data = trainings.rows(options.reviews, folder, train_size=options.train_size, eval_size=options.eval_size)
        for number in range(options.rounds):
            for batch in BATCHES:
                for how, missing in (("whole", "parts"), ("in parts", "")):
                    changes: dict[str, Any] = {"training.per_device_train_batch_size": batch}
                    one = trainings.starboard(data, folder / f"home-{number}", changes, without=missing)
                    found[batch, how].append(one)
    print("| reviews a batch | | train and evaluate, s | peak memory, GB |\n|---|---|---|---|")
    for (batch, how), timed in found.items():
        seconds, peaks = [each.seconds for each in timed], [each.peak_bytes / 1e9 for each in timed]
        print(f"| {batch} | {how} | {spread(seconds)} | {spread(peaks, 2)} |")


if __name__ == "__main__":
    main()
