"""Whether a checkpoint, which anybody may have written, can be gone on from: opened without running code.

Three of its files are pickles. Each is opened by torch's reader that makes tensors and plain values alone; one that
asks for more is refused. Knows what the Trainer writes; knows no store. The manifest finds damage, this finds malice.
"""

from __future__ import annotations

import dataclasses
import math
import random
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch

from core.errors import ModelError, StarboardError, TrainingError
from core.messages import Message
from core.models import failures
from core.models import folder as folders
from core.runs import manifest

ADAPTER = "adapter_model.safetensors"


def fault(checkpoint: Path) -> Message | None:
    """What is wrong inside the files of a checkpoint; None where nothing is."""
    if (why := fault_of_weights(checkpoint)) is not None:
        return why
    looks: list[tuple[str, Callable[[Path], bool]]] = [
        ("optimizer.pt", _is_optimizer),
        ("scheduler.pt", _is_schedule),
        ("trainer_state.json", _is_state),
        *((each.name, _is_random_state) for each in checkpoint.glob("rng_state*.pth")),
    ]
    for name, fits in looks:
        try:
            if not fits(checkpoint / name):
                return Message("{file} holds something else than the Trainer writes", file=folders.shown(name))
        except UnpicklingError:
            return Message("{file} asks for code to be run, or is damaged", file=folders.shown(name))
        except Exception as error:
            if not failures.is_about_files(error):
                raise
            words = Message.verbatim(failures.first_line(error))
            return Message("{file} cannot be read: {why}", file=folders.shown(name), why=words)
    return None


def fault_of_weights(checkpoint: Path) -> Message | None:
    """What is wrong with the weights of a checkpoint and with its configuration; None where nothing is."""
    pickled = next((each.name for each in checkpoint.glob("*.bin") if each.name != manifest.UNKEPT), None)
    if pickled is not None:
        return Message("{file} can carry code, which is never run", file=folders.shown(pickled))
    adapter = (checkpoint / ADAPTER).exists()
    try:
        folders.check(checkpoint, adapter=True)
        held = folders.numbers(checkpoint, ADAPTER) if adapter else folders.parameters(checkpoint)
    except ModelError as error:
        why: Message = error.found.values["why"]
        return why
    return None if held else Message("it has no weights")


@contextmanager
def explained(checkpoint: str | None) -> Iterator[None]:
    """Within, what a library fails at is said of the checkpoint that it goes on from.

    Raises:
        TrainingError: it failed.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, StarboardError) or not failures.is_about_files(error) or checkpoint is None:
            raise
        raise unfit(Message.verbatim(failures.first_line(error))) from error


def unfit(why: Message) -> TrainingError:
    """The error about a checkpoint that can be read, but is not of this run."""
    return TrainingError(
        Message("The checkpoint does not fit this run: {why}.", why=why),
        Message("Delete its folder and resume the run, which then goes on from the one before, or train a new run."),
    )


def check_weights(missing: set[str], model: Any) -> None:
    """See that a checkpoint had every weight of a model.

    Args:
        missing: the names that it had not.

    Raises:
        TrainingError: others are missing than those that are the same as another one.
    """
    tied = set(getattr(model, "all_tied_weights_keys", None) or ()) | set(
        getattr(model, "_keys_to_ignore_on_save", None) or ()
    )
    if lost := sorted(missing - tied):
        names = Message.verbatim(folders.shown(", ".join(lost[:3])))
        raise unfit(Message("its weights lack {count:,} parts, such as {names}", count=len(lost), names=names))


def check_adapter(checkpoint: Path, model: Any) -> None:
    """See that a checkpoint of LoRA had every weight that is trained.

    Raises:
        TrainingError: it had not.
    """
    from peft import get_peft_model_state_dict
    from safetensors import safe_open

    with safe_open(checkpoint / ADAPTER, framework="pt") as weights:
        held = set(weights.keys())
    check_weights(set(get_peft_model_state_dict(model, save_embedding_layers=False)) - held, model)


def check_optimizer(optimizer: Any) -> None:
    """See that what an optimizer remembers is of its parameters.

    Raises:
        TrainingError: it isn't.
    """
    for parameter, means in optimizer.state.items():
        for value in means.values():
            if isinstance(value, torch.Tensor) and value.dim() and value.shape != parameter.shape:
                raise unfit(Message("its optimizer remembers parameters of other shapes"))
    for group in optimizer.param_groups:
        betas = group.get("betas", ())
        if not all(
            _is_number(each) for each in (group["lr"], group.get("weight_decay", 0), group.get("eps", 0), *betas)
        ):
            raise unfit(Message("its optimizer has settings that are no numbers"))


def _opened(file: Path) -> Any:
    """What torch saved, without anything that would be run.

    Raises:
        UnpicklingError: it asks for more than tensors and plain values.
        ValueError: it is no file as torch writes it.
    """
    from transformers.trainer_pt_utils import safe_globals

    with zipfile.ZipFile(file) as packed:
        # Torch packs nothing; what is packed can be a million times as large as its file.
        if any(each.compress_type != zipfile.ZIP_STORED for each in packed.infolist()):
            raise ValueError("it is compressed")
    with safe_globals():
        return torch.load(file, weights_only=True, mmap=True, map_location="cpu")


def _is_optimizer(file: Path) -> bool:
    found = _opened(file)
    means, groups = found["state"], found["param_groups"]
    return (
        all(isinstance(each, dict) for each in [*means.values(), *groups])
        and all(isinstance(value, torch.Tensor | int | float) for each in means.values() for value in each.values())
        and all(isinstance(each.get("exp_avg", torch.empty(0)), torch.Tensor) for each in means.values())
    )


def _is_schedule(file: Path) -> bool:
    found = _opened(file)
    numbers = [found["last_epoch"], *found.get("base_lrs", ()), *found.get("_last_lr", ())]
    # The names become attributes of the schedule.
    named = not any(callable(getattr(torch.optim.lr_scheduler.LambdaLR, name, None)) for name in found)
    return named and isinstance(found["last_epoch"], int) and all(map(_is_number, numbers))


def _is_random_state(file: Path) -> bool:
    found = _opened(file)
    random.Random().setstate(found["python"])
    np.random.RandomState().set_state(found["numpy"])
    torch.Generator().set_state(found["cpu"])
    return True


def _is_state(file: Path) -> bool:
    from transformers import TrainerState

    found = TrainerState.load_from_json(str(file))
    for field in dataclasses.fields(found):
        value, usual = getattr(found, field.name), field.default
        if isinstance(usual, bool):
            fits = isinstance(value, bool)
        elif isinstance(usual, int | float):
            fits = _is_number(value)
        else:
            fits = field.name not in ("best_metric", "best_global_step") or value is None or _is_number(value)
        if not fits:
            return False
    states = found.stateful_callbacks.values()
    return all(isinstance(each, dict | list) for each in states)


def _is_number(value: Any) -> bool:
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        value = value.item()
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
