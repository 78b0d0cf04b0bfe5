"""A frozen encoder: its vectors score as the reviews do, and a head that reads something else is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import (
    AutoModelForSequenceClassification,
    DataCollatorWithPadding,
    DistilBertConfig,
    DistilBertForSequenceClassification,
    ModernBertConfig,
    ModernBertForSequenceClassification,
    RobertaConfig,
    RobertaForSequenceClassification,
    XLNetConfig,
    XLNetForSequenceClassification,
)

from core.errors import ModelError
from core.models import features, loading

SMALL = {"vocab_size": 200, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
KINDS: dict[str, Any] = {
    "roberta": lambda: RobertaForSequenceClassification(RobertaConfig(**SMALL, intermediate_size=16)),
    "distilbert": lambda: DistilBertForSequenceClassification(
        DistilBertConfig(vocab_size=200, dim=16, n_layers=1, n_heads=2, hidden_dim=16)
    ),
    "modernbert, first token": lambda: modern("cls"),
    "modernbert, mean": lambda: modern("mean"),
}


def modern(pooling: str) -> Any:
    special = {"pad_token_id": 0, "cls_token_id": 1, "sep_token_id": 2, "bos_token_id": 1, "eos_token_id": 2}
    return ModernBertForSequenceClassification(
        ModernBertConfig(**SMALL, **special, intermediate_size=16, classifier_pooling=pooling)
    )


def rows() -> tuple[list[list[int]], np.ndarray]:
    ids = [[1, *range(10, 10 + length), 2] for length in (9, 3, 5, 1)]
    return ids, np.asarray([len(each) for each in ids])


def read(model: Any, *, most_tokens: int) -> np.ndarray:
    ids, lengths = rows()
    pad = DataCollatorWithPadding(loading.load_tokenizer("minilm"))
    return features.encode_once(model, ids, lengths, pad, most_tokens=most_tokens)


@pytest.mark.parametrize("kind", KINDS)
def test_vectors_score_as_the_reviews_they_stand_for(kind: str) -> None:
    torch.manual_seed(0)
    model = KINDS[kind]().eval()
    ids, _ = rows()
    with torch.inference_mode():
        expected = [model(input_ids=torch.tensor([each])).logits[0] for each in ids]
    features.pass_vectors_through(model)
    vectors = read(model, most_tokens=16)
    features.check_same_scores(model, ids[0], vectors[0])
    with torch.inference_mode():
        found = model(**features.model_inputs(torch.from_numpy(vectors))).logits
    assert torch.allclose(found, torch.stack(expected), atol=1e-5)


def test_the_batches_do_not_matter_and_only_the_head_can_learn(tiny_model: Path) -> None:
    model = AutoModelForSequenceClassification.from_pretrained(tiny_model)
    features.pass_vectors_through(model)
    assert np.allclose(read(model, most_tokens=1), read(model, most_tokens=1000), atol=1e-5)
    learning = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert learning == {
        "bert.pooler.dense.weight", "bert.pooler.dense.bias", "classifier.weight", "classifier.bias"
    }  # fmt: skip


def test_a_head_that_reads_another_token_is_refused() -> None:
    torch.manual_seed(0)
    config = XLNetConfig(vocab_size=200, d_model=16, n_layer=1, n_head=2, d_inner=16, initializer_range=1.0)
    model = XLNetForSequenceClassification(config).eval()
    features.pass_vectors_through(model)
    ids, lengths = rows()
    vectors = features.encode_once(model, ids, lengths, left_padded, most_tokens=1)
    with pytest.raises(ModelError, match="XLNetForSequenceClassification does not read one vector"):
        features.check_same_scores(model, ids[0], vectors[0])


def left_padded(batch: list[dict[str, Any]]) -> Any:
    from transformers import BatchEncoding

    (row,) = batch
    ids = torch.tensor([row["input_ids"]])
    return BatchEncoding({"input_ids": ids, "attention_mask": torch.ones_like(ids)})
