"""accelerate: the order of reviews, parts of a batch, and the state that all trainings of a process share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator  # type: ignore[import-untyped]
from accelerate.data_loader import SeedableRandomSampler  # type: ignore[import-untyped]
from accelerate.state import AcceleratorState  # type: ignore[import-untyped]
from transformers import Trainer, TrainingArguments

LIBRARY = "accelerate"


class Numbers(torch.utils.data.Dataset[dict[str, Any]]):
    """Rows that tell their place."""

    def __len__(self) -> int:
        return 20

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {"x": index}


def test_the_random_order_of_several_processes_is_that_of_one(tmp_path: Path) -> None:
    """Several processes take their order from SeedableRandomSampler so that they learn what one learns, to which the
    Trainer gives it itself."""

    class Model(torch.nn.Linear):
        def forward(self, x: torch.Tensor, **_: Any) -> Any:  # type: ignore[override]
            return x

    arguments = TrainingArguments(
        str(tmp_path), use_cpu=True, report_to="none", per_device_train_batch_size=4, data_seed=7, seed=1
    )
    loader: Any = Trainer(Model(1, 1), arguments, train_dataset=Numbers()).get_train_dataloader()
    order = SeedableRandomSampler(Numbers(), data_seed=7)
    for epoch in (0, 1):
        loader.set_epoch(epoch)
        order.set_epoch(epoch)
        assert [int(number) for batch in loader for number in batch["x"]] == list(order)


def test_the_order_of_an_epoch_can_be_had_again() -> None:
    """A resumed run asks for the order of its epoch alone."""
    order = SeedableRandomSampler(Numbers(), data_seed=7)
    first, second = list(order), list(order)
    assert first != second
    order.set_epoch(0)
    assert list(order) == first


def test_a_sampler_is_told_the_epoch(tmp_path: Path) -> None:
    """A plain script's length-grouped order depends on it."""
    told: list[int] = []

    class Told(torch.utils.data.SequentialSampler):
        def set_epoch(self, epoch: int) -> None:
            told.append(epoch)

    class Ordered(Trainer):
        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            return Told(range(20))

    arguments = TrainingArguments(str(tmp_path), use_cpu=True, report_to="none")
    loader: Any = Ordered(torch.nn.Linear(1, 1), arguments, train_dataset=Numbers()).get_train_dataloader()
    for epoch in (0, 1):
        loader.set_epoch(epoch)
        list(loader)
    assert [epoch for epoch, after in zip(told, [*told[1:], None], strict=True) if epoch != after] == [0, 1]


def test_gradients_of_a_part_can_be_kept_back() -> None:
    """All parts of a batch but the last are trained inside `no_sync`, also with one process."""
    accelerator = Accelerator(cpu=True)
    model = accelerator.prepare(torch.nn.Linear(1, 1))
    with accelerator.no_sync(model):
        model(torch.ones(1, 1)).sum().backward()
    assert model.weight.grad is not None


def test_building_arguments_resets_the_state_of_a_running_trainer(tmp_path: Path) -> None:
    """The reason why one thread trains and pages never build TrainingArguments. If this fails, two trainings in a
    process have become possible, and docs/architecture.md can say so."""
    Accelerator(cpu=True)
    assert AcceleratorState._shared_state
    arguments = TrainingArguments(str(tmp_path), use_cpu=True, report_to="none")
    assert arguments.device.type == "cpu"
    assert "distributed_type" not in AcceleratorState._shared_state
