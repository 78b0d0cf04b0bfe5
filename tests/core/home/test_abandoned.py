"""Files that a process was writing when it died go; those of a living one stay."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from core.home.files import writing
from core.home.places import Home
from core.runs import recovery
from core.runs.store import Store

ROOT = Path(__file__).parents[3]


def test_what_a_dead_process_was_writing_goes_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    code = (
        "import os, signal, sys, tempfile\nfrom pathlib import Path\n"
        "from core.home.files import create_folder, mine, writing\nfrom core.data import uploads\n"
        "home = Path(sys.argv[1])\n"
        "for name in ('runs/a/model', 'cache/reports', 'uploads/1234'): create_folder(home / name)\n"
        "kept = [writing(home / name) for name in ('notices.json', 'cache/reports/x.json', 'uploads/1234/a.csv')]\n"
        "for each in kept: each.__enter__().write_bytes(b'half')\n"
        "tempfile.mkdtemp(prefix=mine('.incoming-'), dir=home / 'runs')\n"
        "tempfile.mkdtemp(prefix=mine('calibrate-'), dir=home / 'cache')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(home.path)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    left = [*home.path.rglob("*.partial"), *home.path.rglob("*incoming-*"), *home.path.rglob("calibrate-*")]
    assert len(left) == 5
    old = home.path / ".notices.json.abcd1234.partial"
    old.write_text("half")
    os.utime(old, (0, 0))
    with writing(home.path / "preferences.json") as fresh:
        fresh.write_text("{}")
        recovery.recover(Store(home))
        assert fresh.exists()
    assert not [each for each in [*left, old] if each.exists()]
    assert list(home.uploads.iterdir()) == []
    assert (home.path / "preferences.json").read_text() == "{}"
