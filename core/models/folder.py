"""Whether the folder of a model, which anybody may have written, can be opened: looked at before anything is loaded.

Knows files, JSON and the headers of weights; knows no model and imports neither torch nor transformers. Guarantees of a
folder that passes: every file in it is an ordinary one and lies there, or where the hub's cache keeps it; weights are
safetensors alone; and no setting makes a library count or build without end.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import ModelError
from core.messages import Message

CONFIG, WEIGHTS, INDEX = "config.json", "model.safetensors", "model.safetensors.index.json"
# Read whole by the libraries. The largest vocabularies take 35 MB.
MOST_FILE_BYTES = 1 << 28
MOST_SETTINGS_BYTES = 1 << 25
# Those of the largest models have some hundred thousand bytes.
MOST_HEADER_BYTES = 1 << 24
MOST_DEPTH = 50
# Lists of so many entries, which libraries make of such settings, take neither long nor much memory.
MOST_LAYERS, MOST_LABELS, MOST_SIZE = 1000, 100_000, 1 << 25
_LAYERS = re.compile(r"(.*_)?layers?")
_SIZES = re.compile(r".*(size|dim|length|position|head|vocab|hidden|width|expert|group|depth|block).*|(num|n|max|d)_.*")
_UNLIMITED = "model_max_length"
# What a configuration can name to have code fetched from the hub and run.
_IMPLEMENTATION = re.compile(r"_?(attn|experts)_implementation.*|use_kernels|kernel_config")
WORDS, WORD_SETTINGS = "tokenizer.json", "tokenizer_config.json"
_OF_WORDS = (WORD_SETTINGS, "special_tokens_map.json")
_SETTINGS = (CONFIG, *_OF_WORDS, "added_tokens.json", INDEX)
_READ_WHOLE = (WORDS, "vocab.txt", "vocab.json", "merges.txt", "tokenizer.model", "spiece.model", "chat_template.jinja")
# What tokenizers knows of a special word; it writes other names to standard output.
_OF_A_WORD = {"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special", "__type"}
SHOWN = 120


def shown(text: object, most: int = SHOWN) -> str:
    """A name or a library's words for a message: in one line that moves no cursor, of a long one begin and end."""
    line = "".join(each if each.isprintable() else "�" for each in " ".join(str(text).split()))
    half = (most - 1) // 2
    return line if len(line) <= most else f"{line[:half]}…{line[-half:]}"


def check(folder: Path, *, adapter: bool = False) -> None:
    """See that the files of a model's folder are ordinary, lie in it and hold settings that can be read.

    Args:
        adapter: it may be an adapter, whose settings name another model that would be opened unseen.

    Raises:
        ModelError: they don't.
    """
    # `Path.resolve` fails at links that go round in circles.
    place = Path(os.path.realpath(folder))
    inside = [place, *_of_the_hub(place)]
    try:
        files = list(_files(folder))
    except OSError as error:
        raise refused(folder, Message("it cannot be read ({why})", why=error.strerror or shown(error))) from error
    for file in files:
        target = Path(os.path.realpath(file))
        if not any(target.is_relative_to(each) for each in inside):
            raise refused(folder, Message("{file} is a link to a file elsewhere", file=shown(file.name)))
        if not file.is_file():
            raise refused(folder, Message("{file} is missing or no ordinary file", file=shown(file.name)))
        if file.name in _READ_WHOLE and file.stat().st_size > MOST_FILE_BYTES:
            raise refused(folder, Message("{file} is larger than any vocabulary is", file=shown(file.name)))
    if not adapter and (folder / "adapter_config.json").exists():
        raise refused(folder, Message("it is an adapter of another model, which has to be merged with it first"))
    known = {name: _settings(folder, name) for name in _SETTINGS if (folder / name).exists()}
    for name in _OF_WORDS:
        _check_words(folder, name, known.get(name, {}))
    of_words = known.get(WORD_SETTINGS, {})
    if "/" in str(of_words.get("fast_tokenizer_files")):
        raise refused(folder, Message("{file} names files elsewhere", file=WORD_SETTINGS))
    if "added_tokens_decoder" not in of_words and (folder / WORDS).exists():
        # Only then are they read from here.
        added = {"added_tokens": _json(folder, WORDS, MOST_FILE_BYTES).get("added_tokens")}
        _look_through(folder, WORDS, added)
        _check_words(folder, WORDS, added)


def parameters(folder: Path) -> int | None:
    """How many numbers the weights in a folder hold, by their headers; None where there are no safetensors.

    Raises:
        ModelError: they are empty or damaged, or an index names something else than safetensors of the folder.
    """
    if not (folder / WEIGHTS).exists() and not (folder / INDEX).exists():
        return None
    names = [WEIGHTS] if (folder / WEIGHTS).exists() else shards(folder, folder / INDEX)
    found = sum(numbers(folder, name) for name in names)
    if not found:
        raise refused(folder, Message("its weights hold nothing"))
    return found


def shards(folder: Path | str, index: Path) -> list[str]:
    """The files that an index of weights names.

    Args:
        folder: the model that is complained about.

    Raises:
        ModelError: it names other files than safetensors beside it, or cannot be read.
    """
    settings = _settings(index.parent, INDEX)
    named, about = settings.get("weight_map"), settings.get("metadata")
    if not isinstance(named, dict) or not isinstance(about, dict):
        raise refused(folder, Message("{file} is not an index of weights", file=INDEX))
    for name in named.values():
        plain = isinstance(name, str) and name == Path(name).name and "\\" not in name
        if not plain or not name.endswith(".safetensors"):
            raise refused(
                folder,
                Message("{file} names {found}, which is no safetensors file of it", file=INDEX, found=shown(name)),
            )
    return sorted(set(named.values()))


