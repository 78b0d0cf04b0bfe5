"""peft: LoRA around a classifier, and the plain model that is saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    Trainer,
    TrainingArguments,
)

LIBRARY = "peft"


def lora(model: Any) -> Any:
    """As core/models/loading.py: matrices by whole names of linear parts of the encoder, the head by its own names."""
    inside = {id(part) for part in model.base_model.modules() if isinstance(part, torch.nn.Linear)}
    targets = [name for name, part in model.named_modules() if id(part) in inside]
    head = [name for name, part in model.named_children() if part is not model.base_model and list(part.parameters())]
    return get_peft_model(
        model,
        LoraConfig(task_type="SEQ_CLS", r=2, lora_alpha=4, target_modules=targets, modules_to_save=head),
    )


def bert() -> Any:
    torch.manual_seed(0)
    return BertForSequenceClassification(
        BertConfig(vocab_size=30, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)
    )


def distilbert() -> Any:
    torch.manual_seed(0)
    return DistilBertForSequenceClassification(
        DistilBertConfig(vocab_size=30, dim=8, n_layers=1, n_heads=2, hidden_dim=8)
    )


@pytest.mark.parametrize("make", [bert, distilbert])
def test_the_head_learns_whole_and_the_encoder_in_parts(make: Callable[[], Any]) -> None:
    """The head, which is random, learns whole beside the LoRA parts, under whichever names it has; frozen, nothing
    would be learnt, and with parts inside of it DistilBERT fails."""
    model = lora(make())
    learning = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert any("classifier.modules_to_save" in name for name in learning)
    assert all("lora" in name or "modules_to_save" in name for name in learning)
    assert not any("lora" in name and "classifier" in name for name in learning)
    ids = torch.arange(3, 9).view(2, 3)
    assert model(input_ids=ids, labels=torch.tensor([0, 1])).loss.requires_grad


def test_lora_merges_into_the_plain_model(tmp_path: Path) -> None:
    """`model/` of a run is a plain classifier that transformers opens alone; `merge_and_unload` also tells a LoRA
    model from others."""
    assert not hasattr(bert(), "merge_and_unload")
    model = lora(bert()).eval()
    ids = torch.arange(3, 9).view(2, 3)
    with torch.no_grad():
        before = model(input_ids=ids).logits
        plain = model.merge_and_unload()
        after = plain(input_ids=ids).logits
    assert type(plain) is BertForSequenceClassification
    torch.testing.assert_close(after, before)
    plain.save_pretrained(tmp_path)
    assert not any("lora" in name for name in plain.state_dict())


def test_a_checkpoint_holds_the_parts_alone(tmp_path: Path) -> None:
    """A checkpoint of a LoRA run counts as whole when this file is in it."""
    lora(bert()).save_pretrained(tmp_path)
    assert (tmp_path / "adapter_model.safetensors").is_file()


def test_a_model_without_linear_parts_is_refused_with_a_value_error() -> None:
    """That "LoRA does not fit this model" is said of a ValueError; another class would be "unexpected"."""
    with pytest.raises(ValueError, match=r".+"):
        get_peft_model(torch.nn.Embedding(3, 2), LoraConfig(r=2, target_modules=["there is none"]))


def test_what_a_model_says_of_its_loss_is_asked_below_lora(tmp_path: Path) -> None:
    """`accepts_loss_kwargs = False` counts on the model that LoRA wraps; set on the wrapper alone, gradient
    accumulation multiplies the loss of LoRA runs."""
    model = bert()
    model.accepts_loss_kwargs = False
    arguments = TrainingArguments(str(tmp_path), use_cpu=True, report_to="none")
    assert Trainer(lora(model), arguments).model_accepts_loss_kwargs is False
    assert model.get_input_embeddings() is not None
