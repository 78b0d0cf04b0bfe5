"""Starboard against the tutorial's script: `python -m bench.training REVIEWS.csv [--rounds 2] [--shape minilm]`.

The same rows, the same model, one epoch with its evaluation, in turns. Prints the seconds of training with evaluation
(`trainer.train()` there, first step to last score and saved model here), seconds and peak memory of both whole
processes, and ratios. `--shape bert-base` is a model of that shape with random weights: speed only.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from statistics import median

from bench import table, trainings
from core.models import bundled


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--shape", choices=("minilm", "bert-base"), default="minilm")
    parser.add_argument("--train-size", type=int, default=1000)
    parser.add_argument("--eval-size", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    sides: dict[str, list[trainings.Timed]] = {"tutorial": [], "Starboard": []}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        data = trainings.rows(options.reviews, folder, train_size=options.train_size, eval_size=options.eval_size)
        model = str(bundled.folder()) if options.shape == "minilm" else str(bert_base(folder / "bert-base"))
        for number in range(options.rounds):
            sides["tutorial"].append(trainings.tutorial(data, model))
            name = "minilm" if options.shape == "minilm" else model
            sides["Starboard"].append(trainings.starboard(data, folder / f"home-{number}", {"model.name": name}))
            for side, timed in sides.items():
                last = timed[-1]
                print(f"{side}: {last.seconds:.1f} s, whole process {last.process_seconds:.1f} s", flush=True)
    print("\n| | train and evaluate, s | whole process, s | peak memory, GB | accuracy |\n|---|---|---|---|---|")
    for side, timed in sides.items():
        columns = (
            [each.seconds for each in timed],
            [each.process_seconds for each in timed],
            [each.peak_bytes / 1e9 for each in timed],
        )
        scores = ", ".join(f"{each.accuracy:.3f}" for each in timed)
        print(f"| {side} | {' | '.join(map(table.spread, columns))} | {scores} |")
    ratios = [
        median(getattr(each, name) for each in sides["tutorial"])
        / median(getattr(each, name) for each in sides["Starboard"])
        for name in ("seconds", "process_seconds")
    ]
    print(f"| times as fast | {ratios[0]:.1f} | {ratios[1]:.1f} | | |")


def bert_base(folder: Path) -> Path:
    """A model of bert-base's shape with random weights, and the bundled tokenizer."""
    from transformers import BertConfig, BertModel

    # Without a head: that of a checkpoint would have a number of classes of its own.
    BertModel(BertConfig()).save_pretrained(folder)
    minilm = bundled.folder()
    if minilm is None:
        raise RuntimeError("the bundled model is not installed")
    for file in minilm.iterdir():
        if file.name in {"vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"}:
            shutil.copy(file, folder)
    return folder


if __name__ == "__main__":
    main()
