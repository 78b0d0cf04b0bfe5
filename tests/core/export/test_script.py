"""The plain script of a run really runs, for each kind of data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.config import RunConfig, parse
from core.export import script
from core.export.script import StepKey, step_of
from core.runs.facts import Facts
from core.runs.run import Stage, Status

ROOT = Path(__file__).parents[3]


def config(source: str, model: Path | str = "minilm", **training: Any) -> RunConfig:
    return parse(
        {
            "data": {"source": source, "train_size": 24, "eval_size": 8, "max_length": 32},
            "model": {"name": str(model)},
            "training": {"num_train_epochs": 1, "precision": "fp32", **training},
        }
    )


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    file = tmp_path / "reviews.csv"
    file.write_text("stars,text\n" + "".join(f'{n % 5 + 1},"Review number {n}, so so."\n' for n in range(40)))
    return file


@pytest.mark.parametrize("kind", ["sample", "file"])
def test_the_script_trains(kind: str, reviews: Path, tiny_model: Path, tmp_path: Path) -> None:
    source = "sample:reviews" if kind == "sample" else f"file:{reviews}"
    code = script.script(config(source, tiny_model, early_stopping_patience=1, train_sampling_strategy="random"))
    # The metric comes from the hub in the tutorial; here the same module lies in the project.
    code = code.replace('evaluate.load("accuracy")', f'evaluate.load("{ROOT}/core/metrics/accuracy.py")')
    code = code.replace("args = TrainingArguments(\n", "args = TrainingArguments(\n    use_cpu=True,\n")
    file = tmp_path / "script.py"
    file.write_text(code)
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, str(file)], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "model" / "model.safetensors").is_file()
    assert "eval_accuracy" in done.stdout


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("hub:Yelp/yelp_review_full", "load_dataset('Yelp/yelp_review_full')"),
        ("hub:nyu-mll/glue/sst2", "load_dataset('nyu-mll/glue', 'sst2')"),
        ("file:it's here.tsv", """pd.read_csv("it's here.tsv", sep="\\t", keep_default_na=False)"""),
        ("file:a.jsonl", "pd.read_json('a.jsonl', lines=True)"),
        ("file:a.parquet", "pd.read_parquet('a.parquet')"),
    ],
)
def test_each_source_is_loaded_as_it_should_be_and_all_steps_compile(source: str, line: str) -> None:
    steps = script.steps(config(source))
    assert [step.title for step in steps] == [
        "Load",
        "Subset",
        "Tokenise",
        "Model",
        "Arguments",
        "Metric",
        "Train",
    ]
    assert [step.key for step in steps] == [
        StepKey.LOAD, StepKey.SUBSET, StepKey.TOKENISE, StepKey.MODEL, StepKey.ARGUMENTS, StepKey.METRIC, StepKey.TRAIN
    ]  # fmt: skip
    assert line in steps[0].code
    compile(script.script(config(source)), "script.py", "exec")


def test_a_frozen_encoder_is_frozen_in_the_script_too() -> None:
    lines = script.script(parse({"model": {"freeze_encoder": True}})).splitlines()
    assert "model.base_model.requires_grad_(False)" in lines
    assert "    model.base_model.pooler.requires_grad_(True)" in lines


def test_the_command_survives_a_shell(tmp_path: Path) -> None:
    assert script.command(tmp_path / "it's" / "config.json").startswith("python -m core train '")


@pytest.mark.parametrize("stage", Stage)
def test_a_run_that_prepares_is_at_the_step_that_does_it(stage: Stage) -> None:
    expected = {"reading": "load", "loading": "model", "tokenising": "tokenise", "encoding": "train"}
    assert step_of(Status.PREPARING, str(stage)) == expected.get(stage, "metric")
    assert step_of(Status.PREPARING, None) is step_of(Status.PREPARING, "a later version's") is None


def test_a_run_that_trains_or_scores_is_at_the_step_that_does_it() -> None:
    assert step_of(Status.TRAINING) is step_of(Status.SAVING) is StepKey.TRAIN
    assert step_of(Status.EVALUATING, "reading") is StepKey.METRIC
    assert step_of(Status.QUEUED) is step_of(Status.FINISHED) is None


@pytest.mark.parametrize("task", [None, "classes", "ratings", "of a later version"])
def test_the_metric_is_the_score_by_which_the_task_chooses(task: str | None) -> None:
    code = script.script(config("sample:reviews"), Facts(task=task))
    assert 'metric = evaluate.load("accuracy")' in code
    assert "metric_for_best_model='accuracy'" in code
