"""The callback that streams a training to its sink, and ends it when the sink asks.

Knows the Trainer's callback protocol and the Sink; knows neither stores nor threads. Guarantees: at most one
optimizer step or one evaluation batch passes between a request to halt and the end of training, and all processes of
a training halt at the same one; a loss that is NaN, infinite or exploded ends the run instead of wasting hours.
"""

from __future__ import annotations

import math
import time
from collections import deque
from statistics import fmean
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from core.errors import DivergedError
from core.messages import Message
from core.runs import checkpoints
from core.runs.run import Status
from core.training import distributed
from core.training.sink import Halt, Halted, Sink
from core.training.trainer import Tally

EXPLODED = 10.0
EXPLODED_STEPS = 10
PACE_STEPS = 10
# In this order: of two processes with different wishes, the later one counts for both.
HALTS = (None, Halt.STOP, Halt.SHUTDOWN)


class StreamCallback(TrainerCallback):
    """Turns the Trainer's events into the run's stream.

    Args:
        sink: where the stream goes.
        tally: counts of the training batches, taken after each step.
        chance_loss: cross-entropy of guessing, ln K; the loss has exploded above ten times this.
        order: told the epoch before it begins, if there is one.
        save_seconds: a checkpoint is due when this long has passed since the last; 0 never.
    """

    def __init__(
        self, sink: Sink, tally: Tally, *, chance_loss: float, order: Any = None, save_seconds: float = 0
    ) -> None:
        self._sink = sink
        self._tally = tally
        self._chance_loss = chance_loss
        self._order = order
        self._save_seconds = save_seconds
        self._saved = time.monotonic()
        self._status: Status | None = None
        self._recent: deque[float] = deque(maxlen=EXPLODED_STEPS)
        self._paces: deque[tuple[int, int, float]] = deque(maxlen=PACE_STEPS)
        self._mark = time.perf_counter()
        self.halt: Halt | None = None

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._sink.update(total_steps=state.max_steps)
        self._saved = time.monotonic()

    def on_epoch_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        # accelerate forgets to pass the epoch on when the first batches of it are skipped on resuming.
        if self._order is not None:
            self._order.set_epoch(int(state.epoch or 0))

    def on_step_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if self._status is not Status.TRAINING:
            self._enter(Status.TRAINING)
            self._mark = time.perf_counter()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        # At the end of an epoch one is written anyway, after the evaluation.
        within_epoch = not float(state.epoch or 0).is_integer()
        due = bool(self._save_seconds) and within_epoch and time.monotonic() - self._saved >= self._save_seconds
        save = self._agree(save=due)
        if self.halt:
            control.should_training_stop = True
            control.should_evaluate = False
        control.should_save = control.should_save or save or self.halt is not None
        return control

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._saved = time.monotonic()

    def on_epoch_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        if self.halt:
            control.should_evaluate = control.should_save = control.should_log = False
        return control

    def on_prediction_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        if self._status is not Status.EVALUATING:
            self._enter(Status.EVALUATING)
        self._agree()
        if self.halt:
            raise Halted(self.halt)

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        if not logs or "loss" not in logs:
            return
        self._raise_if_diverged(float(logs["loss"]), state.global_step)
        accuracy, samples, tokens = self._tally.take()
        # Over the last steps, evaluation and saving left out.
        now = time.perf_counter()
        self._paces.append((samples, tokens, now - self._mark))
        self._mark = now
        seconds = max(sum(pace[2] for pace in self._paces), 1e-9)
        speeds = {"samples_per_second": sum(pace[0] for pace in self._paces) / seconds}
        # With a frozen encoder no tokens are read any more.
        if tokens_per_second := sum(pace[1] for pace in self._paces) / seconds:
            speeds["tokens_per_second"] = tokens_per_second
        self._sink.emit(
            "train",
            {
                "loss": float(logs["loss"]),
                "accuracy": accuracy,
                "learning_rate": float(logs["learning_rate"]),
                "grad_norm": float(logs.get("grad_norm", math.nan)),
                **speeds,
            },
            step=state.global_step,
            epoch=float(state.epoch or 0),
        )

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        metrics: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        self._sink.emit(
            "eval", checkpoints.scores_in(metrics or {}), step=state.global_step, epoch=float(state.epoch or 0)
        )

    def _agree(self, *, save: bool = False) -> bool:
        """Settle with the other processes whether to halt now, and whether to write a checkpoint, which is returned."""
        wish, due = distributed.maximum([HALTS.index(self.halt or self._sink.halt()), int(save)])
        self.halt = HALTS[wish]
        return bool(due)

    def _enter(self, status: Status) -> None:
        self._status = status
        self._sink.phase(status)

    def _raise_if_diverged(self, loss: float, step: int) -> None:
        remedy = Message(
            "Lower the learning rate (1e-4 to 2e-5 suits most encoders) or lengthen the warm-up, and train again."
        )
        if not math.isfinite(loss):
            raise DivergedError(Message("The loss became {loss} at step {step}.", loss=str(loss), step=step), remedy)
        self._recent.append(loss)
        limit = EXPLODED * self._chance_loss
        if len(self._recent) == EXPLODED_STEPS and fmean(self._recent) > limit:
            raise DivergedError(
                Message(
                    "The loss exploded: {mean:.1f} on average over the {steps} steps up to step {step}, where guessing"
                    " gives {chance:.2f}.",
                    mean=fmean(self._recent),
                    steps=EXPLODED_STEPS,
                    step=step,
                    chance=self._chance_loss,
                ),
                remedy,
            )
