"""Stored configurations: complete, with a version, and read as they were meant when they were written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.config import RunConfig, parse, settings
from core.config.stored import ADDED, VERSION, from_stored, to_stored
from core.errors import ConfigError

# The settings of the first version, which had no number. Never add to these: see `ADDED`.
FIRST = {
    "": "name",
    "data": "source text_column label_column train_size eval_size max_length subset seed",
    "model": "name attention_dropout freeze_embeddings freeze_encoder lora_rank",
    "training": "num_train_epochs per_device_train_batch_size per_device_eval_batch_size gradient_accumulation_steps "
    "learning_rate weight_decay warmup_steps lr_scheduler_type label_smoothing_factor max_grad_norm "
    "early_stopping_patience load_best_model_at_end eval_on_start train_sampling_strategy save_total_limit "
    "save_minutes processes precision seed report_to",
}


def test_every_setting_that_was_added_says_what_runs_did_before() -> None:
    first = {f"{section}.{name}".strip(".") for section, names in FIRST.items() for name in names.split()}
    assert {setting.path for setting in settings()} == {*first, *ADDED}
    assert all(1 < since <= VERSION for since, _ in ADDED.values())


def test_what_is_stored_names_every_setting_and_the_version() -> None:
    config = RunConfig().replace({"training.learning_rate": 3e-5, "name": "mine"})
    stored = json.loads(json.dumps(to_stored(config)))
    assert stored["version"] == VERSION
    assert from_stored(stored) == config
    for setting in settings():
        value: Any = stored
        for part in setting.path.split("."):
            value = value[part]
        assert value == config.get(setting.path), "a default that is changed later must not change this run"


def old() -> dict[str, Any]:
    """A configuration as the first version stored it."""
    raw = RunConfig().model_dump()
    del raw["data"]["task"]
    return raw


@pytest.mark.parametrize(
    ("facts", "task"), [({"data.task": "ratings"}, "ratings"), ({"data.task": "classes"}, "classes"), ({}, "auto")]
)
def test_an_earlier_version_is_read_with_what_runs_did_then(facts: dict[str, Any], task: str) -> None:
    assert from_stored(old(), facts).data.task == task
    assert from_stored({"version": 1, **old()}, facts).data.task == task


def test_what_was_chosen_counts_more_than_what_is_known_of_the_run() -> None:
    stored = to_stored(RunConfig().replace({"data.task": "classes"}))
    assert from_stored(stored, {"data.task": "ratings"}).data.task == "classes"
    without_version = {name: value for name, value in stored.items() if name != "version"}
    assert from_stored(without_version, {"data.task": "ratings"}).data.task == "classes"


@pytest.mark.parametrize("raw", [None, [], 5, {"data": 5}, {"version": "x"}, {"version": 99, "colour": 1}])
def test_what_is_no_configuration_is_an_error_or_the_defaults(raw: object) -> None:
    if raw == {"version": "x"}:
        assert from_stored(raw) == RunConfig()
        return
    with pytest.raises(ConfigError):
        from_stored(raw)


def test_a_file_that_a_person_writes_needs_no_version() -> None:
    assert parse({}) == RunConfig()
    with pytest.raises(ConfigError, match="version is not a setting"):
        parse({"version": 2})
