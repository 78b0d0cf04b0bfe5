"""RunConfig to TrainingArguments.

First as plain keyword arguments, so that a page can show them without importing transformers. Nobody builds the real
`TrainingArguments` outside the training thread: building one resets accelerate's state and kills a running Trainer.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.config import RunConfig, TrainingConfig
from core.metrics import ACCURACY, Score
from core.runs import checkpoints

if TYPE_CHECKING:
    from transformers import TrainingArguments

# Within so many batches reviews of like length are put together.
MEGABATCH = 50

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


def training_arguments(config: RunConfig, folder: Path, checkpoint: Path | None, best: Score) -> TrainingArguments:
    """The real ones, for this computer; only for the training thread.

    Args:
        folder: the run's own.
        checkpoint: what training goes on from.
        best: the score that tells which of two checkpoints is better.
    """
    from transformers import TrainingArguments

    from core.models import speed

    on_cpu = speed.on_processor()
    keywords = keyword_arguments(config, str(folder / "checkpoints"), best)
    if checkpoint is not None:
        # The untrained model was scored before; an epoch that was halted before its evaluation gets it now.
        keywords["eval_on_start"] = checkpoints.lacks_evaluation(checkpoint)
    # Old ones are removed by ReviewTrainer, after the new one is whole.
    keywords["save_total_limit"] = None
    arguments = TrainingArguments(
        **keywords,
        bf16=speed.use_bf16(config.training.precision),
        use_cpu=on_cpu,
        dataloader_pin_memory=not on_cpu,
        disable_tqdm=True,
        log_level="error",
    )
    if arguments.n_gpu > 1:
        # In one process Trainer would copy the model to each GPU at every step, which is slower than one GPU.
        arguments._n_gpu = 1
    return arguments


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
