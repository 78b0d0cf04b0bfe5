"""The settings of a run: what each is, starting points, why each matters."""

from core.config.run_config import (
    DataConfig,
    ModelConfig,
    RunConfig,
    Setting,
    TrainingConfig,
    apply,
    find,
    load,
    parse,
    settings,
)

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
