"""Writing what must outlast a crash: checkpoints and the model, each whole or not there at all.

Files are written into a folder of another name and brought to the disk; only then does the folder get the name that
counts. A process that is killed leaves the old folder or the new one, never a mixture; so does a power cut.
Knows folders; knows nothing of runs and little of models.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.config import TrainingConfig
from core.errors import DiskFull, is_full
from core.home.files import sync
from core.messages import Message
from core.runs import manifest

WEIGHT_BYTES = 4
# AdamW keeps two running means of each weight that learns.
OPTIMIZER_BYTES = 8
# A disk with less than this left has just refused to take more.
FULL_BYTES = 1 << 20


@contextmanager
def removed_on_error(folder: Path) -> Iterator[None]:
    """Take away what was half written when writing fails: a full disk gets its room back.

    Raises:
        OSError: the disk is full, whatever the library that wrote called it.
    """
    try:
        yield
    except BaseException as error:
        # Torch's writer does not say why it failed, and afterwards there is room again.
        place = folder if folder.exists() else folder.parent
        full = isinstance(error, Exception) and (is_full(error) or shutil.disk_usage(place).free < FULL_BYTES)
        shutil.rmtree(folder, ignore_errors=True)
        if full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
        raise


def publish(
    fresh: Path,
    final: Path,
    *,
    step: int,
    eval_step: int | None = None,
    scores: Mapping[str, float] | None = None,
) -> None:
    """Give a written folder the name that counts, in place of an older one of that name.

    Args:
        step: the optimizer step whose weights it holds.
        eval_step, scores: what these weights scored, where that is known.
    """
    manifest.write(fresh, step=step, eval_step=eval_step, scores=scores)
    to_disk(fresh)
    old = final.with_name(f"{final.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    fresh.rename(final)
    sync(final.parent)
    shutil.rmtree(old, ignore_errors=True)


def to_disk(folder: Path) -> None:
    """Have every file below a folder, and the folder itself, written out by the operating system."""
    for place in [*folder.rglob("*"), folder]:
        sync(place)


def save_model(
    model: Any,
    tokenizer: Any,
    folder: Path,
    *,
    step: int,
    eval_step: int | None = None,
    scores: Mapping[str, float] | None = None,
) -> None:
    """Write model/ of a run in standard form, and what it is of as for `publish`."""
    if hasattr(model, "merge_and_unload"):
        model = model.merge_and_unload()
    target, fresh = folder / "model", folder / "model.new"
    shutil.rmtree(fresh, ignore_errors=True)
    with removed_on_error(fresh):
        model.save_pretrained(fresh)
        tokenizer.save_pretrained(fresh)
        publish(fresh, target, step=step, eval_step=eval_step, scores=scores)


def needed_bytes(model: Any, training: TrainingConfig) -> int:
    """Room for the checkpoints that are kept, the one that is being written, and the model beside an older one."""
    # Of some parameters only a part is in memory while they learn.
    weights: int = sum(each.numel() for each in model.state_dict().values())
    learning: int = sum(each.numel() for each in model.parameters() if each.requires_grad)
    saved = learning if hasattr(model, "merge_and_unload") else weights
    checkpoint = saved * WEIGHT_BYTES + learning * OPTIMIZER_BYTES
    return (training.save_total_limit + 1) * checkpoint + 2 * weights * WEIGHT_BYTES


def check_room(model: Any, training: TrainingConfig, folder: Path) -> None:
    """See before the first step whether the disk can take what the run will write.

    What the run has written before counts as room: it is replaced.

    Raises:
        DiskFull: it can't; names both numbers.
    """
    needed = needed_bytes(model, training)
    written = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    free = shutil.disk_usage(folder).free
    if needed <= free + written:
        return
    raise DiskFull(
        Message(
            "This run needs about {needed:,.0f} MB for its checkpoints and its model; {folder} has {free:,.0f} MB"
            " left.",
            needed=(needed - written) / 1e6,
            folder=folder,
            free=free / 1e6,
        ),
        Message(
            "Free some space, set STARBOARD_HOME to another disk, or keep fewer checkpoints"
            " (training.save_total_limit is {limit}).",
            limit=training.save_total_limit,
        ),
    )
