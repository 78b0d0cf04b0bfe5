"""Calibrations in the home: which fit which configuration, damaged files, the process that measures."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest

from core.config import RunConfig
from core.errors import EstimateError
from core.estimating import calibrations
from core.home import preferences
from core.home.places import Home
from tests.core.estimating.calibrated import ROUND

CONFIG = RunConfig()


def answering(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    """Let another program answer in the place of the one that measures."""
    package = tmp_path / "stand-in" / "core" / "estimating"
    package.mkdir(parents=True)
    (package / "calibrate.py").write_text(code)
    monkeypatch.setattr(calibrations, "ROOT", tmp_path / "stand-in")
    monkeypatch.setattr(calibrations, "POLL_SECONDS", 0.02)


def test_what_was_kept_is_found_for_what_costs_the_same(home: Path) -> None:
    assert calibrations.cached(Home.present(), CONFIG) is None
    calibrations.save(Home.present(), CONFIG, ROUND)
    same = {"data.train_size": 50, "training.per_device_train_batch_size": 32, "training.learning_rate": 1e-3}
    assert calibrations.cached(Home.present(), CONFIG.replace(same)) == ROUND
    for path, value in (
        ("model.name", "other/model"),
        ("model.attention_dropout", 0.1),
        ("model.freeze_embeddings", True),
        ("model.lora_rank", 4),
        ("training.precision", "fp32"),
    ):
        assert calibrations.cached(Home.present(), CONFIG.replace({path: value})) is None, path
    dropping = CONFIG.replace({"model.attention_dropout": 0.1})
    calibrations.save(Home.present(), dropping, ROUND)
    assert calibrations.cached(Home.present(), dropping.replace({"model.attention_dropout": 0.2})) == ROUND, (
        "as slow as 0.1"
    )
    preferences.save(Home.present(), threads=1)
    assert calibrations.cached(Home.present(), CONFIG) is None


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff\xfe", b'{"KEY": 3}', b'{"KEY": {"batch": {}}}'])
def test_a_damaged_file_is_an_empty_one(home: Path, content: bytes) -> None:
    calibrations.save(Home.present(), CONFIG, ROUND)
    file = Home.present().cache / "calibrations.json"
    file.write_bytes(content.replace(b"KEY", calibrations.key(Home.present(), CONFIG).encode()))
    assert calibrations.cached(Home.present(), CONFIG) is None
    calibrations.save(Home.present(), CONFIG, ROUND)
    assert calibrations.cached(Home.present(), CONFIG) == ROUND


def test_a_home_that_cannot_be_written_costs_only_the_memory_of_it(home: Path) -> None:
    home.mkdir()
    (home / "cache").write_text("a file where a folder should be")
    calibrations.save(Home.present(), CONFIG, ROUND)
    assert calibrations.cached(Home.present(), CONFIG) is None


def test_what_the_process_measures_is_kept(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = json.dumps({"calibration": ROUND.to_dict()})
    answering(monkeypatch, tmp_path, f"import sys; assert 'minilm' in sys.stdin.read(); print({answer!r})")
    assert calibrations.measure(Home.present(), CONFIG) == ROUND
    assert calibrations.cached(Home.present(), CONFIG) == ROUND


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('print(\'{"error": ["No such model.", "Choose another."]}\')', "No such model. Choose another."),
        (
            'print(\'{"error": [{"template": "No {what}.", "values": {"what": "room"}}, {"text": "Wait."}]}\')',
            "No room. Wait.",
        ),
        ("raise MemoryError('out of memory')", "could not be measured: MemoryError: out of memory"),
        ("import os; os._exit(9)", "it ended with code 9"),
        ("print('{\"calibration\": {}}')", "could not be measured"),
    ],
)
def test_a_process_that_fails_says_why(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, message: str
) -> None:
    answering(monkeypatch, tmp_path, code)
    with pytest.raises(EstimateError, match=message):
        calibrations.measure(Home.present(), CONFIG)
    assert calibrations.cached(Home.present(), CONFIG) is None


def test_a_training_that_begins_ends_the_measuring(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, tmp_path, "import time; time.sleep(60)")
    with pytest.raises(calibrations.Busy):
        calibrations.measure(Home.present(), CONFIG, lambda: True)
    monkeypatch.setattr(calibrations, "TIMEOUT_SECONDS", 0.0)
    with pytest.raises(EstimateError, match="longer than"):
        calibrations.measure(Home.present(), CONFIG)


def test_several_processes_have_no_estimate(home: Path) -> None:
    with pytest.raises(EstimateError, match=r"training\.processes to 1"):
        calibrations.measure(Home.present(), CONFIG.replace({"training.processes": 2}))


def test_in_the_background_a_page_may_ask_again_and_again(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(calibrations, "QUIET_SECONDS", 0.0)
    count = tmp_path / "count"
    answer = json.dumps({"calibration": ROUND.to_dict()})
    code = (
        f"import sys; from pathlib import Path; f = Path({str(count)!r}); f.write_text(f.read_text() + 'x')\n"
        f"print({answer!r} if 'minilm' in sys.stdin.read() else 'nonsense')"
    )
    count.write_text("")
    answering(monkeypatch, tmp_path, code)
    background = calibrations.Background(Home.present(), lambda: False)
    until = time.monotonic() + 30
    while calibrations.cached(Home.present(), CONFIG) is None:
        assert background.ask(CONFIG) is None
        assert time.monotonic() < until
        time.sleep(0.01)
    other = CONFIG.replace({"model.name": "other/model"})
    while (problem := background.ask(other)) is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert "could not be measured" in problem.message
    assert background.ask(other) is problem, "what failed is not tried at each look"
    assert count.read_text() == "xx"
    assert "core.estimating.calibrate" not in sys.modules
