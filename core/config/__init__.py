"""The settings of a run: what each is, starting points, why each matters."""

from core.config.files import apply, load
from core.config.run_config import DataConfig, ModelConfig, RunConfig, TrainingConfig, find, parse, settings
from core.config.setting import Setting

__all__ = [
    "DataConfig",
    "ModelConfig",
    "RunConfig",
    "Setting",
    "TrainingConfig",
    "apply",
    "find",
    "load",
    "parse",
    "settings",
]
