"""plotly.js is copied once, whole, under its version."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from ui import assets


def test_the_file_is_copied_whole_and_only_once(tmp_path: Path) -> None:
    url = assets.plotly_url(tmp_path)
    name = f"plotly-{metadata.version('plotly')}.min.js"
    assert url == f"app/static/{name}"
    copy = tmp_path / name
    assert copy.read_bytes() == assets.plotly_source().read_bytes()
    changed = copy.stat().st_mtime_ns
    assert assets.plotly_url(tmp_path) == url
    assert copy.stat().st_mtime_ns == changed
    assert [file.name for file in tmp_path.iterdir()] == [name], "no part of a copy is left behind"


def test_a_copy_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"):
        assets._copy(tmp_path / "missing.js", tmp_path / "static" / "target.js")
    assert list((tmp_path / "static").iterdir()) == []


def test_the_pieces_import_nothing_heavy() -> None:
    """Plotly is not in the list: Streamlit imports it by itself."""
    code = (
        "import sys; import ui.frame, ui.pieces, ui.strip, ui.live_chart;"
        "print([m for m in ('torch', 'transformers', 'datasets', 'evaluate') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    found = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
