"""Speed settings of the processor: memory allocation, threads, precision.

They change how fast the same arithmetic runs, except bf16, which rounds products; each is a no-op where it does not
apply. Called inside the training thread, because thread counts belong to a thread.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import platform

import psutil
import torch

from core import preferences
from core.training import ranks

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3


def prepare_thread() -> None:
    """Make this thread ready: threads as preferred and shared among processes, tensors in the heap, gradients on."""
    threads = preferences.load().threads or psutil.cpu_count(logical=False) or torch.get_num_threads()
    torch.set_num_threads(max(threads // ranks.on_this_computer(), 1))
    torch.set_grad_enabled(True)
    _keep_memory()


@functools.cache
def _keep_memory() -> None:
    # glibc hands every large tensor back to the kernel and faults it in again, page by page.
    # Source: https://man7.org/linux/man-pages/man3/mallopt.3.html
    if platform.libc_ver()[0] != "glibc":
        return
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(_M_MMAP_THRESHOLD, 1 << 30)
        libc.mallopt(_M_TRIM_THRESHOLD, (1 << 31) - 1)
        libc.mallopt(_M_TOP_PAD, 1 << 28)


def use_bf16(precision: str) -> bool:
    """Whether to run matrix products in bf16: as asked, or where the processor multiplies it natively."""
    if precision == "auto":
        return torch.cuda.is_bf16_supported() if torch.cuda.is_available() else native_bf16()
    return precision == "bf16"


def native_bf16() -> bool:
    """Whether this processor has instructions for bf16 products (AMX or AVX512-BF16)."""
    asks = (getattr(torch.cpu, name, None) for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"))
    return any(ask is not None and ask() for ask in asks)
