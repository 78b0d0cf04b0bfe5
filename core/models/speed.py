"""What makes training fast, in one place: each lever, where it applies, and what it changes.

| lever | applies | changes |
|---|---|---|
| per-batch padding, like lengths together (`batches`, `order`) | everywhere | the order of reviews |
| lengths of batches rounded up (`batches`) | bf16 | nothing |
| memory kept by the allocator (`prepare_thread`, `trim_memory`) | Linux with glibc | nothing |
| threads set in the training thread (`prepare_thread`) | everywhere | nothing |
| bf16 products (`use_bf16`) | processors and GPUs that multiply it natively | rounds products |
| tf32 products (`prepare_thread`) | NVIDIA GPUs, where bf16 is off | rounds products |
| attention as products (`attention`) | bf16 on a processor | rounds attention scores |
| quick dropout (`dropout`) | processors | which elements are dropped |
| the last layer for the first token (`first_token`) | heads that read nothing else | nothing |
| word vectors in use only (`vocabulary`) | where a part of the vocabulary occurs | nothing with weight decay 0 |
| evaluation by token budget (`evaluation_tokens`) | one process | nothing |
| large batches in parts (`parts`) | processors | nothing |
| weights cast once an evaluation (`autocast`) | bf16 | nothing |
| the encoder read once (`features`) | `model.freeze_encoder` | what learns |

The gain of each is measured in docs/benchmarks.md. `torch.compile` is not among them: as bench/compiled.py measured, it
makes a processor's steps slower, so that no run is long enough to win its compiling back.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import platform
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal

import numpy as np
import psutil
import torch

from core.models.fast import attention, dropout, first_token, vocabulary

# Padded tokens trained on or scored at once: more no longer fits into a processor's caches.
PROCESSOR_TOKENS = 1 << 11
GPU_TOKENS = 1 << 17
# Scoring keeps a few layers' worth of numbers for each token; generously.
TOKEN_BYTES = 1 << 17
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3


def prepare_thread(threads: int = 0, *, sharing: int = 1, plain: bool = False) -> None:
    """Make this thread ready: threads as preferred, tensors in the heap, gradients on.

    Args:
        threads: of the processor; 0 takes one for each core.
        sharing: how many processes share this computer's processor.
        plain: multiply float32 as it is, whatever the device could do faster.
    """
    threads = threads or psutil.cpu_count(logical=False) or torch.get_num_threads()
    torch.set_num_threads(max(threads // sharing, 1))
    torch.set_grad_enabled(True)
    # Source: https://pytorch.org/docs/stable/notes/cuda.html#tf32-on-ampere
    torch.set_float32_matmul_precision("high" if torch.cuda.is_available() and not plain else "highest")
    _keep_memory()


def install_levers(model: Any, *, bf16: bool, ids: np.ndarray, checkpoint: Path | None) -> None:
    """Give a classifier the quick parts that suit this computer and this run.

    Args:
        model: in float32, on the processor, as it was loaded.
        bf16: whether products will be rounded to it.
        ids: every token id that it will read, growing.
        checkpoint: what training goes on from.

    Raises:
        DataError: the reviews are not those that the checkpoint was trained on.
    """
    first_token.install(model)
    if on_processor():
        dropout.install(model)
        if bf16:
            attention.install(model)
    vocabulary.install(model, ids, checkpoint)


def device() -> Literal["cpu", "cuda", "mps"]:
    """What training runs on: a GPU where there is one, else the processor."""
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def on_processor() -> bool:
    """Whether training runs on the processor, for want of a GPU."""
    return device() == "cpu"


def evaluation_tokens() -> int:
    """Padded tokens that are scored at once: enough to be quick, few enough for caches or memory."""
    if not torch.cuda.is_available():
        return PROCESSOR_TOKENS
    free, _ = torch.cuda.mem_get_info()
    return int(min(max(free // TOKEN_BYTES, PROCESSOR_TOKENS), GPU_TOKENS))


def training_tokens() -> int:
    """Padded tokens that are trained on at once; a GPU takes what its memory holds."""
    return PROCESSOR_TOKENS if on_processor() else sys.maxsize


def parts(batch: Mapping[str, torch.Tensor]) -> int:
    """In how many parts a batch is trained, so that none has more tokens than are trained on at once."""
    if "input_ids" not in batch:
        return 1
    rows, tokens = batch["input_ids"].shape
    return -(-rows // max(training_tokens() // tokens, 1))


def length_multiple(bf16: bool) -> int:
    """What lengths of batches are rounded up to."""
    if not bf16:
        return 1
    return 32 if on_processor() else 8


def autocast(bf16: bool) -> AbstractContextManager[Any]:
    """A frame around a whole evaluation in which each weight is cast to bf16 once instead of once a batch."""
    return torch.autocast(device(), torch.bfloat16) if bf16 else contextlib.nullcontext()


@functools.cache
def _keep_memory() -> None:
    # glibc hands every large tensor back to the kernel and faults it in again, page by page.
    # Source: https://man7.org/linux/man-pages/man3/mallopt.3.html
    if (libc := _glibc()) is not None:
        libc.mallopt(_M_MMAP_THRESHOLD, 1 << 30)
        libc.mallopt(_M_TRIM_THRESHOLD, (1 << 31) - 1)
        libc.mallopt(_M_TOP_PAD, 1 << 28)


def trim_memory() -> None:
    """Hand back what the preparation has freed: its threads have heaps of their own, which training cannot use."""
    if (libc := _glibc()) is not None:
        libc.malloc_trim(0)


@functools.cache
def _glibc() -> ctypes.CDLL | None:
    if platform.libc_ver()[0] != "glibc":
        return None
    try:
        return ctypes.CDLL("libc.so.6")
    except OSError:
        return None


def use_bf16(precision: str) -> bool:
    """Whether to run matrix products in bf16: as asked, or where the processor multiplies it natively."""
    if precision == "auto":
        return torch.cuda.is_bf16_supported() if torch.cuda.is_available() else native_bf16()
    return precision == "bf16"


def native_bf16() -> bool:
    """Whether this processor has instructions for bf16 products (AMX or AVX512-BF16)."""
    asks = (getattr(torch.cpu, name, None) for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"))
    return any(ask is not None and ask() for ask in asks)
