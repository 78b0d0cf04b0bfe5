"""The plain script of a run is the same run: its rows, its order, its scores; for every source and every quick part."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.config import RunConfig, parse
from core.export import levers, script
from core.export.script import StepKey, step_of
from core.home.places import Home
from core.runs.facts import Facts
from core.runs.run import Stage, Status
from core.runs.store import Store
from core.training.arguments import keeps_best
from core.training.train import train
from tests.core.training.test_architectures import CONFIGS
from tests.core.work.trainings import trained

ROOT = Path(__file__).parents[3]
ALLOWED = {"transformers", "datasets", "evaluate", "torch", "pandas", "peft", "numpy", "csv", "json", "sys"}


class Watched:
    """A sink that keeps the facts, the losses and the scores."""

    def __init__(self) -> None:
        self.facts = Facts()
        self.losses: list[float] = []
        self.evaluations: list[dict[str, float]] = []

    def phase(self, status: Status) -> None: ...

    def emit(self, kind: str, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        if kind == "train":
            self.losses.append(values["loss"])
        if kind == "eval":
            self.evaluations.append(dict(values))

    def update(self, **values: Any) -> None:
        self.facts = values.get("facts", self.facts)

    def halt(self) -> None:
        return None

    def scores(self, run: RunConfig) -> dict[str, float]:
        """Of the weights with which the run ended: the best ones or the last."""
        if not keeps_best(run.training):
            return self.evaluations[-1]
        return max(self.evaluations, key=lambda scores: scores["accuracy"])


def config(source: str, model: Path | str, **changes: Any) -> RunConfig:
    """40 + 16 reviews, batches of 8, 2 epochs: 10 steps."""
    base = {
        "data": {"source": source, "train_size": 40, "eval_size": 16, "max_length": 32},
        "model": {"name": str(model)},
        "training": {"num_train_epochs": 2, "precision": "fp32", "learning_rate": 1e-3},
    }
    return parse(base).replace(changes)


def executed(code: str, folder: Path) -> dict[str, Any]:
    """The names that a script leaves, run in this process and in a folder of its own."""
    file = folder / "script.py"
    file.write_text(code, encoding="utf-8")
    path = list(sys.path)
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        try:
            return runpy.run_path(str(file))
        finally:
            sys.path[:] = path


def both(run: RunConfig, tmp_path: Path) -> tuple[Watched, dict[str, Any]]:
    """A run, and what its script left."""
    watched = Watched()
    train(run, tmp_path / "run", watched, home=Home(tmp_path / "home"))
    return watched, executed(script.script(run, watched.facts), tmp_path)


def losses(names: Mapping[str, Any]) -> list[float]:
    return [entry["loss"] for entry in names["trainer"].state.log_history if "loss" in entry]


def scores(names: Mapping[str, Any]) -> dict[str, float]:
    last = names["trainer"].state.log_history[-1]
    return {name.removeprefix("eval_"): value for name, value in last.items()}


@pytest.fixture(scope="module")
def reviews(real_reviews: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"file:{real_reviews}"


@pytest.fixture(scope="module")
def without_dropout(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, every share of whose dropouts is 0."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = tmp_path_factory.mktemp("still") / "model"
    model = AutoModelForSequenceClassification.from_pretrained(tiny_model)
    model.config.hidden_dropout_prob = model.config.attention_probs_dropout_prob = 0.0
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(tiny_model).save_pretrained(folder)
    return folder


WAYS: dict[str, dict[str, Any]] = {
    "random order": {"training.train_sampling_strategy": "random"},
    "length-grouped order": {"training.train_sampling_strategy": "group_by_length"},
    "accumulation": {"training.gradient_accumulation_steps": 2, "training.per_device_train_batch_size": 4},
    "head only": {"model.freeze_encoder": True},
    "LoRA": {"model.lora_rank": 4},
    "frozen embeddings": {"model.freeze_embeddings": True, "training.label_smoothing_factor": 0.1},
    "early stopping": {"training.early_stopping_patience": 1, "training.eval_on_start": False},
    "stratified": {"data.subset": "stratified"},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_plain_run_and_its_script_end_with_the_same_scores(
    way: str, reviews: str, tiny_model: Path, tmp_path: Path
) -> None:
    run = config(reviews, tiny_model, **{"training.plain": True, "model.attention_dropout": 0.1}, **WAYS[way])
    watched, names = both(run, tmp_path)
    assert losses(names) == pytest.approx(watched.losses, abs=1e-6), "with dropout too: both draw the same numbers"
    last, expected = scores(names), watched.scores(run)
    assert {name: last[name] for name in expected} == pytest.approx(expected, abs=1e-6)
    assert not levers.left_out(run, watched.facts.observed)


@pytest.mark.parametrize("way", [each for each in WAYS if each != "stratified"])
def test_without_dropout_the_quick_parts_change_the_last_digits_only(
    way: str, reviews: str, without_dropout: Path, tmp_path: Path
) -> None:
    run = config(reviews, without_dropout, **WAYS[way])
    watched, names = both(run, tmp_path)
    assert losses(names) == pytest.approx(watched.losses, abs=1e-4)
    assert scores(names)["loss"] == pytest.approx(watched.scores(run)["loss"], abs=1e-4)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_with_dropout_the_quick_parts_draw_other_numbers_and_the_script_says_so(
    precision: str, reviews: str, tiny_model: Path, tmp_path: Path
) -> None:
    run = config(reviews, tiny_model, **{"training.precision": precision, "training.learning_rate": 1e-4})
    watched, names = both(run, tmp_path)
    assert names["args"].bf16 is (precision == "bf16")
    assert losses(names) != pytest.approx(watched.losses, abs=1e-6)
    assert losses(names) == pytest.approx(watched.losses, abs=0.15), "no more than another seed"
    head = script.script(run, watched.facts).split("# 1. Load")[0]
    assert "With dropout the two draw different random numbers" in head
    assert ("attention as bf16 products" in head) is (precision == "bf16")


@pytest.mark.parametrize("kind", ["distilbert", "roberta", "modernbert", "gpt2", "xlnet"])
def test_every_architecture_takes_what_its_script_passes(kind: str, reviews: str, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, GPT2Config, XLNetConfig

    from core.models import loading

    others = {
        "gpt2": lambda words: GPT2Config(vocab_size=words, n_embd=32, n_layer=2, n_head=2, n_positions=64),
        "xlnet": lambda words: XLNetConfig(vocab_size=words, d_model=32, n_layer=2, n_head=2, d_inner=32),
    }
    tokenizer: Any = loading.load_tokenizer("minilm")
    torch.manual_seed(0)
    settings = (CONFIGS | others)[kind](len(tokenizer))
    AutoModelForSequenceClassification.from_config(settings).save_pretrained(tmp_path / kind)
    if kind == "gpt2":
        # Its own names none: the end of a text pads.
        tokenizer.pad_token, tokenizer.eos_token = None, "[SEP]"
    tokenizer.save_pretrained(tmp_path / kind)
    run = config(reviews, tmp_path / kind, **{"training.plain": True, "model.attention_dropout": 0.1})
    watched, names = both(run, tmp_path)
    assert losses(names) == pytest.approx(watched.losses, abs=1e-6)
    assert ("tokenizer.pad_token = '[SEP]'" in script.script(run, watched.facts)) is (kind == "gpt2")


def test_every_quick_part_is_named_where_it_applies() -> None:
    observed = Facts.read({"observed": OBSERVED}).observed
    assert observed is not None
    runs = [parse({}), parse({"model": {"freeze_encoder": True}}), parse({"model": {"lora_rank": 4}})]
    seen = {lever.name for run in runs for lever in levers.left_out(run, observed)}
    assert seen == {lever.name for lever in levers.LEVERS}
    assert not levers.left_out(parse({"training": {"plain": True}}), observed)


OBSERVED: dict[str, Any] = {
    "layout": {},
    "eval_split": "test",
    "cells": [["good", 1], ["bad", 0]],
    "as_text": False,
    "incomplete": False,
    "train_how": "shuffled",
    "eval_how": "shuffled",
    "dropouts": [],
    "pad_token": None,
    "bf16": True,
    "device": "cpu",
}


def test_the_command_writes_a_script_that_needs_nothing_of_starboard_and_no_network(
    home: Path, reviews: str, tiny_model: Path, tmp_path: Path
) -> None:
    store = Store(Home(home))
    run = trained(store, config(reviews, tiny_model, **{"training.plain": True}))
    env = os.environ | {"HF_ENDPOINT": "http://127.0.0.1:1", "HF_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "core", "script", run.id]
    written = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    roots = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(written))
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "")])
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert roots <= ALLOWED
    file = tmp_path / "run.py"
    file.write_text(written, encoding="utf-8")
    done = subprocess.run([sys.executable, file.name], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = ast.literal_eval(done.stdout.splitlines()[-1])
    assert {name: float(printed[f"eval_{name}"]) for name in run.eval} == pytest.approx(run.eval, abs=1e-3)
    from transformers import AutoConfig

    saved = AutoConfig.from_pretrained(tmp_path / "model")
    assert tuple(saved.id2label.values()) == run.facts.classes == ("1 star", "2 stars", "3 stars", "4 stars", "5 stars")


def test_the_bundled_reviews_are_found_from_anywhere(tiny_model: Path, tmp_path: Path) -> None:
    watched, names = both(config("sample:reviews", tiny_model, **{"training.plain": True}), tmp_path)
    assert losses(names) == pytest.approx(watched.losses, abs=1e-6)


def test_several_processes_are_one_with_the_batch_of_them_all() -> None:
    code = script.script(parse({"training": {"processes": 2, "per_device_train_batch_size": 4}}), Facts(processes=2))
    assert "    per_device_train_batch_size=8,\n" in code


def test_a_run_of_an_earlier_version_says_that_its_script_is_a_guess() -> None:
    code = script.script(parse({}), Facts(classes=("a", "b")))
    assert "an earlier version did not write it down" in code
    compile(code, "script.py", "exec")


def test_what_a_run_from_elsewhere_says_of_itself_becomes_no_code() -> None:
    evil = OBSERVED | {"dropouts": ["x=print('!') or 1, attention_dropout"]}
    assert Facts.read({"observed": evil}).observed is None
    facts = Facts.read(
        {
            "task": "x\nprint('!')",
            "classes": ["a'\nprint('!')\n#", "b"],
            "text_column": "t'\nprint('!')#",
            "observed": OBSERVED | {"layout": {"path": "x'\nprint('!')"}, "eval_split": "t'\nprint('!')#"},
        }
    )
    code = script.script(
        parse({"data": {"source": "file:x'+print('!')+'.csv"}, "model": {"name": "x'+print('!')#"}}), facts
    )
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    assert [ast.unparse(call) for call in calls if ast.unparse(call.func) == "print"] == ["print(trainer.evaluate())"]


def test_the_scores_are_those_of_the_run(tmp_path: Path) -> None:
    from core.tasks import TASKS

    rng = np.random.default_rng(0)
    names, ratings = ["1", "2", "3", "4", "5"], (1.0, 2.0, 3.0, 4.0, 5.0)
    for task in TASKS.values():
        made = task.of_model(names, ratings if task.name == "ratings" else None)
        code = script.steps(parse({}), Facts(task=task.name, classes=tuple(names), ratings=ratings))[5].code
        found: dict[str, Any] = {"classes": names}
        exec(code, found)
        for classes in (5, 3, 1):
            labels, logits = rng.integers(0, classes, 60), rng.normal(size=(60, classes))
            logits = np.pad(logits, ((0, 0), (0, 5 - classes)), constant_values=-9)
            expected = made.evaluator(tmp_path)(logits.argmax(-1), labels)
            assert found["compute_metrics"]((logits, labels)) == pytest.approx(expected, abs=1e-12)


def test_all_steps_have_names_and_compile_before_a_run() -> None:
    for source in ("sample:reviews", "hub:Yelp/yelp_review_full", "hub:nyu-mll/glue/sst2", "file:it's here.tsv"):
        steps = script.steps(config(source, "minilm"))
        assert [(step.key, step.title) for step in steps] == [
            (StepKey.LOAD, "Load"),
            (StepKey.SUBSET, "Subset"),
            (StepKey.TOKENISE, "Tokenise"),
            (StepKey.MODEL, "Model"),
            (StepKey.ARGUMENTS, "Arguments"),
            (StepKey.METRIC, "Metric"),
            (StepKey.TRAIN, "Train"),
        ]
        compile(script.script(config(source, "minilm")), "script.py", "exec")


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
