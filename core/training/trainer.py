"""The Trainer, with two things added at its documented hooks: a batch tally and a repeatable length-grouped order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from transformers import Trainer

from core.training.order import LengthGroupedSampler


@dataclass
class Tally:
    """Counts over the batches since it was last taken. Tensors stay on the device until then."""

    correct: torch.Tensor | int = 0
    samples: int = 0
    tokens: torch.Tensor | int = 0

    def add(self, logits: torch.Tensor, labels: torch.Tensor, mask: torch.Tensor) -> None:
        """Count one batch: logits (B, K), labels (B), attention mask (B, T)."""
        self.correct = self.correct + (logits.detach().argmax(-1) == labels).sum()
        self.samples += labels.shape[0]
        self.tokens = self.tokens + mask.sum()

    def take(self) -> tuple[float, int, int]:
        """Accuracy (0..1), samples and tokens since the last call; then starts over."""
        result = int(self.correct) / max(self.samples, 1), self.samples, int(self.tokens)
        self.correct, self.samples, self.tokens = 0, 0, 0
        return result


class ReviewTrainer(Trainer):
    """A Trainer that tallies its training batches and orders reviews by `order` when one is given."""

    def __init__(self, *args: Any, order: LengthGroupedSampler | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tally = Tally()
        self._order = order

    def compute_loss(
        self, model: Any, inputs: dict[str, torch.Tensor], return_outputs: bool = False, **kwargs: Any
    ) -> Any:
        # Label smoothing takes the labels out of `inputs`, so keep them first.
        labels, mask = inputs["labels"], inputs["attention_mask"]
        loss, outputs = super().compute_loss(model, inputs, return_outputs=True, **kwargs)
        if model.training:
            self.tally.add(outputs["logits"], labels, mask)
        return (loss, outputs) if return_outputs else loss

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        # A data loader draws from the global generator. Scoring a model must not change what it learns next, or a run
        # that was stopped before an evaluation would not end as one that was not.
        with torch.random.fork_rng():
            scores: dict[str, float] = super().evaluate(*args, **kwargs)
        return scores

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        return self._order if self._order is not None else super()._get_train_sampler(train_dataset)
