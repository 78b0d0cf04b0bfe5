"""RunConfig: validation, `--set`, and what the forms read from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from transformers import TrainingArguments

from core import config
from core.config import RunConfig
from core.errors import ConfigError
from core.training.arguments import SAME_NAME, keyword_arguments

# The configuration that scripts depend on, as the documentation gives it.
DOCUMENTED: dict[str, Any] = {
    "name": "first try",
    "data": {
        "source": "file:reviews.csv",
        "text_column": "text",
        "label_column": "stars",
        "train_size": 1000,
        "eval_size": 600,
        "max_length": 256,
        "seed": 42,
    },
    "model": {"name": "minilm", "attention_dropout": 0.0, "freeze_embeddings": False, "lora_rank": 0},
    "training": {
        "num_train_epochs": 3,
        "per_device_train_batch_size": 8,
        "learning_rate": 1e-4,
        "weight_decay": 0.01,
        "warmup_steps": 0.1,
        "lr_scheduler_type": "linear",
        "label_smoothing_factor": 0.0,
        "early_stopping_patience": 0,
        "precision": "auto",
        "seed": 42,
        "report_to": [],
    },
}


def test_the_documented_configuration_is_accepted_and_every_key_may_be_missing() -> None:
    parsed = config.parse(DOCUMENTED)
    assert parsed.get("data.eval_size") == 600
    assert config.parse({}) == RunConfig()


def test_all_problems_are_reported_at_once_with_key_value_and_range() -> None:
    wrong = {
        "data": {"train_size": 3, "colour": 1},
        "training": {
            "learning_rate": "abc",
            "precision": "fp8",
            "report_to": "mlflow",
        },
        "model": 5,
    }
    with pytest.raises(ConfigError) as caught:
        config.parse(wrong)
    text = "\n".join(map(str, caught.value.problems))
    assert len(caught.value.problems) == 6
    assert "data.train_size: found 3, expected a whole number at least 8 and at most 10,000,000" in text
    assert "data.colour is not a setting" in text
    assert 'training.learning_rate: found "abc", expected a number above 0 and at most 100' in text
    assert 'training.precision: found "fp8", expected one of auto, fp32, bf16' in text
    assert "training.report_to" in text
    assert "model: found 5" in text


@pytest.mark.parametrize("value", [0, -1e-4, "abc", True, None, [1], float("nan"), float("inf")])
def test_a_wrong_learning_rate_is_refused(value: object) -> None:
    with pytest.raises(ConfigError, match=r"training\.learning_rate"):
        config.parse({"training": {"learning_rate": value}})


def test_a_misspelt_key_is_answered_with_the_right_one() -> None:
    with pytest.raises(ConfigError, match=r"did you mean training\.learning_rate\?"):
        config.parse({"training": {"learnin_rate": 1e-4}})
    with pytest.raises(ConfigError, match=r"did you mean data\.train_size\?"):
        config.apply({}, ["train_size=5"])


def test_assignments_take_the_type_of_their_setting() -> None:
    raw = config.apply(
        {"data": {"seed": 1}},
        [
            "data.train_size=200",
            "training.learning_rate=5e-5",
            "model.freeze_embeddings=true",
            "data.source=file:a=b.csv",
            "data.text_column=null",
            "name=2024",
            "training.report_to=mlflow,trackio",
        ],
    )
    parsed = config.parse(raw)
    assert parsed.data.train_size == 200
    assert parsed.data.seed == 1
    assert parsed.data.source == "file:a=b.csv"
    assert parsed.data.text_column is None
    assert parsed.name == "2024"
    assert parsed.training.learning_rate == 5e-5
    assert parsed.training.report_to == ["mlflow", "trackio"]
    assert parsed.model.freeze_embeddings is True


def test_wrong_assignments_are_reported_together() -> None:
    with pytest.raises(ConfigError) as caught:
        config.apply({}, ["data.train_size", "no.such=1"])
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", "is not JSON: .* at line 1"),
        (b"[1]", "holds a list, expected a JSON object"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_an_unreadable_file_says_why(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / "c.json"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=expected):
        config.load(file)
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(tmp_path / "missing.json")


def test_a_name_that_is_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(ConfigError, match="name: found 121 characters, expected at most 120"):
        config.parse({"name": "x" * 121})


def test_every_setting_has_what_a_form_needs() -> None:
    for each in config.settings():
        assert each.title, each.path
        assert each.help.endswith("."), each.path
        assert RunConfig().get(each.path) == each.default
        if each.kind in {"int", "float"}:
            assert each.minimum is not None, each.path
            assert each.maximum is not None, each.path


def test_changes_names_what_differs_and_replace_validates() -> None:
    changed = RunConfig().replace({"training.learning_rate": 2e-5, "data.train_size": 64})
    assert changed.changes() == {"data.train_size": 64, "training.learning_rate": 2e-5}
    with pytest.raises(ConfigError, match="train_size"):
        changed.replace({"data.train_size": 1})


def test_a_configuration_survives_json() -> None:
    parsed = config.parse(DOCUMENTED)
    assert config.parse(json.loads(parsed.model_dump_json())) == parsed


def test_names_are_those_of_training_arguments(tmp_path: Path) -> None:
    arguments = keyword_arguments(config.parse(DOCUMENTED), str(tmp_path))
    assert set(SAME_NAME) <= set(arguments)
    built = TrainingArguments(**arguments, use_cpu=True)
    assert built.warmup_steps == 0.1
    assert built.eval_strategy == "epoch"
