"""Attention as products: the same as PyTorch's own kernel, and out of the way where it does not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoModelForSequenceClassification
from transformers.integrations.sdpa_attention import sdpa_attention_forward

from core.models.fast import attention


class Layer(torch.nn.Module):
    is_causal = False


def inputs(dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    shape = (3, 40, 4, 16)
    # As a projection leaves them: heads interleaved.
    query, key, value = (torch.randn(shape, generator=generator).to(dtype).transpose(1, 2) for _ in range(3))
    return query.requires_grad_(), key.requires_grad_(), value.requires_grad_()


def padding(tokens: int, masked: int) -> torch.Tensor:
    mask = torch.zeros(3, 1, tokens, tokens, dtype=torch.bfloat16)
    mask[1:, :, :, tokens - masked :] = torch.finfo(torch.bfloat16).min
    return mask


@pytest.mark.parametrize("masked", [0, 7])
def test_products_equal_the_kernel_of_pytorch_in_both_directions(masked: int) -> None:
    answers = []
    for attend, dtype in ((attention.attend, torch.bfloat16), (sdpa_attention_forward, torch.float32)):
        tensors = inputs(dtype)
        mask = padding(40, masked).to(dtype) if masked else None
        answer, _ = attend(Layer(), *tensors, mask)
        answer.float().square().sum().backward()
        answers.append((answer, *(each.grad for each in tensors)))
    for ours, exact in zip(*answers, strict=True):
        assert ours.dtype is torch.bfloat16
        assert (ours.float() - exact).norm() / exact.norm() < 0.02


@pytest.mark.parametrize("masked", [0, 7])
def test_gradients_are_those_of_the_same_steps_written_out(masked: int) -> None:
    mask = padding(40, masked) if masked else None

    def written_out(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        scores = torch.matmul((query * 0.25).contiguous(), key.contiguous().transpose(2, 3))
        weights = torch.softmax(scores if mask is None else scores + mask, dim=-1)
        return torch.matmul(weights, value.contiguous()).transpose(1, 2)

    found = []
    for ours in (True, False):
        tensors = inputs(torch.bfloat16)
        answer = attention.attend(Layer(), *tensors, mask)[0] if ours else written_out(*tensors)
        torch.autograd.backward(answer.float().square().sum())
        found.append((answer, *(each.grad for each in tensors)))
    for mine, theirs in zip(*found, strict=True):
        assert torch.equal(mine, theirs)


def test_attention_dropout_drops_and_is_learnt_through() -> None:
    query, key, value = inputs(torch.bfloat16)
    torch.manual_seed(3)
    dropped, _ = attention.attend(Layer(), query, key, value, padding(40, 7), dropout=0.5)
    whole, _ = attention.attend(Layer(), query, key, value, padding(40, 7))
    assert not torch.equal(dropped, whole)
    torch.autograd.backward(dropped.float().sum())
    assert query.grad is not None
    assert query.grad.isfinite().all()


def test_a_token_that_sees_nothing_spoils_no_other() -> None:
    # Padding far from all words, in a model whose layers see a window each.
    mask = padding(40, 0)
    mask[0, :, 39] = torch.finfo(torch.bfloat16).min
    alone, _ = attention.attend(Layer(), *inputs(torch.bfloat16), mask)
    free, _ = attention.attend(Layer(), *inputs(torch.bfloat16), None)
    assert alone.isfinite().all()
    assert torch.equal(alone[0, :39], free[0, :39])


@pytest.mark.parametrize("why", ["fp32", "too long"])
def test_what_does_not_fit_goes_to_the_kernel_of_pytorch(why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "MOST_SCORES", 10 if why == "too long" else 1 << 30)
    tensors = inputs(torch.float32 if why == "fp32" else torch.bfloat16)
    ours, _ = attention.attend(Layer(), *tensors, padding(40, 5))
    theirs, _ = sdpa_attention_forward(Layer(), *tensors, padding(40, 5).to(tensors[0].dtype))
    assert torch.equal(ours, theirs)


def test_a_model_scores_the_same_and_its_files_do_not_tell(tiny_model: Path, tmp_path: Path) -> None:
    model = AutoModelForSequenceClassification.from_pretrained(tiny_model).eval()
    rows = {
        "input_ids": torch.tensor([[5, 6, 7, 8], [5, 6, 0, 0]]),
        "attention_mask": torch.tensor([[1] * 4, [1, 1, 0, 0]]),
    }
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        before = model(**rows).logits
        attention.install(model)
        assert model.config._attn_implementation == attention.NAME
        after = model(**rows).logits
    assert torch.allclose(before.float(), after.float(), atol=0.02)
    model.save_pretrained(tmp_path)
    assert attention.NAME not in (tmp_path / "config.json").read_text()
    assert AutoConfig.from_pretrained(tmp_path)._attn_implementation != attention.NAME


def test_a_model_with_attention_of_its_own_is_left_alone(tiny_model: Path) -> None:
    model = AutoModelForSequenceClassification.from_pretrained(tiny_model, attn_implementation="eager")
    attention.install(model)
    assert model.config._attn_implementation == "eager"
