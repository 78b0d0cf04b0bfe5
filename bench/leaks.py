"""How much copies on both sides flatter a score: what the doctor says, and what models show.

    python -m bench.leaks FILE... [--minilm SEEDS]

A model learns from a random training part, and again from the same part without the rows whose text is in the
evaluation part; both answer the same evaluation part. The difference of their accuracies is what the doctor estimates
without knowing the parts. Linear models on 20 random splits; with `--minilm` the bundled model too, trained for 3
epochs on so many splits.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from core import tasks
from core.config import DataConfig, ModelConfig
from core.config.source import Source
from core.data import parts, reading
from core.data.columns import choose
from core.doctor import linear, repeats
from core.doctor.texts import Reviews, gather
from core.models import loading

SPLITS = 20
EPOCHS, BATCH, LEARNING_RATE, MAX_LENGTH = 3, 8, 1e-4, 128


def split(reviews: Reviews, data: DataConfig, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows to learn from, those of them whose text is not asked for, rows that are asked for."""
    order = np.random.default_rng(seed).permutation(reviews.used)
    sizes = {"train_size": data.train_size, "eval_size": data.eval_size}
    train_rows, eval_rows = parts.fitting(len(order), None, **sizes)
    asked, learnt = order[:eval_rows], order[eval_rows : eval_rows + train_rows]
    return learnt, learnt[~np.isin(reviews.same[learnt], reviews.same[asked])], asked


def minilm(reviews: Reviews, task: tasks.Task, learnt: np.ndarray, asked: np.ndarray, seed: int) -> float:
    """The accuracy of MiniLM on the rows that are asked for."""
    import torch

    if len(np.unique(reviews.numbers[learnt])) < 2:
        return linear.accuracy(reviews, learnt, asked)
    torch.manual_seed(seed)
    tokenizer: Any = loading.load_tokenizer("minilm")
    model: Any = loading.load_classifier(ModelConfig(), task, seed=seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)

    def batch(rows: np.ndarray) -> Any:
        return tokenizer(reviews.texts(rows), truncation=True, max_length=MAX_LENGTH, padding=True, return_tensors="pt")

    model.train()
    for _epoch in range(EPOCHS):
        order = np.random.default_rng(seed + _epoch).permutation(learnt)
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            model(**batch(rows), labels=torch.tensor(reviews.numbers[rows])).loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    model.eval()
    right = 0
    with torch.no_grad():
        for start in range(0, len(asked), 64):
            rows = asked[start : start + 64]
            right += int((model(**batch(rows)).logits.argmax(-1).numpy() == reviews.numbers[rows]).sum())
    return right / len(asked)


def compare(path: str, seeds: int) -> None:
    table, data = reading.read(Source.parse(f"file:{path}")), DataConfig()
    columns = choose(table)
    task = tasks.fit(table, columns.label)
    reviews = gather(table, columns, task)
    told = repeats.leaks(repeats.copies(reviews), data)
    print(f"{path}: {told.words if told else 'nothing is said'}")
    shown, shares = [], []
    for seed in range(SPLITS):
        learnt, apart, asked = split(reviews, data, seed)
        shares.append(np.isin(reviews.same[asked], reviews.same[learnt]).mean())
        shown.append(100 * (linear.accuracy(reviews, learnt, asked) - linear.accuracy(reviews, apart, asked)))
    print(
        f"  leaked {np.mean(shares):.1%}; linear {np.mean(shown):.1f} points (deviation {np.std(shown):.1f})",
        flush=True,
    )
    for seed in range(seeds):
        learnt, apart, asked = split(reviews, data, seed)
        both = [minilm(reviews, task, rows, asked, seed) for rows in (learnt, apart)]
        print(f"  MiniLM, split {seed}: {both[0]:.3f} with, {both[1]:.3f} without", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--minilm", type=int, default=0, metavar="SEEDS")
    options = parser.parse_args()
    for path in options.files:
        compare(path, options.minilm)


if __name__ == "__main__":
    main()
