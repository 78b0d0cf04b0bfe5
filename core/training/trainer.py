"""The Trainer, with what it lacks added at its hooks.

A tally of the training batches; an order that can be repeated, divided among processes; checkpoints that are whole or
not there; learning rates that go on after more epochs were added; an evaluation that a halted run still owed counting
like any other; a batch that does not fit into memory or caches trained in parts. Knows transformers; knows nothing of
sinks, stores or runs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader
from transformers import Trainer
from transformers.trainer_callback import ExportableState
from transformers.trainer_utils import rotate_checkpoints

from core.models import speed
from core.models.batches import token_batches
from core.models.failures import is_out_of_memory
from core.runs import manifest
from core.training import distributed, resuming, saving
from core.training.order import RankBatches

STATE = "trainer_state.json"


@dataclass
class Tally:
    """Counts over the batches since it was last taken. Tensors stay on the device until then.

    Args:
        hits: how many of a batch are right, from logits (B, K) and labels (B).
    """

    hits: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    correct: torch.Tensor | int = 0
    samples: int = 0
    tokens: torch.Tensor | int = 0

    def add(self, logits: torch.Tensor, labels: torch.Tensor, mask: torch.Tensor | None) -> None:
        """Count one batch: logits (B, K), labels (B), attention mask (B, T) unless no tokens were read."""
        self.correct = self.correct + self.hits(logits.detach(), labels)
        self.samples += labels.shape[0]
        if mask is not None:
            self.tokens = self.tokens + mask.sum()

    def take(self) -> tuple[float, int, int]:
        """Accuracy (0..1), samples and tokens since the last call, of all processes; then starts over."""
        correct, samples, tokens = distributed.summed([int(self.correct), self.samples, int(self.tokens)])
        self.correct, self.samples, self.tokens = 0, 0, 0
        return correct / max(samples, 1), int(samples), int(tokens)


class ReviewTrainer(Trainer):
    """A Trainer for reviews.

    Args:
        order: the order of training reviews; Trainer's own when None.
        hits: how many of a batch are right, from logits (B, K) and labels (B).
        eval_lengths: padded tokens of each evaluation review, (N,); decides which are scored together.
        checkpoints_kept: the newest that stay; the best one stays besides.
        on_parts: told in how many parts a batch is trained from now on, for want of memory.
        plain: leave batches whole and evaluate as Trainer does.
    """

    def __init__(
        self,
        *args: Any,
        order: Any,
        hits: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
        eval_lengths: np.ndarray,
        checkpoints_kept: int,
        on_parts: Callable[[int], object],
        plain: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tally = Tally(hits)
        self._eval_lengths = eval_lengths
        self._order = order
        self._checkpoints_kept = checkpoints_kept
        self._on_parts = on_parts
        self._plain = plain
        self._parts = 1
        # What the mean loss of the rows at hand counts for in that of the whole batch, of all processes.
        self._share = 1.0
        self._staging: Path | None = None

    # Batches

    def get_train_dataloader(self) -> DataLoader[Any]:
        if distributed.size() == 1:
            loader: DataLoader[Any] = super().get_train_dataloader()
            return loader
        # Left alone, accelerate fills the last batches up with reviews from the front, which then count twice.
        batches = RankBatches(
            self._order,
            batch_size=self._train_batch_size * distributed.size(),
            rank=distributed.rank(),
            size=distributed.size(),
        )
        return DataLoader(
            self._remove_unused_columns(self.train_dataset, description="Training"),
            batch_sampler=batches,
            collate_fn=self.data_collator,
            pin_memory=self.args.dataloader_pin_memory,
        )

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        return self._order if self._order is not None else super()._get_train_sampler(train_dataset)

    def compute_loss(
        self, model: Any, inputs: dict[str, torch.Tensor], return_outputs: bool = False, **kwargs: Any
    ) -> Any:
        # Label smoothing takes the labels out of `inputs`, so keep them first.
        labels = inputs["labels"]  # (B,)
        mask = inputs["attention_mask"] if "input_ids" in inputs else None  # (B, T)
        loss, outputs = super().compute_loss(model, inputs, return_outputs=True, **kwargs)
        if model.training:
            self.tally.add(outputs["logits"], labels, mask)
            loss = loss * self._share
        return (loss, outputs) if return_outputs else loss

    def training_step(self, model: Any, inputs: dict[str, torch.Tensor], *args: Any, **kwargs: Any) -> torch.Tensor:
        """Train on a batch, in as many parts as caches and memory need: their gradients add up to its own."""
        rows = inputs["labels"].shape[0]
        counted = self.tally.correct, self.tally.samples, self.tally.tokens
        while True:
            parts = min(max(self._parts, 1 if self._plain else speed.parts(inputs)), rows)
            try:
                return self._step_in_parts(parts, model, inputs, *args, **kwargs)
            except Exception as error:
                # It may be begun anew if no other batch's gradients lie there, and no other process waits.
                alone = distributed.size() == 1 and self.args.gradient_accumulation_steps == 1
                if not (is_out_of_memory(error) and parts < rows and alone):
                    raise
            # Outside of the handler, whose traceback holds on to the tensors that did not fit.
            self.tally.correct, self.tally.samples, self.tally.tokens = counted
            model.zero_grad()
            torch.cuda.empty_cache()
            self._parts = min(2 * parts, rows)
            self._on_parts(self._parts)

    def _step_in_parts(
        self, parts: int, model: Any, inputs: dict[str, torch.Tensor], *args: Any, **kwargs: Any
    ) -> torch.Tensor:
        rows = inputs["labels"].shape[0]
        # What this process's mean loss counts for in the mean of them all: more, the more rows it had.
        weight = 1.0
        if distributed.size() > 1:
            (together,) = distributed.summed([rows])
            weight = rows * distributed.size() / together
        split = {name: torch.tensor_split(tensor, parts) for name, tensor in inputs.items()}
        losses = []
        try:
            for part in range(parts):
                piece = {name: tensors[part] for name, tensors in split.items()}  # (B / parts, ...)
                self._share = weight * piece["labels"].shape[0] / rows
                # Several processes add up their gradients once a batch, however many parts each has.
                with self.accelerator.no_sync(model) if part < parts - 1 else contextlib.nullcontext():
                    losses.append(super().training_step(model, piece, *args, **kwargs))
        finally:
            self._share = 1.0
        return torch.stack(losses).sum() if parts > 1 else losses[0]

    def _run_epoch(self, *args: Any, **kwargs: Any) -> None:
        # A run that was halted after its very last step, or whose owed evaluation ended it, makes no step more.
        if self.state.global_step < self.state.max_steps and not self.control.should_training_stop:
            super()._run_epoch(*args, **kwargs)

    # Evaluation

    def get_eval_dataloader(self, eval_dataset: Any = None) -> DataLoader[Any]:
        if distributed.size() > 1 or self._plain:
            shared: DataLoader[Any] = super().get_eval_dataloader(eval_dataset)
            return shared
        # Not prepared by accelerate, which takes a short last batch for reviews that were counted twice.
        return DataLoader(
            self.eval_dataset,
            batch_sampler=token_batches(
                self._eval_lengths,
                most_tokens=speed.evaluation_tokens(),
                most_rows=self.args.eval_batch_size,
            ),
            collate_fn=self.data_collator,
            pin_memory=self.args.dataloader_pin_memory,
        )

    def evaluation_loop(self, *args: Any, **kwargs: Any) -> Any:
        if self._plain:
            return super().evaluation_loop(*args, **kwargs)
        if distributed.size() == 1:
            self.gather_function = lambda tensor: tensor
        with speed.autocast(self.args.bf16):
            return super().evaluation_loop(*args, **kwargs)

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        # A data loader draws from the global generator. Scoring a model must not change what it learns next, or a run
        # that was stopped before an evaluation would not end as one that was not.
        with torch.random.fork_rng():
            scores: dict[str, float] = super().evaluate(*args, **kwargs)
        return scores

    def _evaluate(self, trial: Any, ignore_keys_for_eval: Any, skip_scheduler: bool = False) -> dict[str, float]:
        """Let an evaluation that a halted run owed decide about the best model, and note it in its checkpoint."""
        scores: dict[str, float] = super()._evaluate(trial, ignore_keys_for_eval, skip_scheduler)
        at_start = skip_scheduler
        if not (at_start and self.state.global_step):
            return scores
        checkpoint = self._checkpoint(self.state.global_step)
        if self._determine_best_metric(scores, None) and checkpoint.is_dir():
            self.state.best_model_checkpoint = str(checkpoint)
        if not self.args.should_save or not checkpoint.is_dir():
            return scores
        for each in (*self.callback_handler.callbacks, self.control):
            if isinstance(each, ExportableState):
                self.state.stateful_callbacks[type(each).__name__] = each.state()
        with manifest.replacing(checkpoint, STATE) as fresh:
            self.state.save_to_json(str(fresh))
        return scores

    # Checkpoints

    @property
    def model_step(self) -> int:
        """The step whose weights the model has now: the best one's if that was loaded at the end."""
        state = self.state
        ended_by_itself = not self.is_in_train
        if ended_by_itself and self.args.load_best_model_at_end and state.best_model_checkpoint:
            return int(state.best_global_step or state.global_step)
        return int(state.global_step)

    def save_now(self) -> None:
        """Write the checkpoint of this step, unless it is there."""
        if self.state.global_step and not self._checkpoint(self.state.global_step).is_dir():
            self._save_checkpoint(self.model_wrapped, None)

    def _checkpoint(self, step: int) -> Path:
        return Path(self.args.output_dir) / f"checkpoint-{step}"

    def _get_output_dir(self, trial: Any) -> str:
        return str(self._staging or self.args.output_dir)

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        """Write the checkpoint beside the others, then give it the name by which it counts, then remove old ones."""
        step = self.state.global_step
        self._staging = Path(self.args.output_dir) / f"tmp-{step}"
        try:
            with saving.removed_on_error(self._staging):
                super()._save_checkpoint(model, trial)
                # Every process has written its random state.
                distributed.maximum([0])
                best = self.state.best_global_step
                if best and (best == step or self._checkpoint(best).is_dir()):
                    # Trainer noted the name that the folder had until now.
                    self.state.best_model_checkpoint = str(self._checkpoint(best))
                if self.args.should_save:
                    written = self._staging / f"checkpoint-{step}"
                    self.state.save_to_json(str(written / STATE))
                    saving.publish(written, self._checkpoint(step), step=step)
                    self._staging.rmdir()
                    rotate_checkpoints(
                        self.args.output_dir,
                        save_total_limit=self._checkpoints_kept,
                        best_model_checkpoint=self.state.best_model_checkpoint,
                    )
        finally:
            self._staging = None
        # None goes on before the name is there.
        distributed.maximum([0])

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        with resuming.explained(resume_from_checkpoint):
            super()._load_from_checkpoint(resume_from_checkpoint, model)
            if hasattr(self.model, "peft_config"):
                resuming.check_adapter(Path(resume_from_checkpoint), self.model)

    def _load_best_model(self) -> None:
        best = str(self.state.best_model_checkpoint)
        if (why := resuming.fault_of_weights(Path(best))) is not None:
            raise resuming.unfit(why)
        with resuming.explained(best):
            super()._load_best_model()

    def _issue_warnings_after_load(self, load_result: Any) -> None:
        # Left alone, what a checkpoint lacks stays as the model was loaded, with a warning that nobody sees.
        resuming.check_weights(set(load_result.missing_keys), self.model)

    def _load_callback_state(self) -> None:
        """See that the state, which has just been read, names a best checkpoint of this run and no other folder."""
        super()._load_callback_state()
        best = self.state.best_global_step
        there = best is not None and self._checkpoint(best).is_dir()
        self.state.best_model_checkpoint = str(self._checkpoint(best)) if there else None
        for each in (*self.callback_handler.callbacks, self.control):
            if isinstance(each, ExportableState):
                self.state.stateful_callbacks.setdefault(type(each).__name__, each.state())

    def _load_rng_state(self, checkpoint: str | None) -> None:
        with resuming.explained(checkpoint):
            super()._load_rng_state(checkpoint)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        """Go on with the rates of this run's schedule: a checkpoint of a shorter run holds those of its own end."""
        with resuming.explained(checkpoint):
            super()._load_optimizer_and_scheduler(checkpoint)
        if checkpoint is not None:
            resuming.check_optimizer(self.optimizer)
        schedule = self.lr_scheduler
        if checkpoint is None or not hasattr(schedule, "lr_lambdas"):
            return
        rates = [
            base * rate(schedule.last_epoch) for base, rate in zip(schedule.base_lrs, schedule.lr_lambdas, strict=True)
        ]
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        schedule._last_lr = rates
