"""The last layer for the first token: the same scores and gradients, less work, and out of the way elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    BertForSequenceClassification,
    CamembertConfig,
    DebertaV2Config,
    DistilBertConfig,
    ElectraConfig,
    RobertaConfig,
)
from transformers.modeling_outputs import SequenceClassifierOutput

from core.models.fast import attention, first_token

SIZES = {
    "vocab_size": 60,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 40,
    "num_labels": 3,
}
DISTILBERT = DistilBertConfig(
    vocab_size=60, dim=16, n_layers=2, n_heads=2, hidden_dim=32, max_position_embeddings=40, num_labels=3
)
KIN = [
    BertConfig(**SIZES),
    RobertaConfig(**SIZES),
    CamembertConfig(**SIZES),
    ElectraConfig(**SIZES, embedding_size=16),
    DISTILBERT,
]


class MeanOfAll(BertForSequenceClassification):
    """A classifier whose head reads the mean of all tokens."""

    def forward(self, input_ids: Any = None, attention_mask: Any = None, **_others: Any) -> Any:
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return SequenceClassifierOutput(logits=self.classifier(hidden.mean(1)))


class FirstAndLast(BertForSequenceClassification):
    """A classifier whose head reads two tokens, by their places."""

    def forward(self, input_ids: Any = None, attention_mask: Any = None, **_others: Any) -> Any:
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return SequenceClassifierOutput(logits=self.classifier(hidden[:, 0] + hidden[:, 7]))


def made(config: Any) -> Any:
    torch.manual_seed(1)
    return AutoModelForSequenceClassification.from_config(config)


def batch() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(2)
    mask = torch.ones(3, 12, dtype=torch.long)
    mask[1, 9:], mask[2, 4:] = 0, 0
    ids = torch.randint(3, 60, (3, 12), generator=generator)
    return {"input_ids": ids, "attention_mask": mask, "labels": torch.tensor([0, 1, 2])}


def learnt(model: Any) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Logits, and the gradient of every weight that has one."""
    model.eval()
    answer = model(**batch())
    answer.loss.backward()
    return answer.logits, {name: each.grad for name, each in model.named_parameters() if each.grad is not None}


def narrowed(model: Any) -> bool:
    return any("forward" in vars(module) for module in model.modules())


def same(one: Any, other: Any) -> bool:
    (logits, gradients), (other_logits, other_gradients) = learnt(one), learnt(other)
    assert gradients.keys() == other_gradients.keys()
    return torch.allclose(logits, other_logits, atol=1e-5) and all(
        torch.allclose(gradients[name], other_gradients[name], atol=1e-5) for name in gradients
    )


@pytest.mark.parametrize("config", KIN, ids=lambda config: config.model_type)
def test_scores_and_gradients_stay_and_the_last_layer_computes_one_token(config: Any) -> None:
    model = made(config)
    first_token.install(model)
    assert narrowed(model)
    widths: list[int] = []
    for module in model.modules():
        if isinstance(module, torch.nn.Linear) and 32 in (module.in_features, module.out_features):
            module.register_forward_hook(lambda _module, inputs, _output: widths.append(inputs[0].shape[1]))
    assert same(model, made(config))
    assert widths == [12, 12, 1, 1]


def test_with_lora_too() -> None:
    def adapted() -> Any:
        model = made(BertConfig(**SIZES))
        torch.manual_seed(3)
        return get_peft_model(
            model, LoraConfig(task_type="SEQ_CLS", target_modules="all-linear", init_lora_weights=False)
        )

    model = adapted()
    first_token.install(model)
    assert narrowed(model)
    assert same(model, adapted())


def test_with_attention_as_bf16_products_too(tiny_model: Path) -> None:
    answers = []
    for narrow in (True, False):
        model = AutoModelForSequenceClassification.from_pretrained(tiny_model).eval()
        if narrow:
            first_token.install(model)
        attention.install(model)
        rows = {name: each for name, each in batch().items() if name != "labels"}
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            answers.append(model(**rows).logits.float())
        assert narrowed(model) is narrow
    assert torch.allclose(answers[0], answers[1], atol=0.02)


def test_with_gradient_checkpointing_and_dropout_it_learns() -> None:
    model = made(BertConfig(**SIZES))
    first_token.install(model)
    model.activation_checkpointing_enable()
    model.train()
    model(**batch()).loss.backward()
    assert all(each.grad is not None and each.grad.isfinite().all() for each in model.parameters())


@pytest.mark.parametrize("config", KIN, ids=lambda config: config.model_type)
def test_dropout_of_the_last_layer_drops_while_training_only(config: Any) -> None:
    model = made(config)
    first_token.install(model)
    rows = batch()
    model.train()
    assert not torch.equal(model(**rows).logits, model(**rows).logits)
    model.eval()
    assert torch.equal(model(**rows).logits, model(**rows).logits)


@pytest.mark.parametrize("kind", [MeanOfAll, FirstAndLast])
def test_a_head_that_reads_other_tokens_keeps_the_whole_layer(kind: Any) -> None:
    model = kind(BertConfig(**SIZES))
    first_token.install(model)
    assert not narrowed(model)


def test_other_attention_and_other_layers_are_left_alone() -> None:
    eager = AutoModelForSequenceClassification.from_config(BertConfig(**SIZES), attn_implementation="eager")
    deberta = made(DebertaV2Config(**SIZES))
    for model in (eager, deberta):
        first_token.install(model)
        assert not narrowed(model)


@pytest.mark.parametrize("training", [True, False])
def test_the_model_stays_in_its_mode_and_nothing_is_drawn(training: bool) -> None:
    model = made(BertConfig(**SIZES)).train(training)
    before = torch.random.get_rng_state()
    first_token.install(model)
    assert model.training is training
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(each.grad is None for each in model.parameters())


def test_the_files_of_a_model_do_not_tell(tmp_path: Path) -> None:
    model = made(BertConfig(**SIZES))
    first_token.install(model)
    model.save_pretrained(tmp_path)
    loaded = AutoModelForSequenceClassification.from_pretrained(tmp_path)
    assert not narrowed(loaded)
    assert same(model, loaded)


def test_a_layer_that_only_looks_like_berts_is_left_alone() -> None:
    model = made(BertConfig(**SIZES))
    for layer in model.bert.encoder.layer:
        del layer.attention.self.scaling
        layer.attention.self.forward = lambda hidden, *_others, **_options: (hidden, None)
    before = learnt(model)[0]
    first_token.install(model)
    assert torch.equal(learnt(model)[0], before)
