"""Tables dropped onto the Data page, stored in the home folder under a name that tells them apart.

The same content under the same name is stored once; other content under a known name never overwrites it.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from core.errors import StorageError
from core.home.files import ensure, write_whole
from core.messages import Message


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
    target = ensure(folder / hashlib.sha256(content).hexdigest()[:12]) / plain
    if target.exists():
        return target
    try:
        write_whole(target, content)
    except OSError as error:
        raise StorageError(
            Message("The upload {name} cannot be kept: {why}.", name=plain, why=error.strerror or str(error)),
            Message("Free some space, or set STARBOARD_HOME to another disk."),
        ) from error
    return target
