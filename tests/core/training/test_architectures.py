"""Every architecture that the catalogue names: trained whole, with LoRA and head only, in fp32 and bf16, gone on with,
predicted with, and a review alone scored as among others. The models are tiny and have random weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    DistilBertConfig,
    ModernBertConfig,
    RobertaConfig,
    pipeline,
)

from core.config import RunConfig, parse
from core.home.places import Home
from core.models import loading
from core.models.catalogue import CATALOGUE
from core.prediction.predictor import Predictor
from core.runs import checkpoints
from core.runs.run import Status
from core.training.sink import Halt
from core.training.train import Outcome, train

SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
SPECIAL = {"pad_token_id": 0, "cls_token_id": 101, "sep_token_id": 102, "bos_token_id": 101, "eos_token_id": 102}
CONFIGS: dict[str, Callable[[int], Any]] = {
    "bert": lambda words: BertConfig(vocab_size=words, max_position_embeddings=64, **SMALL),
    "distilbert": lambda words: DistilBertConfig(
        vocab_size=words, dim=32, n_layers=2, n_heads=2, hidden_dim=32, max_position_embeddings=64
    ),
    "roberta": lambda words: RobertaConfig(vocab_size=words, max_position_embeddings=66, pad_token_id=0, **SMALL),
    "modernbert": lambda words: ModernBertConfig(vocab_size=words, max_position_embeddings=64, **SMALL, **SPECIAL),
}
# What each entry of the catalogue is built as.
ARCHITECTURES = {
    "minilm": "bert",
    "multilingual": "bert",
    "sbintuitions/modernbert-ja-30m": "modernbert",
    "sbintuitions/modernbert-ja-130m": "modernbert",
    "google/bert_uncased_L-2_H-128_A-2": "bert",
    "google-bert/bert-base-cased": "bert",
    "distilbert/distilbert-base-uncased": "distilbert",
    "FacebookAI/roberta-base": "roberta",
    "jhu-clsp/ettin-encoder-17m": "modernbert",
    "jhu-clsp/ettin-encoder-32m": "modernbert",
    "jhu-clsp/ettin-encoder-68m": "modernbert",
    "jhu-clsp/ettin-encoder-150m": "modernbert",
    "answerdotai/ModernBERT-base": "modernbert",
}
WAYS: dict[str, dict[str, Any]] = {
    "whole": {"training.learning_rate": 1e-3},
    "LoRA": {"model.lora_rank": 4, "training.learning_rate": 1e-2},
    "head only": {"model.freeze_encoder": True, "training.learning_rate": 1e-2},
}
TEXTS = ["Nice.", "The soup was cold, the waiter was rude and we shall never come back again.", "Good enough for me."]


class Recorder:
    """A Sink that stops after a step, if it is told to."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.losses: list[float] = []
        self._stop_after = stop_after

    def phase(self, status: Status) -> None:
        pass

    def emit(self, kind: str, values: Mapping[str, Any], *, step: int = 0, epoch: float = 0.0) -> None:
        if kind == "train":
            self.losses.append(values["loss"])

    def update(self, **values: Any) -> None:
        pass

    def halt(self) -> Halt | None:
        return Halt.STOP if self._stop_after is not None and len(self.losses) >= self._stop_after else None


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """A folder with a model of an architecture, made once."""
    place, made = tmp_path_factory.mktemp("models"), dict[str, Path]()

    def folder(kind: str) -> Path:
        if kind not in made:
            tokenizer = loading.load_tokenizer("minilm")
            torch.manual_seed(0)
            made[kind] = place / kind
            AutoModelForSequenceClassification.from_config(CONFIGS[kind](len(tokenizer))).save_pretrained(made[kind])
            tokenizer.model_max_length = 64
            tokenizer.save_pretrained(made[kind])
        return made[kind]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STARBOARD_HOME", str(tmp_path_factory.mktemp("home")))
        yield folder


def config(folder: Path, precision: str, way: dict[str, Any]) -> RunConfig:
    base = parse(
        {
            "data": {"train_size": 32, "eval_size": 16, "max_length": 48},
            "model": {"name": str(folder), "attention_dropout": 0.1},
            "training": {"num_train_epochs": 2.0, "precision": precision, "seed": 3},
        }
    )
    return base.replace(way)


def weights(folder: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = load_file(folder / "model" / "model.safetensors")
    return found


def test_every_model_of_the_catalogue_has_its_architecture_here() -> None:
    assert {model.name for model in CATALOGUE} == set(ARCHITECTURES)
    assert set(ARCHITECTURES.values()) == set(CONFIGS)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", CONFIGS)
def test_it_trains_goes_on_and_predicts(
    folders: Callable[[str], Path], tmp_path: Path, kind: str, way: str, precision: str
) -> None:
    settings, home = config(folders(kind), precision, WAYS[way]), Home.present()
    whole, first, second = Recorder(), Recorder(stop_after=3), Recorder()
    assert train(settings, tmp_path / "whole", whole, home=home) == Outcome(None, 8)
    assert train(settings, tmp_path / "parts", first, home=home).halted is Halt.STOP
    checkpoint = checkpoints.last(tmp_path / "parts")
    assert train(settings, tmp_path / "parts", second, home=home, checkpoint=checkpoint) == Outcome(None, 8)
    assert np.isfinite(whole.losses).all()
    assert [*first.losses, *second.losses] == whole.losses
    same, before = weights(tmp_path / "parts"), load_file(folders(kind) / "model.safetensors")
    after = weights(tmp_path / "whole")
    assert all(torch.equal(after[name], same[name]) for name in after)
    assert any(not torch.equal(after[name], before[name]) for name in after if after[name].shape == before[name].shape)

    predictor = Predictor(tmp_path / "whole" / "model", max_length=48)
    together = predictor(TEXTS)
    for text, among in zip(TEXTS, together, strict=True):
        (alone,) = predictor([text])
        assert alone.scores == pytest.approx(among.scores, abs=1e-5), "padding leaks"
    theirs = pipeline("text-classification", model=str(tmp_path / "whole" / "model"), top_k=None)
    for ours, scores in zip(together, theirs(TEXTS, truncation=True, max_length=48), strict=True):
        assert ours.scores == pytest.approx({each["label"]: each["score"] for each in scores}, abs=1e-4)


@pytest.mark.parametrize("kind", CONFIGS)
def test_lora_trains_matrices_in_the_encoder_and_the_whole_head(folders: Callable[[str], Path], kind: str) -> None:
    from core import tasks

    task = tasks.of_model(["1", "2", "3"], None)
    model: Any = loading.load_classifier(config(folders(kind), "fp32", WAYS["LoRA"]).model, task, seed=0)
    learning = {name for name, weight in model.named_parameters() if weight.requires_grad}
    head = {name for name in learning if "modules_to_save" in name}
    assert all("lora_" in name for name in learning - head)
    plain: Any = loading.load_classifier(config(folders(kind), "fp32", {}).model, task, seed=0)
    own = {name for name, _ in plain.named_parameters() if not name.startswith(plain.base_model_prefix)}
    assert len(head) == len(own), "the head is new: all of it learns"
