"""What a folder held when it was written whole: each file's length and checksum, noted last.

A checkpoint and a saved model each have one, so that what a disk, a copy or a person changed later is noticed instead
of trained on. Knows files; knows nothing of what they hold. The checksum finds damage, not malice: who can change the
files can change the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from core.home.files import checksum, write_whole, writing
from core.messages import Message

NAME = "manifest.json"
# The Trainer's arguments as a pickle, which could carry code; nothing needs it, and a copy goes without it.
UNKEPT = "training_args.bin"


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("a manifest names files of its own folder")
    return name


class File(BaseModel):
    """One file: its length, and the 128 bits of XXH3 of its content, in hexadecimal."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    bytes: int = Field(ge=0)
    xxh3: str


class Manifest(BaseModel):
    """All files of a folder.

    Attributes:
        files: by their path in the folder.
        step: the optimizer step whose weights these are.
        eval_step: the step whose evaluation `eval` is.
        eval: the scores of the weights, empty where there are none.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    files: dict[Annotated[str, AfterValidator(_inside)], File]
    step: int | None = Field(default=None, ge=0, le=10**15)
    eval_step: int | None = Field(default=None, ge=0, le=10**15)
    eval: dict[str, float] = {}


def write(
    folder: Path, *, step: int | None = None, eval_step: int | None = None, scores: Mapping[str, float] | None = None
) -> None:
    """Note what a folder holds; afterwards it is changed by `replacing` alone."""
    files = {
        file.relative_to(folder).as_posix(): _seen(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name not in (NAME, UNKEPT)
    }
    _put(folder, Manifest(files=files, step=step, eval_step=eval_step, eval=dict(scores or {})))


@contextmanager
def replacing(folder: Path, name: str) -> Iterator[Path]:
    """A file to be written in place of one of a folder, as `writing`; at no moment does the manifest gainsay it."""
    known = read(folder)
    if known is not None:
        _put(
            folder,
            known.model_copy(update={"files": {each: known.files[each] for each in known.files if each != name}}),
        )
    with writing(folder / name) as fresh:
        yield fresh
    if known is not None:
        _put(folder, known.model_copy(update={"files": known.files | {name: _seen(folder / name)}}))


def read(folder: Path) -> Manifest | None:
    """The manifest of a folder; None where there is none, as in those of earlier versions, or where it is damaged."""
    try:
        return Manifest.model_validate_json((folder / NAME).read_bytes())
    except (OSError, ValueError):
        return None


def fault(folder: Path, *, thorough: bool) -> Message | None:
    """What is wrong with a folder that has a manifest; None where nothing is, or where it never had one.

    Args:
        thorough: read every file, rather than look at lengths alone.
    """
    if not (folder / NAME).exists():
        return None
    known = read(folder)
    if known is None:
        return Message("{file} cannot be read", file=NAME)
    for name, file in known.files.items():
        path = folder / name
        try:
            if not path.is_file():
                return Message("{file} is missing", file=name)
            length = path.stat().st_size
            if length != file.bytes:
                return Message(
                    "{file} has {found:,} bytes, {expected:,} were written",
                    file=name,
                    found=length,
                    expected=file.bytes,
                )
            if thorough and checksum(path) != file.xxh3:
                return Message("the content of {file} has changed", file=name)
        except OSError as error:
            return Message("{file} cannot be read: {why}", file=name, why=error.strerror or str(error))
    return None


def _put(folder: Path, found: Manifest) -> None:
    write_whole(folder / NAME, found.model_dump_json(indent=1))


def _seen(file: Path) -> File:
    return File(bytes=file.stat().st_size, xxh3=checksum(file))
