"""Starting points for a run: a name, one sentence, and the settings it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.config import RunConfig


@dataclass(frozen=True)
class Preset:
    """Settings by dotted path. What a preset leaves out stays as the user has it: the dataset, above all."""

    name: str
    sentence: str
    changes: Mapping[str, Any]

    def apply(self, config: RunConfig) -> RunConfig:
        """The configuration with this preset's training settings; those of no preset keep their value."""
        defaults = {path: RunConfig().get(path) for path in _KNOBS}
        return config.replace(defaults | dict(self.changes))


# What belongs to the computer rather than to the recipe.
_OF_THE_COMPUTER = frozenset({"report_to", "processes", "save_total_limit", "save_minutes"})
# A preset sets all of these, to its own value or to the default, so that nothing of an earlier one is left behind.
_KNOBS = tuple(
    path
    for path in (
        "data.train_size",
        "data.eval_size",
        "data.max_length",
        "data.subset",
        "data.seed",
        "model.name",
        "model.attention_dropout",
        "model.freeze_embeddings",
        "model.lora_rank",
        *(f"training.{name}" for name in type(RunConfig().training).model_fields if name not in _OF_THE_COMPUTER),
    )
)

QUICK_LOOK = Preset(
    "Quick look",
    "A first result in a minute or two on an ordinary computer.",
    {
        "data.train_size": 1000,
        "data.eval_size": 300,
        "data.max_length": 128,
        "training.num_train_epochs": 2.0,
    },
)

# Source: https://huggingface.co/docs/transformers/training
TUTORIAL = Preset(
    "Tutorial",
    "Exactly the Hugging Face fine-tuning tutorial: Yelp, bert-base-cased, 1,000 + 1,000 reviews.",
    {
        "data.source": "hub:Yelp/yelp_review_full",
        "data.text_column": "text",
        "data.label_column": "label",
        "data.train_size": 1000,
        "data.eval_size": 1000,
        "data.max_length": 512,
        "data.seed": 42,
        "model.name": "google-bert/bert-base-cased",
        "model.attention_dropout": 0.1,
        "training.num_train_epochs": 3.0,
        "training.per_device_train_batch_size": 8,
        "training.per_device_eval_batch_size": 8,
        "training.learning_rate": 5e-5,
        "training.weight_decay": 0.0,
        "training.warmup_steps": 0.0,
        "training.train_sampling_strategy": "random",
        "training.precision": "fp32",
        "training.eval_on_start": False,
    },
)

CAREFUL = Preset(
    "Careful",
    "More reviews, stops when it no longer gets better, keeps the best.",
    {
        "data.train_size": 4000,
        "data.eval_size": 1000,
        "data.max_length": 256,
        "data.subset": "stratified",
        "training.num_train_epochs": 6.0,
        "training.per_device_train_batch_size": 16,
        "training.learning_rate": 1e-4,
        "training.early_stopping_patience": 2,
        "training.load_best_model_at_end": True,
    },
)

PRESETS = (QUICK_LOOK, TUTORIAL, CAREFUL)


def matching(config: RunConfig) -> Preset | None:
    """The preset that a configuration is, None when it is the user's own."""
    return next((preset for preset in PRESETS if preset.apply(config) == config), None)
