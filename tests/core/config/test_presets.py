"""Presets: valid, recognised, and nothing of one is left behind by the next."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from core.config import RunConfig, Setting, presets, settings


@pytest.mark.parametrize("preset", presets.PRESETS, ids=lambda preset: preset.name)
def test_a_preset_is_recognised_until_something_is_changed(preset: presets.Preset) -> None:
    config = preset.apply(RunConfig())
    assert presets.matching(config) is preset
    assert presets.matching(config.replace({"training.seed": 7})) is None


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(presets.PRESETS, 2)))
def test_the_order_of_clicks_does_not_matter(first: presets.Preset, second: presets.Preset) -> None:
    start = RunConfig().replace({"data.source": "file:mine.csv", "name": "mine", "training.report_to": ["mlflow"]})
    after = second.apply(first.apply(start))
    assert after.training.report_to == ["mlflow"]
    assert after.name == "mine"
    assert after.training.model_dump() == second.apply(start).training.model_dump()


def another(setting: Setting) -> Any:
    """A value that a setting may have and that no preset gives it."""
    if setting.kind == "bool":
        return not setting.default
    if setting.kind == "choice":
        return setting.choices[-1]
    if setting.kind in {"int", "float"}:
        kind = int if setting.kind == "int" else float
        return kind((setting.minimum or 0) + 1) if setting.path != "training.label_smoothing_factor" else 0.3
    if setting.kind == "objects":
        return [{"name": "bad", "of": ["1 star"]}, {"name": "good", "of": ["5 stars"]}]
    if setting.kind == "list":
        return [setting.choices[-1] if setting.choices else "mlflow"]
    return "./another"


@pytest.mark.parametrize("preset", presets.PRESETS, ids=lambda preset: preset.name)
@pytest.mark.parametrize("setting", settings(), ids=lambda setting: setting.path)
def test_a_preset_sets_all_that_does_not_belong_to_the_table_or_the_computer(
    preset: presets.Preset, setting: Setting
) -> None:
    value = another(setting)
    if setting.maximum is not None and value > setting.maximum:
        value = setting.maximum / 2
    before = RunConfig().replace({setting.path: value})
    after = preset.apply(before)
    if setting.belongs_to == "recipe":
        assert after == preset.apply(RunConfig()), f"{preset.name} leaves {setting.path} as it was"
    elif setting.path not in preset.changes:
        assert after.get(setting.path) == before.get(setting.path)


def test_what_a_head_only_run_leaves_behind_is_not_the_tutorial() -> None:
    head_only = RunConfig().replace({"model.freeze_encoder": True, "training.learning_rate": 2e-3})
    assert presets.TUTORIAL.apply(head_only).model.freeze_encoder is False
    assert presets.matching(presets.TUTORIAL.apply(RunConfig()).replace({"model.freeze_encoder": True})) is None


def test_the_tutorial_is_the_tutorial() -> None:
    config = presets.TUTORIAL.apply(RunConfig())
    assert config.data.source == "hub:Yelp/yelp_review_full"
    assert config.model.name == "google-bert/bert-base-cased"
    assert (config.data.train_size, config.data.eval_size, config.data.seed) == (1000, 1000, 42)
    training = config.training
    assert (training.learning_rate, training.per_device_train_batch_size, training.num_train_epochs) == (
        5e-5,
        8,
        3,
    )


def test_quick_look_keeps_the_users_own_data() -> None:
    mine = RunConfig().replace({"data.source": "file:mine.csv", "data.label_column": "rating"})
    assert presets.QUICK_LOOK.apply(mine).data.source == "file:mine.csv"
    assert presets.QUICK_LOOK.apply(mine).data.label_column == "rating"
