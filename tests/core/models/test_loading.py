"""Loading models: the bundled one, folders, and every way in which it fails."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core import tasks
from core.config import ModelConfig
from core.errors import HubUnreachable, ModelError
from core.models import loading

FIVE = tasks.of_model(tuple(f"{n} stars" for n in range(1, 6)), (1.0, 2.0, 3.0, 4.0, 5.0))


def test_the_bundled_model_is_checked_and_gets_a_seeded_head_with_names() -> None:
    import torch

    one = loading.load_classifier(ModelConfig(), FIVE, seed=3)
    two = loading.load_classifier(ModelConfig(), FIVE, seed=3)
    other = loading.load_classifier(ModelConfig(), FIVE, seed=4)
    assert one.config.id2label[4] == "5 stars"
    assert one.dtype is torch.float32
    assert torch.equal(one.classifier.weight, two.classifier.weight)
    assert not torch.equal(one.classifier.weight, other.classifier.weight)
    assert 22.6e6 < sum(each.numel() for each in one.parameters()) < 22.8e6
    assert loading.max_tokens(loading.load_tokenizer("minilm"), one) == 512


def test_dropout_and_frozen_embeddings_are_applied(tiny_model: Path) -> None:
    config = ModelConfig(name=str(tiny_model), attention_dropout=0.3, freeze_embeddings=True)
    model = loading.load_classifier(config, FIVE, seed=0)
    assert model.config.attention_probs_dropout_prob == 0.3
    assert not model.get_input_embeddings().weight.requires_grad
    assert model.classifier.weight.requires_grad


def test_a_folder_that_is_not_there_says_so() -> None:
    with pytest.raises(ModelError, match=r"There is no model folder \./nowhere"):
        loading.load_tokenizer("./nowhere")


def test_a_model_without_a_tokenizer_says_so(tiny_model: Path, tmp_path: Path) -> None:
    for name in ("config.json", "model.safetensors"):
        shutil.copy(tiny_model / name, tmp_path / name)
    with pytest.raises(ModelError, match="comes without a tokenizer"):
        loading.load_tokenizer(str(tmp_path))


def test_a_pickle_is_not_opened(tiny_model: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").rename(tmp_path / "model" / "pytorch_model.bin")
    with pytest.raises(ModelError, match="no weights in the safetensors format"):
        loading.load_classifier(ModelConfig(name=str(tmp_path / "model")), FIVE, seed=0)


def test_an_unknown_model_without_a_network_fails_at_once() -> None:
    with pytest.raises(HubUnreachable, match="not on this computer, and the hub does not answer"):
        loading.load_tokenizer("nobody/nothing")
