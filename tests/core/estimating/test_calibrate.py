"""Measuring a tiny model through the real training, in the process that does it for a dashboard."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.config import RunConfig
from core.errors import EstimateError
from core.estimating import calibrations
from core.estimating.cost import Reviews, estimate
from core.home.apart import ROOT
from core.home.places import Home


def tiny(model: Path) -> RunConfig:
    return RunConfig().replace({"model.name": str(model), "training.precision": "fp32"})


def test_a_tiny_model_is_measured_and_leaves_nothing_behind(home: Path, tiny_model: Path) -> None:
    config = tiny(tiny_model)
    found = calibrations.measure(Home.present(), config)
    assert calibrations.cached(Home.present(), config) == found
    assert found.max_tokens == 128
    assert found.learning == found.parameters > 900_000
    assert found.batch.of(256, 32) > 0
    assert found.starting_seconds > 0
    assert found.loading_seconds > 0
    assert found.memory.fixed > 1e8
    assert (found.device_bytes == 0) == (found.device == "cpu")
    whole = estimate(config, Reviews(100, 50, [30, 60, 90]), found)
    assert whole.seconds > 0
    assert [each.name for each in Home.present().cache.glob("calibrate-*")] == []
    assert not (home / "starboard.db").exists()


def test_a_model_that_cannot_be_had_is_said(home: Path) -> None:
    with pytest.raises(EstimateError, match="nobody/nothing"):
        calibrations.measure(Home.present(), RunConfig().replace({"model.name": "nobody/nothing"}))


def test_one_that_is_asked_to_end_takes_its_files_along(home: Path, tiny_model: Path) -> None:
    command = [sys.executable, "-m", "core.estimating.calibrate"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdin is not None
    process.stdin.write(tiny(tiny_model).model_dump_json().encode())
    process.stdin.close()
    until = time.monotonic() + 60
    while not list(Home.present().cache.glob("calibrate-*/*")):
        assert time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) != 0
    assert list(Home.present().cache.glob("calibrate-*")) == []
    assert process.stdout is not None
    assert process.stdout.read() == b""
    process.stdout.close()
