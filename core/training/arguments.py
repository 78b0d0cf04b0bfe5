"""RunConfig to TrainingArguments.

As plain keyword arguments, so that a page can show them without importing transformers. Nobody builds the real
`TrainingArguments` outside the training thread: building one resets accelerate's state and kills a running Trainer.
"""

from __future__ import annotations

import math
from typing import Any

from core.config import RunConfig, TrainingConfig
from core.metrics import ACCURACY, Score

# Settings that TrainingArguments knows under the same name.
SAME_NAME = (
    "num_train_epochs",
    "per_device_train_batch_size",
    "per_device_eval_batch_size",
    "gradient_accumulation_steps",
    "learning_rate",
    "weight_decay",
    "warmup_steps",
    "lr_scheduler_type",
    "label_smoothing_factor",
    "max_grad_norm",
    "eval_on_start",
    "train_sampling_strategy",
    "save_total_limit",
    "seed",
)


def keyword_arguments(config: RunConfig, output_dir: str, best: Score = ACCURACY) -> dict[str, Any]:
    """What the run passes to TrainingArguments, apart from the device and its precision.

    Args:
        best: the score that tells which of two checkpoints is better.

    Source: https://huggingface.co/docs/transformers/main_classes/trainer#transformers.TrainingArguments
    """
    training = config.training
    return {
        "output_dir": output_dir,
        **{name: getattr(training, name) for name in SAME_NAME},
        "data_seed": training.seed,
        "eval_strategy": "epoch",
        "save_strategy": "epoch",
        "metric_for_best_model": best.name,
        "greater_is_better": best.higher_is_better,
        "load_best_model_at_end": keeps_best(training),
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "report_to": list(training.report_to) or "none",
    }


def keeps_best(training: TrainingConfig) -> bool:
    """Whether the run ends with its best weights; early stopping is pointless otherwise."""
    return training.load_best_model_at_end or training.early_stopping_patience > 0


def steps_per_epoch(training: TrainingConfig, train_rows: int) -> int:
    """Optimizer steps in one pass over `train_rows` reviews, as the Trainer counts them."""
    batches = math.ceil(train_rows / (training.per_device_train_batch_size * training.processes))
    return max(math.ceil(batches / training.gradient_accumulation_steps), 1)


def total_steps(training: TrainingConfig, train_rows: int) -> int:
    """Optimizer steps in the whole run."""
    return math.ceil(training.num_train_epochs * steps_per_epoch(training, train_rows))
