"""Starting points for a run: a name, one sentence, and the settings it changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.config import RunConfig, settings


@dataclass(frozen=True)
class Preset:
    """Settings by dotted path. What belongs to the table or to the computer stays as the user has it, if not named."""

    name: str
    sentence: str
    changes: Mapping[str, Any]

    def apply(self, config: RunConfig) -> RunConfig:
        """The configuration with this preset's recipe: its own values, and the defaults where it has none."""
        defaults = {path: RunConfig().get(path) for path in _RECIPE}
        return config.replace(defaults | dict(self.changes))


# A preset sets all of these, to its own value or to the default, so that nothing of an earlier one is left behind.
_RECIPE = tuple(setting.path for setting in settings() if setting.belongs_to == "recipe")

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
        "data.task": "auto",
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
