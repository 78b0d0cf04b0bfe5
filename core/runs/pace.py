"""How fast a run goes, and from that how long it still takes.

Steps and pauses are counted apart: evaluating and writing a checkpoint take their time after each epoch, also when none
has ended yet. What the calibration expects counts like the first few steps, so that there is a number from the start
which the actual pace soon outweighs. Knows no store; a Pace is kept among the facts of a run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

# As many steps as the expectation counts for.
EXPECTED_STEPS = 5


@dataclass(frozen=True)
class Pace:
    """What is known at the last change of a run's phase; `seconds` count from the start of the run.

    Attributes:
        steps, training_seconds: made and spent in earlier stretches of training.
        since_step, since_seconds: where the present stretch began; None outside one.
        paused_seconds: when the present evaluation began; None outside one.
        pause: seconds that the last evaluation took, with the checkpoint after it; None before the first.
        expected_step, expected_pause: seconds of a step and an evaluation as the calibration has them, if there is one.
    """

    steps: int = 0
    training_seconds: float = 0.0
    since_step: int | None = None
    since_seconds: float = 0.0
    paused_seconds: float | None = None
    pause: float | None = None
    expected_step: float | None = None
    expected_pause: float | None = None

    def training(self, step: int, seconds: float) -> Pace:
        """A stretch of training begins."""
        if self.since_step is not None:
            return self
        return replace(self._rested(seconds), since_step=step, since_seconds=seconds)

    def resting(self, step: int, seconds: float, *, evaluating: bool) -> Pace:
        """Something else than training begins."""
        pace = self._rested(seconds)
        if self.since_step is not None:
            pace = replace(
                pace,
                steps=self.steps + step - self.since_step,
                training_seconds=self.training_seconds + seconds - self.since_seconds,
                since_step=None,
            )
        return replace(pace, paused_seconds=seconds if evaluating else None)

    def _rested(self, seconds: float) -> Pace:
        if self.paused_seconds is None:
            return self
        return replace(self, pause=seconds - self.paused_seconds, paused_seconds=None)

    def seconds_left(self, *, step: int, seconds: float, epoch: float, total_steps: int, epochs: float) -> float | None:
        """Time to the end of the run, None before anything is known.

        Args:
            step, seconds, epoch: where the run is.
            total_steps, epochs: where it ends.
        """
        seconds_a_step = self._seconds_a_step(step, seconds)
        if seconds_a_step is None:
            return None
        pause = self.pause if self.pause is not None else self.expected_pause or 0.0
        pauses = math.ceil(epochs) - self._epochs_made(step, epoch) + (self.paused_seconds is not None)
        return seconds_a_step * (total_steps - step) + pause * max(pauses, 0)

    def _seconds_a_step(self, step: int, seconds: float) -> float | None:
        made, spent = self.steps, self.training_seconds
        if self.since_step is not None:
            made, spent = made + step - self.since_step, spent + seconds - self.since_seconds
        if self.expected_step is not None:
            made, spent = made + EXPECTED_STEPS, spent + EXPECTED_STEPS * self.expected_step
        return spent / made if made > 0 else None

    def _epochs_made(self, step: int, epoch: float) -> int:
        """Epochs whose evaluation is over or has begun."""
        if self.since_step is None:
            return math.ceil(epoch)
        # After the last step of an epoch its evaluation is still to come.
        return math.floor(epoch) if step == self.since_step else math.ceil(epoch) - 1

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: object) -> Pace | None:
        """Read what `to_dict` wrote, None for anything else."""
        known = cls.__dataclass_fields__
        if not isinstance(raw, Mapping) or not set(raw) <= set(known):
            return None
        return cls(**raw) if all(isinstance(each, int | float | None) for each in raw.values()) else None
