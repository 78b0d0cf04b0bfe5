"""How well the estimate before Train fits: `python -m bench.estimate REVIEWS.csv [--share 1.0] [--only NAME …]`.

Ten configurations that differ in batch, length, order, what learns, how much is evaluated and in the model are each
estimated and then really trained through the command line, in a home of their own. Compared are the whole run as its
own clock counts it, imports included, and the peak resident memory of the process that trained. Models with random
weights are written for it: their speed is that of trained ones. `--share` makes every run smaller, to try this out.
The file needs the columns `stars` and `text`. Prints a line for each configuration and the share within 30 %.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import child
from core.models import bundled, loading

LIMIT = 0.3
# Random weights in the shape of google/bert_uncased_L-2_H-128_A-2 and of google-bert/bert-base-uncased.
SHAPES = {
    "tiny-bert": {"hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 512},
    "bert-base": {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072},
}
# Rows to train on and to evaluate with, then what else differs from the default.
CONFIGURATIONS: dict[str, tuple[int, int, dict[str, Any]]] = {
    "as it comes": (800, 400, {}),
    "batch 4, 64 tokens": (800, 200, {"training.per_device_train_batch_size": 4, "data.max_length": 64}),
    "batch 32, 512 tokens": (800, 200, {"training.per_device_train_batch_size": 32, "data.max_length": 512}),
    "random order": (600, 200, {"training.train_sampling_strategy": "random", "training.num_train_epochs": 2.0}),
    "no evaluation first, accumulated": (
        600,
        100,
        {"training.eval_on_start": False, "training.gradient_accumulation_steps": 4},
    ),
    "LoRA": (600, 200, {"model.lora_rank": 8, "training.learning_rate": 1e-3}),
    "frozen embeddings, fp32": (600, 200, {"model.freeze_embeddings": True, "training.precision": "fp32"}),
    "attention dropout, 1,200 reviews": (1200, 400, {"model.attention_dropout": 0.1, "data.max_length": 128}),
    "tiny bert, 3 epochs": (1200, 400, {"model.name": "tiny-bert", "training.num_train_epochs": 3.0}),
    "bert-base, 160 reviews": (160, 80, {"model.name": "bert-base", "data.max_length": 128}),
}


@dataclass(frozen=True)
class Compared:
    """Seconds and peak bytes, estimated and actual, and how long measuring the computer took."""

    measuring: float
    seconds: tuple[float, float]
    memory: tuple[int, int]


def compare(raw: Mapping[str, Any], home: str) -> Compared:
    """Estimate a configuration, then train it."""
    file = Path(home) / "config.json"
    file.write_text(json.dumps(raw), encoding="utf-8")
    began = time.perf_counter()
    estimated, _peak = starboard(home, "estimate", str(file))
    measuring = time.perf_counter() - began
    run, peak = starboard(home, "train", str(file))
    return Compared(
        measuring,
        (estimated["starting"] + estimated["seconds"], run["seconds"]),
        (estimated["memory_bytes"], peak),
    )


def starboard(home: str, *arguments: str) -> tuple[Any, int]:
    """What one command prints as JSON, and the most memory that its process held."""
    command = [sys.executable, "-m", "core", *arguments, "--json"]
    done = child.finish(command, {**os.environ, "STARBOARD_HOME": home, "HF_HUB_OFFLINE": "1"})
    return json.loads(done.output), done.peak_bytes


def write_models(folder: Path) -> None:
    """A model folder with random weights for each of the shapes."""
    from transformers import BertConfig, BertForSequenceClassification

    tokenizer = loading.load_tokenizer(bundled.NAME)
    for name, shape in SHAPES.items():
        model = BertForSequenceClassification(BertConfig(vocab_size=len(tokenizer), num_labels=5, **shape))
        model.save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)


def configuration(name: str, reviews: Path, folder: Path, share: float) -> dict[str, Any]:
    """A configuration by name, as its file has it."""
    train, evaluation, changes = CONFIGURATIONS[name]
    raw: dict[str, Any] = {
        "data": {"source": f"file:{reviews}", "text_column": "text", "label_column": "stars"}
        | {"train_size": max(round(share * train), 8), "eval_size": max(round(share * evaluation), 8)},
        "model": {},
        "training": {"num_train_epochs": 1.0},
    }
    for path, value in changes.items():
        section, setting = path.split(".")
        raw[section][setting] = str(folder / value) if value in SHAPES else value
    return raw


def line(name: str, found: Compared) -> str:
    """One row of the table."""
    (estimated, actual), (expected, held) = found.seconds, found.memory
    return (
        f"| {name} | {estimated:.0f} s | {actual:.0f} s | {estimated / actual - 1:+.0%} "
        f"| {expected / 1e9:.2f} GB | {held / 1e9:.2f} GB | {expected / held - 1:+.0%} | {found.measuring:.0f} s |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--share", type=float, default=1.0, help="of the reviews of each configuration")
    parser.add_argument("--only", nargs="+", choices=CONFIGURATIONS, default=list(CONFIGURATIONS))
    options = parser.parse_args()
    print("| configuration | estimated | took | off | memory estimated | held | off | estimating took |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    found: list[Compared] = []
    with tempfile.TemporaryDirectory() as folder:
        write_models(Path(folder))
        for name in options.only:
            raw = configuration(name, options.reviews.resolve(), Path(folder), options.share)
            home = Path(folder) / f"home-{len(found)}"
            home.mkdir()
            found.append(compare(raw, str(home)))
            print(line(name, found[-1]), flush=True)
    for what, pairs in (("time", [each.seconds for each in found]), ("memory", [each.memory for each in found])):
        within = sum(abs(estimated / actual - 1) <= LIMIT for estimated, actual in pairs)
        print(f"\n{what}: {within} of {len(found)} within {LIMIT:.0%}")


if __name__ == "__main__":
    main()
