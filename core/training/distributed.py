"""The processes that train one run together: who is which, and what they tell each other.

torchrun, accelerate and Slurm describe the group in environment variables; alone, there is none and every function
here is a plain no-op, so that nobody else has to ask. Knows torch.distributed; knows nothing of runs, stores or
models. Imports torch only when there is a group. Guarantees: what `maximum`, `summed` and `broadcast` return is the
same in every process; `published` finds what a process has published before it died.

Source: https://docs.pytorch.org/docs/stable/elastic/run.html#environment-variables
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")
FAILURE, HALT = "starboard/failure", "starboard/halt"


def size() -> int:
    """How many processes train together; 1 alone."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """Which of them this one is, counted from 0; the first writes the run."""
    return int(os.environ.get("RANK", "0"))


def on_this_computer() -> int:
    """How many of them share this computer's processor."""
    return int(os.environ.get("LOCAL_WORLD_SIZE", "1"))


def join() -> None:
    """Meet the others. Blocks until all are there."""
    if size() == 1:
        return
    import torch
    from torch import distributed

    # Words and wishes travel on the processor even where gradients travel between GPUs: that needs no GPU to be in
    # step, and a process that died is noticed at once.
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    if not distributed.is_initialized():
        distributed.init_process_group(backend)


def leave() -> None:
    """Part from the others."""
    if size() > 1:
        from torch import distributed

        if distributed.is_initialized():
            distributed.destroy_process_group()


def broadcast(value: T) -> T:
    """What the first process passes, in all of them."""
    if size() == 1:
        return value
    from torch import distributed

    box = [value]
    distributed.broadcast_object_list(box, src=0)
    return box[0]


def maximum(values: Sequence[int]) -> list[int]:
    """The largest of each value over all processes: one that wants to stop is enough for all to stop."""
    return [int(each) for each in _reduced(values, "MAX")]


def summed(values: Sequence[float]) -> list[float]:
    """The sum of each value over all processes."""
    return _reduced(values, "SUM")


def publish(key: str, text: str) -> None:
    """Leave a text for the others; the first one stays."""
    if size() > 1 and published(key) is None:
        _board().set(key, text)


def published(key: str) -> str | None:
    """The text that some process left, None when there is none."""
    if size() == 1 or (board := _board()) is None or not board.check([key]):
        return None
    return str(board.get(key).decode())


def _reduced(values: Sequence[float], how: str) -> list[float]:
    if size() == 1:
        return list(values)
    import torch
    from torch import distributed

    tensor = torch.tensor(list(values), dtype=torch.float64)
    distributed.all_reduce(tensor, op=getattr(distributed.ReduceOp, how))
    return [float(each) for each in tensor.tolist()]


def _board() -> Any:
    """The key-value store by which the group met. It outlives each process but the one that started it."""
    from torch import distributed
    from torch.distributed import distributed_c10d

    return distributed_c10d._get_default_store() if distributed.is_initialized() else None
