"""What a process that died left behind in its run's folder.

Knows the layout of a run's folder; knows no database, and not who lives: the caller makes sure that nobody trains the
run. Guarantees: what is whole is kept; afterwards `model/` is whole or absent and every checkpoint is whole.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from core.home.files import read_json
from core.runs import checkpoints, manifest, process

# As safetensors itself has it.
MOST_HEADER_BYTES = 100_000_000
# Where tokenizers of the different kinds keep their words.
WORDS = ("tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model")
# See `core.runs.record`.
FAILURE = "failure.json"
HALF_WRITTEN = {".tmp", ".new", ".old", ".partial"}


def clean(folder: Path) -> None:
    """Remove half-written checkpoints and models; put a model back that was being replaced."""
    process.clean(folder)
    (folder / FAILURE).unlink(missing_ok=True)
    for each in list((folder / "checkpoints").glob("*/")):
        _clean_checkpoint(each)
    model, old, new = (folder / name for name in ("model", "model.old", "model.new"))
    # The old one first: its step is known, and what the new one holds can be had again from the checkpoint.
    for spare in (old, new):
        if not model.exists() and spare.is_dir() and is_whole_model(spare):
            spare.rename(model)
        shutil.rmtree(spare, ignore_errors=True)


def _clean_checkpoint(found: Path) -> None:
    named = checkpoints.NAME.fullmatch(found.name) is not None
    if named and checkpoints.is_whole(found):
        return
    replaced = found.with_suffix("")
    if found.suffix == ".old" and checkpoints.is_whole(found) and not checkpoints.is_whole(replaced):
        shutil.rmtree(replaced, ignore_errors=True)
        found.rename(replaced)
    elif named and (found / manifest.NAME).exists():
        # It was whole once and has been damaged since: nothing that counts, but perhaps all that somebody has.
        return
    elif named or found.name.startswith("tmp-") or found.suffix in HALF_WRITTEN:
        shutil.rmtree(found, ignore_errors=True)


def is_whole_model(model: Path, *, thorough: bool = False) -> bool:
    """Whether a saved model can be read: configuration, tokenizer, and weights of their full length.

    Args:
        thorough: every byte is as it was written, where the model has a manifest.
    """
    weights = list(model.glob("*.safetensors"))
    readable = all(_json(model / name) is not None for name in ("config.json", "tokenizer_config.json"))
    # Without its words a tokenizer makes every word the unknown one.
    has_words = any((model / name).is_file() for name in WORDS)
    return (
        readable
        and has_words
        and bool(weights)
        and all(map(_has_full_length, weights))
        and manifest.fault(model, thorough=thorough) is None
    )


def model_step(folder: Path, recorded: int | None) -> int | None:
    """The step whose weights `model/` holds; None where there is no whole model.

    Its manifest says so. Without one: a process can die between saving the model and recording its step. A model that
    is younger than the last checkpoint was saved after it: it has the weights of that step, or of the best one when the
    training had come to its end.
    """
    model = folder / "model"
    if not is_whole_model(model):
        return None
    known = manifest.read(model)
    if known is not None and known.step is not None:
        return known.step
    checkpoint = checkpoints.last(folder)
    if checkpoint is None:
        return recorded
    if recorded is not None and _written(model) < _written(checkpoint):
        return recorded
    state = checkpoints.trainer_state(checkpoint)
    training = (_json(folder / "config.json") or {}).get("training") or {}
    ends_with_best = training.get("load_best_model_at_end") or training.get("early_stopping_patience")
    if ends_with_best and state.best_global_step and state.global_step >= state.max_steps:
        return state.best_global_step
    return state.global_step


def classes(folder: Path) -> dict[str, Any]:
    """The facts that a saved model tells by itself: its classes and what each is worth."""
    config = _json(folder / "model" / "config.json") or {}
    names = config.get("id2label")
    if not isinstance(names, dict):
        return {}
    kept = {"ratings": config.get("star_ratings"), "task": config.get("review_task")}
    return kept | {"classes": [names[key] for key in sorted(names, key=int)]}


def _has_full_length(file: Path) -> bool:
    """Whether a safetensors file is as long as its header says.

    Source: https://huggingface.co/docs/safetensors/index#format
    """
    if not file.is_file():
        # A named pipe would be waited for.
        return False
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 0 < length < file.stat().st_size or length > MOST_HEADER_BYTES:
            return False
        try:
            header = json.loads(stream.read(length))
            ends = [int(entry["data_offsets"][1]) for name, entry in header.items() if name != "__metadata__"]
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return False
    return file.stat().st_size == 8 + length + max(ends, default=0)


def _written(folder: Path) -> float:
    return max(file.stat().st_mtime for file in folder.iterdir())


def _json(file: Path) -> dict[str, Any] | None:
    found = read_json(file)
    return found if isinstance(found, dict) else None
