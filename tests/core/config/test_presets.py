"""Presets: valid, recognised, and nothing of one is left behind by the next."""

from __future__ import annotations

import itertools

import pytest

from core.config import RunConfig, presets


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
