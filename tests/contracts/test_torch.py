"""torch: kernels, module hooks, optimizer files, the process group's store, and what its errors say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import distributed, nn
from torch.distributed import distributed_c10d
from torch.distributed.run import get_args_parser
from torch.optim.lr_scheduler import LambdaLR

LIBRARY = "torch"


# Kernels


def test_the_backward_pass_of_softmax_writes_in_place() -> None:
    """Attention in bf16 uses this kernel, by this name and this `grad_input`, to need one table instead of four."""
    scores = torch.randn(2, 3, 4, requires_grad=True)
    weights = torch.softmax(scores, dim=-1)
    gradient = torch.randn(2, 3, 4)
    weights.backward(gradient)  # type: ignore[no-untyped-call]
    found = gradient.clone()
    torch.ops.aten._softmax_backward_data.out(found, weights.detach(), -1, weights.dtype, grad_input=found)
    torch.testing.assert_close(found, scores.grad)


def test_a_softmax_can_write_over_its_scores() -> None:
    """Attention in bf16 turns scores into weights where they lie."""
    scores = torch.randn(2, 3, dtype=torch.bfloat16)
    expected = torch.softmax(scores.clone(), dim=-1)
    torch.softmax(scores, dim=-1, out=scores)
    torch.testing.assert_close(scores, expected)


@pytest.mark.parametrize("name", ["_is_amx_tile_supported", "_is_avx512_bf16_supported"])
def test_what_a_processor_can_do_is_a_yes_or_no(name: str) -> None:
    """Whether "auto" takes bf16 on a processor is asked here; where the question is gone it means no, and training
    is slower."""
    ask = getattr(torch.cpu, name, None)
    assert ask is None or ask() in (True, False)


def test_random_words_use_all_their_bits_and_the_usual_generator() -> None:
    """Dropout draws 64 bits at a time and takes them apart: a smaller range drops too much, another generator can
    be neither seeded nor resumed."""
    torch.manual_seed(5)
    drawn = torch.empty(4096, dtype=torch.int64).random_(-(2**63), None)
    torch.manual_seed(5)
    again = torch.empty(4096, dtype=torch.int64).random_(-(2**63), None)
    assert torch.equal(drawn, again)
    parts = drawn.view(torch.int16)
    assert parts.shape == (4 * 4096,)
    assert int(parts.min()) < -32_000
    assert int(parts.max()) > 32_000
    assert abs(float(parts.double().mean())) < 1_000


# Modules


def test_an_embedding_of_given_weights_can_have_a_state_of_another_shape() -> None:
    """The word vectors in use replace the table while a run trains, and put it back into every file, by these
    private hooks of modules."""
    calls = []

    class Rows(nn.Embedding):
        def __init__(self, weight: torch.Tensor) -> None:
            super().__init__(len(weight), weight.shape[1], _weight=weight, dtype=weight.dtype)

        def _apply(self, fn: Any, recurse: bool = True) -> Rows:
            calls.append("apply")
            super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
            return self

        def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
            calls.append("save")
            destination[prefix + "weight"] = torch.cat([self.weight.detach(), torch.zeros(1, 2)])

        def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *others: Any) -> None:
            calls.append("load")
            name = prefix + "weight"
            super()._load_from_state_dict({**state_dict, name: state_dict[name][:-1]}, prefix, *others)

    weight = torch.arange(6.0).view(3, 2)
    expected = weight + 1
    model = nn.Sequential(Rows(weight))
    state = model.state_dict()
    assert state["0.weight"].shape == (4, 2)
    model.load_state_dict({"0.weight": state["0.weight"] + 1})
    assert torch.equal(model[0].weight, expected)  # type: ignore[arg-type]
    model.to(torch.float64)
    assert calls == ["save", "load", "apply"]


# Optimizer and schedule


def test_the_optimizer_s_file_tells_the_shapes_of_what_learnt(tmp_path: Path) -> None:
    """Whether a checkpoint had all word vectors or those in use is read from `exp_avg` in optimizer.pt, mapped and
    without unpickling; else resuming fails or mixes rows up."""
    weight = nn.Parameter(torch.zeros(3, 2))
    optimizer = torch.optim.AdamW([weight], lr=1e-3)
    weight.grad = torch.ones(3, 2)
    optimizer.step()
    torch.save(optimizer.state_dict(), tmp_path / "optimizer.pt")
    read = torch.load(tmp_path / "optimizer.pt", weights_only=True, mmap=True, map_location="cpu")
    assert [tuple(values["exp_avg"].shape) for values in read["state"].values()] == [(3, 2)]


def test_a_schedule_can_be_read_and_entered() -> None:
    """More epochs go on at the rates of a longer schedule, by these four fields."""
    optimizer = torch.optim.AdamW([nn.Parameter(torch.zeros(1))], lr=2.0)
    schedule = LambdaLR(optimizer, lambda step: 1 / (1 + step))
    optimizer.step()
    schedule.step()
    assert (schedule.last_epoch, schedule.base_lrs) == (1, [2.0])
    assert [rate(1) for rate in schedule.lr_lambdas] == [0.5]
    assert list(schedule._last_lr) == [1.0]


# Processes


@pytest.fixture
def group(tmp_path: Path) -> Iterator[None]:
    distributed.init_process_group("gloo", init_method=f"file://{tmp_path / 'meet'}", rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


@pytest.mark.usefixtures("group")
def test_a_group_has_a_store_of_words() -> None:
    """Why a process failed, and who was asked to halt, is left in the group's own store; without it a run says only
    that a process is gone."""
    store = distributed_c10d._get_default_store()
    assert not store.check(["starboard/contract"])
    store.set("starboard/contract", "why")
    assert store.check(["starboard/contract"])
    assert store.get("starboard/contract").decode() == "why"


def test_torchrun_has_the_options_that_are_passed() -> None:
    """A run with several processes is started with these options, and refuses to start without one of them."""
    words = "--nproc_per_node=2 --rdzv_backend=c10d --rdzv_endpoint=127.0.0.1:0 --local_addr=127.0.0.1 --rdzv_id=run"
    found = get_args_parser().parse_args([*words.split(), "-m", "core", "work", "run"])
    assert (found.nproc_per_node, found.rdzv_endpoint, found.local_addr) == ("2", "127.0.0.1:0", "127.0.0.1")
    assert found.module
    assert get_args_parser().parse_args(["--standalone", "--nnodes=2", "x.py"]).standalone


# Errors


def test_a_refused_allocation_says_so_in_words() -> None:
    """Out of memory on a processor is a RuntimeError that only its words tell from others; else the run fails with
    "unexpected" and no advice."""
    with pytest.raises(RuntimeError, match=r"not enough memory|can't allocate memory|Cannot allocate memory"):
        torch.empty(1 << 60)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_writer_that_met_a_full_disk_says_one_of_these_words(tmp_path: Path) -> None:
    """The writer of checkpoints hands no number of the system on; else a full disk is "unexpected", without advice."""
    (tmp_path / "x.pt").symlink_to("/dev/full")
    with pytest.raises(RuntimeError, match=r"unexpected pos|PytorchStreamWriter failed|iostream error"):
        torch.save(torch.ones(1000), tmp_path / "x.pt")


def test_errors_of_gpus_and_processes_have_these_names() -> None:
    """Out of memory on a GPU and a lost process are told by the names of their classes, without importing torch."""
    assert torch.OutOfMemoryError.__name__ == "OutOfMemoryError"
    names = {"DistBackendError", "DistNetworkError", "DistStoreError"}
    assert names <= set(dir(distributed))
