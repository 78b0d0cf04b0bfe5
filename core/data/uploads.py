"""Tables dropped onto the Data page, stored in the home folder under a name that tells them apart.

The same content under the same name is stored once; other content under a known name never overwrites it. The name of
its folder is a checksum, so that one which came to harm is noticed, and mended by uploading the file again.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from core.errors import StorageError, of_system
from core.home.files import PARTIAL, ensure, write_whole
from core.home.places import UPLOADS
from core.messages import Message

_DIGITS = 12
_CHECKSUM = re.compile(f"[0-9a-f]{{{_DIGITS}}}")


@dataclass(frozen=True)
class Upload:
    """A table that was uploaded: where it lies, its size in bytes, and when it came, in seconds since 1970."""

    path: Path
    bytes: int
    when: float


def has_changed(file: Path) -> bool:
    """Whether a table lies where uploads do and is not what was uploaded.

    Raises:
        OSError: it cannot be read.
    """
    checksum, place = file.parent.name, file.parent.parent.name
    if place != UPLOADS or not _CHECKSUM.fullmatch(checksum):
        return False
    with file.open("rb") as stream:
        return not hashlib.file_digest(stream, "sha256").hexdigest().startswith(checksum)


def store(folder: Path, name: str, content: bytes | memoryview) -> Path:
    """Write an uploaded file, whole or not at all.

    Args:
        folder: for uploads.
        name: as the browser gave it; only its last part is used.
        content: its bytes.

    Returns:
        Where it lies now.

    Raises:
        StorageError: it cannot be written.
    """
    plain = re.sub(r"[^\w.\- ]+", "_", Path(name.replace("\\", "/")).name).strip(". ") or "reviews.csv"
    target = ensure(folder / hashlib.sha256(content).hexdigest()[:_DIGITS]) / plain
    if target.exists() and not has_changed(target):
        return target
    try:
        write_whole(target, content)
    except OSError as error:
        raise of_system(error) or StorageError(
            Message("The upload {name} cannot be kept: {why}.", name=plain, why=error.strerror or str(error)),
            Message("Free some space, or set STARBOARD_HOME to another disk."),
        ) from error
    return target


def listed(folder: Path) -> list[Upload]:
    """The tables among the uploads, the latest first; none where they cannot be looked at."""
    found = []
    with contextlib.suppress(OSError):
        for file in folder.glob("*/*"):
            # What is half written has a name of its own; a link may lead anywhere.
            if _CHECKSUM.fullmatch(file.parent.name) and file.is_file() and not _is_foreign(file):
                seen = file.stat()
                found.append(Upload(file, seen.st_size, seen.st_mtime))
    return sorted(found, key=lambda each: (-each.when, each.path.name))


def delete(folder: Path, file: Path) -> None:
    """Remove an upload for good; one that is gone already is as it should be.

    Raises:
        StorageError: it is none of the uploads, or cannot be removed.
    """
    if file.parent.parent != folder or not _CHECKSUM.fullmatch(file.parent.name) or _is_foreign(file):
        raise StorageError(
            Message("{name} is none of the uploads.", name=file.name), Message("Remove it where it lies.")
        )
    try:
        file.unlink(missing_ok=True)
        # Another file of the same content may lie beside it under another name.
        if not any(file.parent.iterdir()):
            file.parent.rmdir()
    except OSError as error:
        raise of_system(error) or StorageError(
            Message("The upload {name} cannot be removed: {why}.", name=file.name, why=error.strerror or str(error)),
            Message("Check the permissions of its folder."),
        ) from error


def _is_foreign(file: Path) -> bool:
    """Whether it is a link, lies behind one, or is what a write has left half done."""
    return file.is_symlink() or file.parent.is_symlink() or file.name.endswith(PARTIAL)
