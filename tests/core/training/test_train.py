"""Training one run for real, on a tiny model: the stream, halting, divergence, resuming."""

from __future__ import annotations

import errno
import functools
import json
import math
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from transformers import BertForSequenceClassification

from core.config import RunConfig, parse
from core.errors import DataError, DiskFull, DivergedError
from core.evaluation.baselines import baselines
from core.home.places import Home
from core.models import speed
from core.prediction.predictor import Predictor
from core.runs import checkpoints, manifest
from core.runs.facts import Facts
from core.runs.run import Stage, Status
from core.training import train as training
from core.training.sink import Halt
from core.training.train import Outcome


def train(config: RunConfig, folder: Path, sink: Listener, **options: Any) -> Outcome:
    """Train in the home of the test."""
    return training.train(config, folder, sink, home=Home.present(), **options)


@pytest.fixture(autouse=True, scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One home for the module, since one of its runs serves several tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STARBOARD_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@dataclass
class Listener:
    """A Sink that remembers, and halts when told to."""

    halt_when: Callable[[Listener], bool] = lambda _: False
    why: Halt = Halt.STOP
    phases: list[Status] = field(default_factory=list)
    events: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    totals: dict[str, Any] = field(default_factory=dict)

    def phase(self, status: Status) -> None:
        self.phases.append(status)

    def emit(self, kind: str, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        self.events.append((kind, step, dict(values)))

    def update(self, **values: Any) -> None:
        self.facts |= values.pop("facts", Facts()).to_dict()
        self.totals |= values

    def halt(self) -> Halt | None:
        return self.why if self.halt_when(self) else None

    def of(self, kind: str) -> list[tuple[int, dict[str, Any]]]:
        return [(step, values) for each, step, values in self.events if each == kind]


def tiny(model: Path, **changes: Any) -> RunConfig:
    """40 + 16 sample reviews, batches of 8, 2 epochs: 10 steps."""
    base = {
        "data": {"train_size": 40, "eval_size": 16, "max_length": 32},
        "model": {"name": str(model)},
        "training": {"num_train_epochs": 2, "precision": "fp32", "learning_rate": 1e-3},
    }
    return parse(base).replace(changes)


def weights(folder: Path) -> dict[str, Any]:
    return dict(load_file(folder / "model" / "model.safetensors"))


def same(one: Path, two: Path) -> bool:
    left, right = weights(one), weights(two)
    return left.keys() == right.keys() and all((left[name] == right[name]).all() for name in left)


def test_a_run_streams_every_step_and_evaluation_and_leaves_a_standard_model(tiny_model: Path, tmp_path: Path) -> None:
    listener = Listener()
    outcome = train(tiny(tiny_model), tmp_path / "run", listener)
    assert (outcome.halted, outcome.step) == (None, 10)
    assert listener.totals["total_steps"] == 10
    assert [step for step, _ in listener.of("train")] == list(range(1, 11))
    assert [step for step, _ in listener.of("eval")] == [0, 5, 10]
    step_values = listener.of("train")[0][1]
    assert set(step_values) == {
        "loss", "accuracy", "learning_rate", "grad_norm", "samples_per_second", "tokens_per_second"
    }  # fmt: skip
    assert all(math.isfinite(value) for value in step_values.values())
    assert all(values["accuracy"] * 8 == round(values["accuracy"] * 8) for _, values in listener.of("train"))
    scores = listener.of("eval")[-1][1]
    assert set(scores) == {
        "loss", "accuracy", "macro_f1", "stars_mae", "within_one_star", "quadratic_kappa"
    }  # fmt: skip
    assert listener.phases == [
        Status.EVALUATING, Status.TRAINING, Status.EVALUATING, Status.TRAINING, Status.EVALUATING, Status.SAVING
    ]  # fmt: skip
    assert not {"baseline", "tfidf"} & listener.facts.keys(), "nobody asked for a comparison"
    names = json.loads((tmp_path / "run" / "model" / "config.json").read_text())["id2label"]
    assert names == {"0": "1 star", "1": "2 stars", "2": "3 stars", "3": "4 stars", "4": "5 stars"}


def test_the_loss_is_cross_entropy_whatever_the_accumulation(tiny_model: Path, tmp_path: Path) -> None:
    plain, summed = Listener(), Listener()
    train(tiny(tiny_model), tmp_path / "a", plain)
    accumulation = {"training.gradient_accumulation_steps": 2, "training.per_device_train_batch_size": 4}
    train(tiny(tiny_model, **accumulation), tmp_path / "b", summed)
    assert len(summed.of("train")) == 10
    assert plain.of("train")[0][1]["loss"] == pytest.approx(math.log(5), abs=0.15)
    assert summed.of("train")[0][1]["loss"] == pytest.approx(math.log(5), abs=0.15)


def test_the_same_seed_gives_the_same_weights_and_another_seed_does_not(tiny_model: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train(tiny(tiny_model, **{"training.seed": seed}), tmp_path / name, Listener())
    assert same(tmp_path / "a", tmp_path / "b")
    assert not same(tmp_path / "a", tmp_path / "c")


ORDERS: dict[str, dict[str, Any]] = {
    "random": {"training.train_sampling_strategy": "random"},
    "plain": {"training.plain": True, "model.freeze_encoder": True},
    "by length": {"training.train_sampling_strategy": "group_by_length"},
    "accumulated": {"training.gradient_accumulation_steps": 2, "training.per_device_train_batch_size": 4},
    "bf16": {"training.precision": "bf16"},
    "head only": {"model.freeze_encoder": True},
}


@pytest.fixture(scope="module", params=ORDERS)
def whole(
    request: pytest.FixtureRequest, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[RunConfig, Path]:
    """An uninterrupted run, for each order."""
    config = tiny(tiny_model, **ORDERS[request.param])
    folder = tmp_path_factory.mktemp("whole")
    train(config, folder, Listener())
    return config, folder


# In the first epoch, at its end (where an evaluation is due), in the second, and after the last step.
@pytest.mark.parametrize("stop_at", [3, 5, 8, 10])
def test_a_stopped_and_resumed_run_ends_with_the_weights_of_an_uninterrupted_one(
    whole: tuple[RunConfig, Path], tmp_path: Path, stop_at: int
) -> None:
    config, expected = whole
    folder = tmp_path / "parts"

    def at_the_step(listener: Listener) -> bool:
        # The request is seen after the step that follows the last one in the stream.
        return len(listener.of("train")) >= stop_at - 1

    stopped = train(config, folder, Listener(halt_when=at_the_step))
    assert (stopped.halted, stopped.step) == (Halt.STOP, stop_at)
    checkpoint = checkpoints.last(folder)
    assert checkpoint is not None
    assert checkpoints.step_of(checkpoint) == stop_at
    listener = Listener()
    resumed = train(config, folder, listener, checkpoint=checkpoint)
    assert resumed.step == 10
    assert [step for step, _ in listener.of("train")] == list(range(stop_at + 1, 11))
    assert [step for step, _ in listener.of("eval")] == [step for step in (5, 10) if step >= stop_at]
    for each in (folder / "checkpoints").iterdir():
        assert manifest.fault(each, thorough=True) is None, "also where an owed evaluation was noted later"
    assert same(expected, folder)


def test_a_run_stopped_inside_an_evaluation_goes_on_as_if_it_had_not_been(tiny_model: Path, tmp_path: Path) -> None:
    config = tiny(tiny_model, **{"training.early_stopping_patience": 1, "training.num_train_epochs": 6.0})
    expected = Listener()
    whole = train(config, tmp_path / "whole", expected)

    def evaluating(listener: Listener) -> bool:
        return listener.phases[-1:] == [Status.EVALUATING] and bool(listener.of("train"))

    # Each part makes one epoch and is stopped inside its evaluation, so the next part has to make up for it.
    heard, checkpoint = [], None
    for _ in range(10):
        listener = Listener(halt_when=evaluating)
        outcome = train(config, tmp_path / "parts", listener, checkpoint=checkpoint)
        heard.append(listener)
        checkpoint = checkpoints.last(tmp_path / "parts")
        if outcome.halted is None:
            break
    assert outcome == whole
    assert [each for part in heard for each in part.of("eval")] == expected.of("eval")
    assert same(tmp_path / "whole", tmp_path / "parts")


@pytest.mark.parametrize("stage", [Stage.READING, Stage.LOADING, Stage.TOKENISING, Stage.COMPARING])
def test_a_stop_while_preparing_ends_there(tiny_model: Path, tmp_path: Path, stage: Stage) -> None:
    def preparing(listener: Listener) -> bool:
        entered = [values["stage"] for _, values in listener.of("phase")]
        return entered[-1:] == [stage]

    listener = Listener(halt_when=preparing)
    assert train(tiny(tiny_model), tmp_path / "run", listener, compare=baselines) == Outcome(Halt.STOP, 0)
    assert listener.of("phase")[-1][1] == {"phase": "preparing", "stage": stage}
    assert not listener.phases
    assert not (tmp_path / "run" / "model").exists()


def test_a_stop_inside_the_first_evaluation_leaves_no_model(tiny_model: Path, tmp_path: Path) -> None:
    listener = Listener(halt_when=lambda listener: listener.phases[-1:] == [Status.EVALUATING])
    assert train(tiny(tiny_model), tmp_path / "run", listener) == Outcome(Halt.STOP, 0)
    assert not (tmp_path / "run" / "model").exists()


def test_a_stop_while_a_checkpoint_is_written_waits_for_one_step(tiny_model: Path, tmp_path: Path) -> None:
    evaluated = Listener(halt_when=lambda listener: [step for step, _ in listener.of("eval")] == [0, 5])
    assert train(tiny(tiny_model), tmp_path / "run", evaluated) == Outcome(Halt.STOP, 6)


def test_a_stop_while_the_finished_model_is_saved_changes_nothing(tiny_model: Path, tmp_path: Path) -> None:
    saving = Listener(halt_when=lambda listener: listener.phases[-1:] == [Status.SAVING])
    assert train(tiny(tiny_model), tmp_path / "run", saving) == Outcome(None, 10)


def test_a_run_stopped_at_its_last_step_within_an_epoch_only_lacks_the_evaluation(
    tiny_model: Path, tmp_path: Path
) -> None:
    config = tiny(tiny_model, **{"training.num_train_epochs": 0.6})
    train(config, tmp_path / "run", Listener(halt_when=lambda listener: len(listener.of("train")) == 2))
    listener = Listener()
    resumed = train(config, tmp_path / "run", listener, checkpoint=checkpoints.last(tmp_path / "run"))
    assert resumed == Outcome(None, 3)
    assert ([step for step, _ in listener.of("eval")], listener.of("train")) == ([3], [])


def test_a_finished_run_goes_on_for_more_epochs_at_the_rates_of_the_longer_schedule(
    tiny_model: Path, tmp_path: Path
) -> None:
    train(tiny(tiny_model), tmp_path / "run", Listener())
    longer = tiny(tiny_model, **{"training.num_train_epochs": 4.0})
    listener, whole = Listener(), Listener()
    train(longer, tmp_path / "run", listener, checkpoint=checkpoints.last(tmp_path / "run"))
    train(longer, tmp_path / "whole", whole)
    assert [step for step, _ in listener.of("train")] == list(range(11, 21))
    assert [step for step, _ in listener.of("eval")] == [15, 20]
    rates = [[values["learning_rate"] for _, values in each.of("train")[-10:]] for each in (listener, whole)]
    assert rates[0] == rates[1]
    assert min(rates[0]) > 0


def test_within_an_epoch_checkpoints_are_written_after_the_time_that_was_set(tiny_model: Path, tmp_path: Path) -> None:
    config = tiny(tiny_model, **{"training.save_minutes": 1e-9, "training.save_total_limit": 20})
    train(config, tmp_path / "often", Listener())
    kept = sorted(int(each.name[11:]) for each in (tmp_path / "often" / "checkpoints").iterdir())
    assert kept == list(range(1, 11))
    train(tiny(tiny_model), tmp_path / "plain", Listener())
    assert same(tmp_path / "often", tmp_path / "plain")
    resumed = tmp_path / "resumed"
    shutil.copytree(tmp_path / "often" / "checkpoints" / "checkpoint-7", resumed / "checkpoints" / "checkpoint-7")
    train(config, resumed, Listener(), checkpoint=checkpoints.last(resumed))
    assert same(resumed, tmp_path / "plain")


def test_a_disk_that_fills_up_while_saving_leaves_what_was_there(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = torch.save

    def full(what: object, file: str, *rest: Any) -> None:
        # The second checkpoint's optimizer is the file for which there is no room.
        if "checkpoint-10" in str(file):
            Path(file).write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device", file)
        real(what, file, *rest)

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(OSError, match="No space left"):
        train(tiny(tiny_model), tmp_path / "run", Listener())
    assert [each.name for each in (tmp_path / "run" / "checkpoints").iterdir()] == ["checkpoint-5"]
    monkeypatch.undo()
    checkpoint = checkpoints.last(tmp_path / "run")
    assert train(tiny(tiny_model), tmp_path / "run", Listener(), checkpoint=checkpoint) == Outcome(None, 10)


def test_a_run_that_the_disk_cannot_take_does_not_begin(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2_000_000))
    listener = Listener()
    with pytest.raises(DiskFull, match=r"needs about \d+ MB .* has 2 MB left") as caught:
        train(tiny(tiny_model), tmp_path / "run", listener)
    assert "training.save_total_limit is 2" in caught.value.advice
    assert not listener.of("train")


def test_a_stop_inside_an_evaluation_keeps_the_model_of_that_step(tiny_model: Path, tmp_path: Path) -> None:
    def evaluating_after_step_5(listener: Listener) -> bool:
        return len(listener.of("train")) == 5 and listener.phases[-1] is Status.EVALUATING

    outcome = train(tiny(tiny_model), tmp_path / "run", Listener(halt_when=evaluating_after_step_5))
    assert (outcome.halted, outcome.step) == (Halt.STOP, 5)
    assert (tmp_path / "run" / "model" / "model.safetensors").is_file()
    assert checkpoints.last(tmp_path / "run") is not None


def test_a_stop_before_the_first_step_leaves_no_model(tiny_model: Path, tmp_path: Path) -> None:
    outcome = train(tiny(tiny_model), tmp_path / "run", Listener(halt_when=lambda _: True, why=Halt.SHUTDOWN))
    assert (outcome.halted, outcome.step) == (Halt.SHUTDOWN, 0)
    assert not (tmp_path / "run" / "model").exists()


def test_an_exploding_loss_fails_with_step_and_advice(tiny_model: Path, tmp_path: Path) -> None:
    config = tiny(tiny_model, **{"training.learning_rate": 100.0, "training.num_train_epochs": 10.0})
    with pytest.raises(DivergedError, match=r"at step \d+|up to step \d+") as caught:
        train(config, tmp_path / "run", Listener())
    assert "Lower the learning rate" in caught.value.advice


def test_early_stopping_keeps_the_best_and_only_two_checkpoints_stay(tiny_model: Path, tmp_path: Path) -> None:
    listener = Listener()
    config = tiny(
        tiny_model,
        **{
            "training.early_stopping_patience": 2,
            "training.num_train_epochs": 20.0,
            "training.learning_rate": 1e-6,
        },
    )
    outcome = train(config, tmp_path / "run", listener)
    evaluations = dict(listener.of("eval"))
    assert outcome.step < 100
    after_training = {step: values["accuracy"] for step, values in evaluations.items() if step}
    assert after_training[outcome.step] == max(after_training.values())
    assert len(list((tmp_path / "run" / "checkpoints").glob("checkpoint-*"))) <= 2


@pytest.mark.parametrize("rank", [0, 4])
def test_accumulated_batches_have_a_mean_loss(tiny_model: Path, tmp_path: Path, rank: int) -> None:
    listener = Listener()
    changes = {"model.lora_rank": rank, "training.gradient_accumulation_steps": 4, "training.num_train_epochs": 1.0}
    train(tiny(tiny_model, **changes), tmp_path / "run", listener)
    assert listener.of("train")[0][1]["loss"] == pytest.approx(math.log(5), abs=0.3)


def test_lora_trains_few_weights_and_saves_a_plain_model(tiny_model: Path, tmp_path: Path) -> None:
    from core.models import loading

    outcome = train(tiny(tiny_model, **{"model.lora_rank": 4}), tmp_path / "run", Listener())
    assert outcome.step == 10
    _tokenizer, model = loading.saved(tmp_path / "run" / "model")
    assert model.config.num_labels == 5


def test_frozen_embeddings_do_not_move(tiny_model: Path, tmp_path: Path) -> None:
    train(tiny(tiny_model, **{"model.freeze_embeddings": True}), tmp_path / "run", Listener())
    before = load_file(tiny_model / "model.safetensors")["bert.embeddings.word_embeddings.weight"]
    assert (weights(tmp_path / "run")["bert.embeddings.word_embeddings.weight"] == before).all()


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_head_only_moves_the_head_alone_and_saves_a_plain_model(
    tiny_model: Path, tmp_path: Path, precision: str
) -> None:
    listener = Listener()
    config = tiny(tiny_model, **{"model.freeze_encoder": True, "training.precision": precision})
    assert train(config, tmp_path / "run", listener) == Outcome(None, 10)
    before, after = load_file(tiny_model / "model.safetensors"), weights(tmp_path / "run")
    moved = {name for name in before if name.startswith("bert") and (before[name] != after[name]).any()}
    assert moved == {"bert.pooler.dense.weight", "bert.pooler.dense.bias"}
    assert np.abs(after["classifier.bias"]).max() > 0
    assert "tokens_per_second" not in listener.of("train")[0][1]
    assert Stage.ENCODING in [values["stage"] for _, values in listener.of("phase")]
    predicted = Predictor(tmp_path / "run" / "model", max_length=32)(["Very good food."])[0]
    assert sum(predicted.scores.values()) == pytest.approx(1)


def test_every_evaluation_review_counts_once_whatever_the_batches(tiny_model: Path, tmp_path: Path) -> None:
    # 41 training reviews leave a last batch of one, which accelerate would take for the evaluation's, too.
    sizes = {"data.train_size": 41, "data.eval_size": 23}
    listeners = []
    for batch in (1, 5, 256):
        listeners.append(Listener())
        config = tiny(tiny_model, **sizes, **{"training.per_device_eval_batch_size": batch})
        train(config, tmp_path / str(batch), listeners[-1])
    one, five, many = ([values for _, values in listener.of("eval")] for listener in listeners)
    for scores in (five, many):
        for left, right in zip(one, scores, strict=True):
            assert left["accuracy"] * 23 == pytest.approx(round(left["accuracy"] * 23))
            assert left == pytest.approx(right, rel=1e-4)


def test_checkpoints_hold_the_whole_vocabulary(tiny_model: Path, tmp_path: Path) -> None:
    train(tiny(tiny_model), tmp_path / "run", Listener())
    name = "bert.embeddings.word_embeddings.weight"
    before, after = load_file(tiny_model / "model.safetensors")[name], weights(tmp_path / "run")[name]
    checkpoint = checkpoints.last(tmp_path / "run")
    assert checkpoint is not None
    assert (load_file(checkpoint / "model.safetensors")[name] == after).all()
    assert before.shape == after.shape
    same_rows = (before == after).all(axis=1)
    assert 0.5 < same_rows.mean() < 1, "words that occur moved, the others stayed"


def test_a_run_does_not_go_on_with_other_reviews(tiny_model: Path, tmp_path: Path) -> None:
    train(tiny(tiny_model), tmp_path / "run", Listener())
    other = tiny(tiny_model, **{"data.seed": 7, "training.num_train_epochs": 3.0})
    with pytest.raises(DataError, match="not what the checkpoint was trained on"):
        train(other, tmp_path / "run", Listener(), checkpoint=checkpoints.last(tmp_path / "run"))


@pytest.fixture
def calm(tiny_model: Path, tmp_path: Path) -> Path:
    """The tiny model without dropout, whose random numbers depend on the shape of a batch."""
    config = json.loads((tiny_model / "config.json").read_text())
    folder = tmp_path / "calm"
    shutil.copytree(tiny_model, folder)
    (folder / "config.json").write_text(json.dumps(config | {"hidden_dropout_prob": 0.0}))
    return folder


def before_training_on(monkeypatch: pytest.MonkeyPatch, look: Callable[[torch.Size], object]) -> None:
    """Have the shape of all that the model trains on looked at first, (rows, tokens)."""
    real = BertForSequenceClassification.forward

    @functools.wraps(real)
    def forward(self: Any, **inputs: Any) -> Any:
        if self.training:
            look(inputs["input_ids"].shape)
        return real(self, **inputs)

    monkeypatch.setattr(BertForSequenceClassification, "forward", forward)


def learns_the_same(one: Listener, other: Listener) -> None:
    for (_, left), (_, right) in zip(one.of("train"), other.of("train"), strict=True):
        assert left["accuracy"] == right["accuracy"]
        assert left["loss"] == pytest.approx(right["loss"], abs=1e-4)
        assert left["grad_norm"] == pytest.approx(right["grad_norm"], rel=1e-2)


def test_a_batch_that_does_not_fit_into_memory_is_trained_in_parts_with_the_same_result(
    calm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, parts = Listener(), Listener()
    train(tiny(calm), tmp_path / "whole", whole)

    def small_memory(shape: torch.Size) -> None:
        if shape[0] > 3:
            raise torch.OutOfMemoryError("out of memory")

    before_training_on(monkeypatch, small_memory)
    train(tiny(calm), tmp_path / "parts", parts)
    said = [values["text"] for _, values in parts.of("message")]
    assert [text for text in said if "Memory is short" in text] == [
        f"Memory is short: each batch is trained in {count} parts, which changes nothing in the result."
        for count in (2, 4)
    ]
    learns_the_same(whole, parts)


def test_a_batch_that_does_not_fit_into_caches_is_trained_in_parts_with_the_same_result(
    calm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, parts = Listener(), Listener()
    train(tiny(calm), tmp_path / "whole", whole)
    read: list[torch.Size] = []
    before_training_on(monkeypatch, read.append)
    monkeypatch.setattr(speed, "PROCESSOR_TOKENS", 100)
    train(tiny(calm), tmp_path / "parts", parts)
    assert len(read) > 10, "there are 10 steps"
    assert max(shape.numel() for shape in read) <= 100
    learns_the_same(whole, parts)


def test_memory_that_does_not_suffice_for_a_single_review_fails_the_run(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @functools.wraps(BertForSequenceClassification.forward)
    def no_memory(self: Any, *_: Any, **__: Any) -> Any:
        raise torch.OutOfMemoryError("out of memory")

    monkeypatch.setattr(BertForSequenceClassification, "forward", no_memory)
    with pytest.raises(torch.OutOfMemoryError):
        train(tiny(tiny_model, **{"training.eval_on_start": False}), tmp_path / "run", Listener())


def test_more_tokens_than_the_model_reads_are_clipped_with_a_word(tiny_model: Path, tmp_path: Path) -> None:
    listener = Listener()
    train(
        tiny(tiny_model, **{"data.max_length": 512, "training.num_train_epochs": 0.2}),
        tmp_path / "run",
        listener,
    )
    assert listener.facts["max_length"] == 128
    assert any("at most 128 tokens" in values["text"] for _, values in listener.of("message"))
