"""Word vectors in use: learn as the whole table would, and are saved as the whole table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from transformers import AutoModelForSequenceClassification

from core.models.fast import vocabulary
from core.models.fast.vocabulary import UsedRows

IDS = np.asarray([0, 5, 101, 102, 2000, 30000])
BATCHES = [[[101, 5, 2000, 102], [101, 30000, 102, 0]], [[101, 5, 5, 102], [101, 2000, 102, 0]]]


def loaded(tiny_model: Path) -> Any:
    return AutoModelForSequenceClassification.from_pretrained(tiny_model, num_labels=2).eval()


def learn(model: Any) -> dict[str, torch.Tensor]:
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.0)
    for batch in BATCHES * 3:
        ids = torch.tensor(batch)
        model(input_ids=ids, attention_mask=(ids != 0).long(), labels=torch.tensor([0, 1])).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
        optimizer.zero_grad()
    return dict(model.state_dict())


def test_they_learn_what_the_whole_table_would(tiny_model: Path) -> None:
    torch.manual_seed(0)
    whole = loaded(tiny_model)
    torch.manual_seed(0)
    used = loaded(tiny_model)
    vocabulary.install(used, IDS)
    assert used.get_input_embeddings().weight.shape[0] == len(IDS)
    expected, found = learn(whole), learn(used)
    assert expected.keys() == found.keys()
    for name, tensor in expected.items():
        assert found[name].shape == tensor.shape
        assert torch.allclose(found[name], tensor, atol=1e-6), name


def test_the_saved_table_can_be_loaded_by_both(tiny_model: Path, tmp_path: Path) -> None:
    used = loaded(tiny_model)
    vocabulary.install(used, IDS)
    learn(used)
    used.save_pretrained(tmp_path)
    plain = AutoModelForSequenceClassification.from_pretrained(tmp_path)
    again = loaded(tiny_model)
    vocabulary.install(again, IDS[:5])
    again.load_state_dict(used.state_dict())
    for name, tensor in used.state_dict().items():
        assert torch.equal(plain.state_dict()[name], tensor)
        assert torch.equal(again.state_dict()[name], tensor)


def test_a_word_that_was_not_announced_is_an_error(tiny_model: Path) -> None:
    used = loaded(tiny_model)
    vocabulary.install(used, IDS)
    with pytest.raises(IndexError):
        used(input_ids=torch.tensor([[101, 7, 102]]))


@pytest.mark.parametrize("why", ["frozen", "all in use"])
def test_a_table_that_would_gain_nothing_stays(tiny_model: Path, why: str) -> None:
    model = loaded(tiny_model)
    table = model.get_input_embeddings()
    table.requires_grad_(why != "frozen")
    vocabulary.install(model, np.arange(25_000) if why == "all in use" else IDS)
    assert model.get_input_embeddings() is table


def test_a_checkpoint_of_the_whole_table_goes_on_with_it(tiny_model: Path, tmp_path: Path) -> None:
    model = loaded(tiny_model)
    table = model.get_input_embeddings()
    state = {"state": {0: {"exp_avg": torch.zeros(table.weight.shape)}, 1: {"exp_avg": torch.zeros(3)}}}
    torch.save(state, tmp_path / "optimizer.pt")
    vocabulary.install(model, IDS, tmp_path)
    assert model.get_input_embeddings() is table
    assert not isinstance(table, UsedRows)


def test_what_occurs_is_found_in_every_chunk() -> None:
    one = pa.chunked_array([pa.array([[5, 9], [5]]), pa.array([[2]], pa.list_(pa.int64()))])
    two = pa.chunked_array([pa.array([[40], []], pa.list_(pa.int64()))])
    assert vocabulary.occurring([one, two], [0, 9]).tolist() == [0, 2, 5, 9, 40]