def numbers(folder: Path, name: str) -> int:
    """How many numbers a file of weights holds, by its header.

    Raises:
        ModelError: shapes, types and places do not fit together, or not the file.
    """
    from safetensors import SafetensorError, safe_open

    found, file = 0, folder / name
    try:
        with file.open("rb") as stream:
            header = int.from_bytes(stream.read(8), "little")
        if header > MOST_HEADER_BYTES:
            raise refused(folder, Message("the header of {file} has an absurd length", file=shown(name)))
        with safe_open(file, framework="numpy") as weights:
            for tensor in weights.keys():  # noqa: SIM118 - it is no mapping
                count = 1
                for length in weights.get_slice(tensor).get_shape():
                    count *= length
                found += count
    except (OSError, SafetensorError) as error:
        why = error.strerror or shown(error) if isinstance(error, OSError) else shown(error)
        raise refused(
            folder, Message("{file} is damaged or no safetensors file ({why})", file=shown(name), why=why)
        ) from error
    return found


def refused(folder: Path | str, why: Message) -> ModelError:
    """The error about a model's folder."""
    return ModelError(
        Message("The model {name} is not opened: {why}.", name=shown(folder), why=why),
        Message("Get it again from where it was published, or choose another model."),
    )


def _files(folder: Path) -> Iterator[Path]:
    """What libraries look at: all that is not a folder, and templates of chats."""
    for place in (folder, folder / "additional_chat_templates"):
        if place.is_dir():
            yield from (each for each in place.iterdir() if not each.is_dir() or each.name.endswith((".json", ".txt")))


def _of_the_hub(folder: Path) -> list[Path]:
    """Where the cache of the hub keeps the files of a snapshot, which are links there.

    Source: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
    """
    repository = folder.parent.parent
    if folder.parent.name != "snapshots" or not repository.name.startswith("models--"):
        return []
    return [repository / "blobs", repository.parent / "blobs"]


def _settings(folder: Path, name: str) -> dict[str, Any]:
    """The JSON object in a file, with no more in it than a model has."""
    found = _json(folder, name, MOST_SETTINGS_BYTES)
    _look_through(folder, name, found)
    return found


def _json(folder: Path, name: str, most_bytes: int) -> dict[str, Any]:
    try:
        if (folder / name).stat().st_size > most_bytes:
            raise refused(folder, Message("{file} is larger than any settings are", file=name))
        found = json.loads((folder / name).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        why = shown(error)
        raise refused(folder, Message("{file} is not readable as JSON ({why})", file=name, why=why)) from error
    if not isinstance(found, dict):
        raise refused(folder, Message("{file} does not hold settings by their names", file=name))
    return found


def _check_words(folder: Path, name: str, settings: Any) -> None:
    """See that special words are described by the names that tokenizers knows."""
    if isinstance(settings, list):
        settings = dict(enumerate(settings))
    if not isinstance(settings, dict):
        return
    if "content" in settings and (odd := set(settings) - _OF_A_WORD):
        raise refused(
            folder,
            Message("{file} says {found} of a word, which is unknown", file=name, found=repr(shown(min(odd), 60))),
        )
    for each in settings.values():
        _check_words(folder, name, each)


def _look_through(folder: Path, name: str, settings: Any, depth: int = 0) -> None:
    """See that settings are not nested too deeply and, in a model's configuration, that none asks for too much."""
    if depth > MOST_DEPTH:
        raise refused(folder, Message("{file} is nested more than {most} deep", file=name, most=MOST_DEPTH))
    inner = settings.items() if isinstance(settings, dict) else [("", each) for each in settings]
    for key, value in inner:
        if isinstance(value, dict | list):
            _look_through(folder, name, value, depth + 1)
        if name != CONFIG:
            continue
        if _IMPLEMENTATION.fullmatch(key) and value and value not in ("eager", "sdpa", "flash_attention_2"):
            raise refused(
                folder, Message("its {key} is {found}, code that is never run", key=key, found=shown(value, 60))
            )
        if key == "transformers_weights" and value != WEIGHTS:
            raise refused(folder, Message("it keeps its weights in {found}", found=shown(value, 60)))
        if key == "quantization_config" and value:
            raise refused(folder, Message("its weights are quantized, which cannot be trained"))
        most = _most(key)
        if isinstance(value, int) and most is not None and abs(value) > most:
            found = f"{value:.3g}" if abs(value) < 1e300 else "…"
            raise refused(
                folder,
                Message(
                    "{key} in {file} is {found}; expected {most:,} at most",
                    key=shown(key, 60),
                    file=name,
                    found=found,
                    most=most,
                ),
            )


def _most(key: str) -> int | None:
    """What a whole number of this name may be in a model's configuration; None where it counts nothing."""
    if _LAYERS.fullmatch(key):
        return MOST_LAYERS
    if key == "num_labels":
        return MOST_LABELS
    return MOST_SIZE if _SIZES.fullmatch(key) and key != _UNLIMITED else None
