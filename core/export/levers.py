"""The quick parts of a training that a plain script leaves out, and what each changes in the result.

Knows settings and what a run observed; the parts themselves are in `core/models/`, listed in `core/models/speed.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.config import RunConfig
from core.runs.facts import Observed


@dataclass(frozen=True)
class Lever:
    """One quick part.

    Attributes:
        name: what it does.
        changes: what the result owes to it.
        applies: whether a run had it.
    """

    name: str
    changes: str
    applies: Callable[[RunConfig, Observed], bool]


def _on_processor(_config: RunConfig, observed: Observed) -> bool:
    return observed.device == "cpu"


def _reads_often(config: RunConfig, _observed: Observed) -> bool:
    return not config.model.freeze_encoder


_ROUNDING = "another order of sums, so other rounding"
LEVERS = (
    Lever(
        "dropout that spends little on random numbers",
        "other elements are dropped",
        lambda config, observed: _on_processor(config, observed) and _reads_often(config, observed),
    ),
    Lever(
        "attention as bf16 products",
        "attention scores are rounded otherwise",
        lambda _config, observed: observed.device == "cpu" and observed.bf16,
    ),
    Lever("a last layer that computes only the token that the head reads", _ROUNDING, _reads_often),
    Lever(
        "word vectors only for the words that occur",
        "those of other words are not pulled towards zero by weight decay, and play no part in the scores",
        lambda config, _observed: _reads_often(config, _observed) and not config.model.lora_rank,
    ),
    Lever("large batches in parts", _ROUNDING, _on_processor),
    Lever("lengths of batches rounded up", _ROUNDING, lambda _config, observed: observed.bf16),
    Lever("evaluation by a budget of tokens, the longest reviews first", _ROUNDING, lambda _config, _observed: True),
    Lever("weights cast to bf16 once an evaluation", "nothing", lambda _config, observed: observed.bf16),
    Lever("a frozen encoder reads each review once", _ROUNDING, lambda config, _observed: config.model.freeze_encoder),
)
HOW_FAR = (
    "With dropout the two draw different random numbers and so end with scores that differ as those of two seeds do. "
    "Without it, and in fp32, only the last digits differ."
)


def left_out(config: RunConfig, observed: Observed | None) -> list[Lever]:
    """The quick parts that a run had; none where it was a plain one."""
    if observed is None or config.training.plain:
        return []
    return [lever for lever in LEVERS if lever.applies(config, observed)]
