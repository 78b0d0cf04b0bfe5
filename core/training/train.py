"""Train one run: data, model, Trainer, saved model. The dashboard's thread and the command line both call this.

Knows where to put checkpoints and the model, and a Sink to tell; knows no store and no queue. Each process of a group
calls it with the same arguments but its own sink; the first one writes. Guarantees: a model folder is whole or absent;
a halted training of at least one step leaves a usable model and a checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.config import RunConfig
from core.home import preferences
from core.home.files import create_folder
from core.home.places import Home
from core.messages import Message
from core.models import speed
from core.models.quiet import quieten
from core.runs import checkpoints
from core.runs.facts import Facts, Rows
from core.runs.run import Status
from core.training import distributed, order, saving
from core.training.arguments import training_arguments
from core.training.callback import HALTS, StreamCallback
from core.training.inputs import Compare, Inputs, prepare_inputs
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
    compare: Compare = lambda _rows, _evaluate: Facts(),
    begun_with: Rows | None = None,
) -> Outcome:
    """Train a run from its beginning or from a checkpoint.

    Args:
        config: everything about it.
        folder: the run's own folder; checkpoints/ and model/ are written there.
        sink: hears what happens and may ask to halt.
        home: has the preferences, and keeps token lists between runs.
        checkpoint: a whole checkpoint to go on from.
        compare: measures what must be beaten, on the same rows.
        begun_with: the rows that the checkpoint was learned from, where that was kept: it goes on with no others.

    Raises:
        StarboardError: the data, the model or the training cannot be used; the message says why.
    """
    quieten()
    speed.prepare_thread(
        preferences.load(home).threads, sharing=distributed.on_this_computer(), plain=config.training.plain
    )
    inputs, halted = None, None
    try:
        inputs = prepare_inputs(config, sink, home, checkpoint, compare, begun_with)
    except Halted as wish:
        halted = wish.why
        # Others may still be at it for minutes; they look here.
        distributed.publish(distributed.HALT, halted)
    # Go on only if no process was asked to halt meanwhile.
    (agreed,) = distributed.maximum([HALTS.index(halted)])
    if inputs is None or HALTS[agreed]:
        return Outcome(HALTS[agreed], 0)
    if distributed.rank() == 0:
        create_folder(folder)
        saving.check_room(inputs.model, config.training, folder)
    trainer, callback = _build(config, inputs, training_arguments(config, folder, checkpoint, inputs.task.best), sink)
    try:
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    except Halted:
        trainer.save_now()
    if trainer.model_step and distributed.rank() == 0:
        _save(trainer, inputs, folder, sink)
    return Outcome(callback.halt, trainer.model_step)


def _save(trainer: ReviewTrainer, inputs: Inputs, folder: Path, sink: Sink) -> None:
    sink.phase(Status.SAVING)
    step = trainer.model_step
    eval_step, scores = _scores_at(step, trainer.state.log_history)
    saving.save_model(trainer.model, inputs.tokenizer, folder, step=step, eval_step=eval_step, scores=scores)


def _scores_at(step: int, log: list[dict[str, float]]) -> tuple[int | None, dict[str, float]]:
    """What the weights of a step scored, else those of the last evaluation, and of which step it is."""
    evaluations = [entry for entry in log if "eval_loss" in entry]
    found = next(reversed([entry for entry in evaluations if entry["step"] == step] or evaluations), None)
    return (int(found["step"]), checkpoints.scores_in(found)) if found else (None, {})


def _build(
    config: RunConfig, inputs: Inputs, arguments: TrainingArguments, sink: Sink
) -> tuple[ReviewTrainer, StreamCallback]:
    from transformers import EarlyStoppingCallback, PrinterCallback

    training = config.training

    def compute_metrics(prediction: EvalPrediction) -> dict[str, float]:
        logits, labels = prediction.predictions, np.asarray(prediction.label_ids)  # (N, K), (N,)
        # Trainer's own mean counts some reviews twice when several processes share them.
        loss = inputs.task.loss(logits, labels, smoothing=training.label_smoothing_factor)
        return {"loss": loss} | inputs.evaluate(inputs.task.decide(logits), labels)

    def say_parts(parts: int) -> None:
        message = Message(
            "Memory is short: each batch is trained in {parts} parts, which changes nothing in the result.", parts=parts
        )
        sink.emit("message", message.to_dict())

    sampler = order.of_run(training, inputs.train.rows, inputs.train.lengths)
    trainer = ReviewTrainer(
        model=inputs.model,
        hits=inputs.task.hits,
        args=arguments,
        train_dataset=inputs.train.rows,
        eval_dataset=inputs.eval.rows,
        processing_class=inputs.tokenizer,
        data_collator=inputs.collate,
        compute_metrics=compute_metrics,
        order=sampler,
        eval_lengths=inputs.eval.lengths,
        checkpoints_kept=training.save_total_limit,
        on_parts=say_parts,
        plain=training.plain,
    )
    callback = StreamCallback(
        sink,
        trainer.tally,
        chance_loss=inputs.task.chance_loss,
        order=sampler,
        save_seconds=60 * training.save_minutes,
    )
    # It prints each log to standard output, which belongs to the caller.
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(callback)
    if training.early_stopping_patience:
        trainer.add_callback(EarlyStoppingCallback(training.early_stopping_patience))
    return trainer, callback
