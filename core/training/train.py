"""Train one run: data, model, Trainer, saved model. The dashboard's thread and the command line both call this.

Knows where to put checkpoints and the model, and a Sink to tell; knows no store and no queue. Each process of a group
calls it with the same arguments but its own sink; the first one writes. Guarantees: a model folder is whole or absent;
a halted training of at least one step leaves a usable model and a checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.config import RunConfig
from core.home import preferences
from core.home.places import Home
from core.metrics import Score
from core.models import speed
from core.models.quiet import quieten
from core.runs import checkpoints
from core.runs.run import Status
from core.training import distributed, saving
from core.training.arguments import keeps_best, keyword_arguments
from core.training.callback import HALTS, StreamCallback
from core.training.inputs import Compare, Material, gather
from core.training.order import LengthGroupedSampler
from core.training.sink import Halt, Halted, Sink
from core.training.trainer import ReviewTrainer

if TYPE_CHECKING:
    from transformers import EvalPrediction, TrainingArguments


@dataclass(frozen=True)
class Outcome:
    """How a training ended. `step` is the step of the saved model, 0 when there is none."""

    halted: Halt | None
    step: int


def train(
    config: RunConfig,
    folder: Path,
    sink: Sink,
    *,
    home: Home,
    checkpoint: Path | None = None,
    compare: Compare = lambda _rows, _evaluate: {},
) -> Outcome:
    """Train a run from its beginning or from a checkpoint.

    Args:
        config: everything about it.
        folder: the run's own folder; checkpoints/ and model/ are written there.
        sink: hears what happens and may ask to halt.
        home: has the preferences, and keeps token lists between runs.
        checkpoint: a whole checkpoint to go on from.
        compare: measures what must be beaten, on the same rows.

    Raises:
        StarboardError: the data, the model or the training cannot be used; the message says why.
    """
    quieten()
    speed.prepare_thread(preferences.load(home).threads, sharing=distributed.on_this_computer())
    material = _agreed(lambda: gather(config, sink, home, checkpoint, compare))
    if isinstance(material, Halt):
        return Outcome(material, 0)
    if distributed.rank() == 0:
        folder.mkdir(parents=True, exist_ok=True)
        saving.check_room(material.model, config.training, folder)
    trainer, callback = _build(config, material, _arguments(config, folder, checkpoint, material.task.best), sink)
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except Halted:
        trainer.save_now()
    step = _model_step(trainer, config)
    if step and distributed.rank() == 0:
        sink.phase(Status.SAVING)
        saving.save_model(trainer.model, material.tokenizer, folder)
    return Outcome(callback.halt, step)


def _agreed(work: Callable[[], Material]) -> Material | Halt:
    """Prepare, and go on only if no process was asked to halt meanwhile."""
    material, why = None, None
    try:
        material = work()
    except Halted as halted:
        why = halted.why
        # Others may still be at it for minutes; they look here.
        distributed.tell(distributed.HALT, why)
    (wish,) = distributed.most([HALTS.index(why)])
    return HALTS[wish] or material  # type: ignore[return-value]  # without a halt there is material


def _build(
    config: RunConfig, material: Material, arguments: TrainingArguments, sink: Sink
) -> tuple[ReviewTrainer, StreamCallback]:
    from transformers import EarlyStoppingCallback, PrinterCallback

    training = config.training
    order = _order(config, material)
    trainer = ReviewTrainer(
        model=material.model,
        hits=material.task.hits,
        args=arguments,
        train_dataset=material.train.rows,
        eval_dataset=material.eval.rows,
        processing_class=material.tokenizer,
        data_collator=material.collate,
        compute_metrics=_compute_metrics(material, training.label_smoothing_factor),
        order=order,
        eval_lengths=material.eval.lengths,
        checkpoints_kept=training.save_total_limit,
        on_parts=lambda parts: sink.emit(
            "message",
            {"text": f"Memory is short: each batch is trained in {parts} parts, which changes nothing in the result."},
        ),
    )
    callback = StreamCallback(
        sink,
        trainer.tally,
        chance_loss=material.task.chance_loss,
        order=order,
        save_seconds=60 * training.save_minutes,
    )
    # It prints each log to standard output, which belongs to the caller.
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(callback)
    if training.early_stopping_patience:
        trainer.add_callback(EarlyStoppingCallback(training.early_stopping_patience))
    return trainer, callback


def _order(config: RunConfig, material: Material) -> Any:
    """The order of the reviews, the same for every number of processes; None leaves it to the Trainer."""
    training, together = config.training, distributed.size()
    if training.train_sampling_strategy == "group_by_length":
        batch_size = training.per_device_train_batch_size * together
        return LengthGroupedSampler(material.train.lengths, batch_size=batch_size, seed=training.seed)
    if together == 1:
        return None
    from accelerate.data_loader import SeedableRandomSampler  # type: ignore[import-untyped]

    # What accelerate makes of the Trainer's random order in one process.
    return SeedableRandomSampler(material.train.rows, data_seed=training.seed)


def _arguments(config: RunConfig, folder: Path, checkpoint: Path | None, best: Score) -> TrainingArguments:
    from transformers import TrainingArguments

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


def _compute_metrics(material: Material, smoothing: float) -> Callable[[EvalPrediction], dict[str, float]]:
    def compute(prediction: EvalPrediction) -> dict[str, float]:
        logits, labels = prediction.predictions, np.asarray(prediction.label_ids)  # (N, K), (N,)
        # Trainer's own mean counts some reviews twice when several processes share them.
        loss = material.task.loss(logits, labels, smoothing=smoothing)
        return {"loss": loss} | material.evaluate(material.task.decide(logits), labels)

    return compute


def _model_step(trainer: ReviewTrainer, config: RunConfig) -> int:
    """The step whose weights the model has now: the best one's if that was loaded at the end."""
    state = trainer.state
    ended_by_itself = not trainer.is_in_train
    if ended_by_itself and keeps_best(config.training) and state.best_model_checkpoint and state.best_global_step:
        return int(state.best_global_step)
    return int(state.global_step)
