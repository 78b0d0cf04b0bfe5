"""The model that comes with Starboard: there, as it was published, and refused when it is not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.errors import ModelError
from core.models import bundled


def test_a_damaged_bundled_model_is_refused(tmp_path: Path) -> None:
    real = bundled.folder()
    assert real is not None
    for name in bundled.SHA256:
        shutil.copy(real / name, tmp_path / name)
    bundled.check(tmp_path)
    with (tmp_path / "vocab.txt").open("ab") as file:
        file.write(b"\n")
    with pytest.raises(ModelError, match=r"vocab.txt has the SHA-256 .* expected 07eced375cec"):
        bundled.check(tmp_path)
    (tmp_path / "vocab.txt").unlink()
    with pytest.raises(ModelError, match=r"has no file vocab\.txt"):
        bundled.check(tmp_path)
