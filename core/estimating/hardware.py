"""What this computer's memory and disk say of a process: the most bytes it held, how fast it writes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import psutil
import torch

WRITTEN_BYTES = 1 << 26


def peak_bytes() -> int:
    """The most bytes that this process, or its GPU memory, has held."""
    if torch.cuda.is_available():
        return int(torch.cuda.max_memory_allocated())
    try:
        # getrusage would count the process that started this one, before it became another.
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return next(1024 * int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        # There is no /proc on macOS and Windows.
        info = psutil.Process().memory_info()
    if (on_windows := getattr(info, "peak_wset", None)) is not None:
        return int(on_windows)
    import resource

    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def bytes_written_per_second(folder: Path) -> float:
    """Bytes a second that reach the disk of a folder."""
    content = np.random.default_rng(0).bytes(WRITTEN_BYTES)
    began = time.perf_counter()
    with (folder / "block").open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return WRITTEN_BYTES / (time.perf_counter() - began)
