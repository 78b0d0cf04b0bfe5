"""Tables dropped onto the Data page, stored in the home folder under a name that tells them apart.

The same content under the same name is stored once; other content under a known name never overwrites it. The name of
its folder is a checksum, so that one which came to harm is noticed, and mended by uploading the file again.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from core.errors import StorageError, of_system
from core.home.files import ensure, write_whole
from core.home.places import UPLOADS
from core.messages import Message

_DIGITS = 12


def has_changed(file: Path) -> bool:
    """Whether a table lies where uploads do and is not what was uploaded.

    Raises:
        OSError: it cannot be read.
    """
    checksum, place = file.parent.name, file.parent.parent.name
    if place != UPLOADS or not re.fullmatch(f"[0-9a-f]{{{_DIGITS}}}", checksum):
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
