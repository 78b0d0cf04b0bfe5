"""Quick dropout: drops the share it is asked for, keeps the mean, repeats with the seed."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from core.models.fast.dropout import FastDropout, install


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_share_is_dropped_and_the_mean_stays(share: float, dtype: torch.dtype) -> None:
    torch.manual_seed(1)
    dropped = FastDropout(share)(torch.ones(1001, 1001, dtype=dtype))
    assert (dropped == 0).float().mean().item() == pytest.approx(share, abs=0.003)
    assert dropped.float().mean().item() == pytest.approx(1, abs=0.01)
    assert dropped.dtype is dtype


def test_every_place_and_its_neighbours_are_dropped_alike() -> None:
    torch.manual_seed(2)
    zero = torch.stack([FastDropout(0.25)(torch.ones(16)) == 0 for _ in range(20_000)]).float()
    assert zero.mean(0).tolist() == pytest.approx([0.25] * 16, abs=0.015)
    assert torch.corrcoef(zero.T).fill_diagonal_(0).abs().max() < 0.04


def test_the_gradient_is_dropped_where_the_value_was() -> None:
    rows = torch.randn(7, 13, requires_grad=True)
    kept = FastDropout(0.3)(rows)
    kept.sum().backward()
    assert rows.grad is not None
    assert torch.equal(rows.grad == 0, kept == 0)
    assert torch.allclose(kept, rows * rows.grad)


def test_the_seed_repeats_it() -> None:
    rows, drawn = torch.ones(5, 9), []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        drawn.append(FastDropout(0.5)(rows))
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])


@pytest.mark.parametrize(("share", "training"), [(0.0, True), (0.4, False)])
def test_nothing_is_dropped_where_nothing_should(share: float, training: bool) -> None:
    rows = torch.randn(4, 4)
    assert torch.equal(FastDropout(share).train(training)(rows), rows)


def test_it_takes_the_place_of_dropout_that_drops() -> None:
    model = nn.Sequential(nn.Dropout(0.1), nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.2)), nn.Dropout(0.0))
    install(model)
    kinds = [type(module) for module in model.modules() if isinstance(module, nn.Dropout)]
    assert kinds == [FastDropout, FastDropout, nn.Dropout]
