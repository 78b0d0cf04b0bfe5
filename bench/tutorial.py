"""The yardstick: the fine-tuning tutorial's script as it stands, with local files for its dataset and its model.

    python -m bench.tutorial TRAIN.csv EVAL.csv MODEL_FOLDER [--epochs 3] [--seed 42] [--padding max_length]

Every review is padded to the model's longest input, `TrainingArguments` keep their defaults, and each epoch ends with
an evaluation. What differs from the printed tutorial is only what current versions or a computer without a network no
longer accept: the files, the metric from a local module, float32 asked for by name, no bar. The files have the columns
`label` (0..K-1) and `text`. Prints one JSON object: seconds of `trainer.train()`, its evaluation included, and the
scores of each epoch. `--padding longest` pads each batch to its own longest review, which changes nothing but time.

Source: https://huggingface.co/docs/transformers/training
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import evaluate
import numpy as np
import pandas as pd
import torch
from datasets import Dataset
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
    set_seed,
)

ACCURACY = Path(__file__).parents[1] / "core" / "metrics" / "accuracy.py"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path)
    parser.add_argument("eval", type=Path)
    parser.add_argument("model")
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--padding", choices=("max_length", "longest"), default="max_length")
    options = parser.parse_args()
    print(json.dumps(run(options)))


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The tutorial, with a clock around `train`."""
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    fixed = options.padding == "max_length"

    def tokenize(examples: dict[str, Any]) -> Any:
        return tokenizer(examples["text"], padding="max_length" if fixed else False, truncation=True)

    train, evaluation = (
        Dataset.from_pandas(pd.read_csv(file, keep_default_na=False)).map(tokenize, batched=True)
        for file in (options.train, options.eval)
    )
    set_seed(options.seed)
    model = AutoModelForSequenceClassification.from_pretrained(
        options.model, num_labels=max(*train["label"], *evaluation["label"]) + 1, dtype=torch.float32
    )
    metric = evaluate.load(str(ACCURACY))

    def compute_metrics(eval_pred: Any) -> Any:
        logits, labels = eval_pred
        return metric.compute(predictions=np.argmax(logits, axis=-1), references=labels)

    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=folder,
                eval_strategy="epoch",
                num_train_epochs=options.epochs,
                seed=options.seed,
                report_to="none",
                disable_tqdm=True,
            ),
            train_dataset=train,
            eval_dataset=evaluation,
            compute_metrics=compute_metrics,
            data_collator=None if fixed else DataCollatorWithPadding(tokenizer),
        )
        began = time.perf_counter()
        trainer.train()
        seconds = time.perf_counter() - began
    scores = [entry for entry in trainer.state.log_history if "eval_accuracy" in entry]
    return {"seconds": seconds, "steps": trainer.state.global_step, "accuracy": [e["eval_accuracy"] for e in scores]}


if __name__ == "__main__":
    main()
