"""Two real processes train one run: the same as one, halting together, failing with the cause."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import main
from core.home.places import Home
from core.runs.run import Run, Status
from core.runs.store import Store
from core.training import distributed

ROOT = Path(__file__).parents[3]
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node=2", "--master_addr=127.0.0.1"]


@pytest.fixture
def config(home: Path, tiny_model: Path, tmp_path: Path) -> Path:
    """A model without dropout, which differs between processes; reviews that no batch size divides."""
    model = tmp_path / "model"
    model.mkdir()
    for file in tiny_model.iterdir():
        (model / file.name).write_bytes(file.read_bytes())
    settings = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps(settings | {"hidden_dropout_prob": 0.0}))
    config = {
        "data": {"train_size": 43, "eval_size": 21, "max_length": 32},
        "model": {"name": str(model)},
        "training": {
            "num_train_epochs": 2,
            "precision": "fp32",
            "learning_rate": 1e-3,
            "per_device_eval_batch_size": 4,
            "label_smoothing_factor": 0.1,
        },
    }
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config))
    return file


def together(*arguments: object) -> subprocess.CompletedProcess[str]:
    """What two processes do that torchrun starts."""
    port = 20_000 + os.getpid() % 20_000
    command = [*TORCHRUN, f"--master_port={port}", *map(str, arguments)]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def curve(run: Run) -> Iterator[tuple[str, int, dict[str, Any]]]:
    for event in Store(Home.present()).events(run.id, kinds=("train", "eval")):
        yield event.kind, event.step, {name: v for name, v in event.values.items() if not name.endswith("per_second")}


def test_alone_nothing_is_asked_of_others() -> None:
    assert (distributed.rank(), distributed.size()) == (0, 1)
    distributed.join()
    distributed.publish(distributed.FAILURE, "nobody hears")
    assert distributed.published(distributed.FAILURE) is None
    assert (distributed.broadcast("a"), distributed.maximum([1, 2]), distributed.summed([0.5])) == ("a", [1, 2], [0.5])
    distributed.leave()


@pytest.mark.parametrize(("order", "tokens"), [("group_by_length", 2048), ("random", 2048), ("random", 40)])
def test_two_processes_write_one_run_that_learns_what_one_process_learns(
    config: Path, tmp_path: Path, order: str, tokens: int
) -> None:
    """With few tokens at once batches are trained in parts, of which the processes have different numbers."""
    script = tmp_path / "train.py"
    script.write_text(
        "import sys; from core.models import speed; from core.cli.main import main\n"
        f"speed.PROCESSOR_TOKENS = {tokens}; sys.exit(main(sys.argv[1:]))"
    )
    same = ["--set", f"training.train_sampling_strategy={order}"]
    assert main(["train", str(config), "--set", "name=one", *same]) == 0
    done = together(script, "train", config, "--json", *same, "--set", "training.per_device_train_batch_size=4")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    two, one = Store(Home.present()).runs()
    assert (printed["run"], two.status, two.facts.processes, one.name) == (two.id, Status.FINISHED, 2, "one")
    for (kind, step, values), (kind_of_one, step_of_one, expected) in zip(curve(two), curve(one), strict=True):
        assert (kind, step) == (kind_of_one, step_of_one)
        assert values == pytest.approx(expected, abs=1e-5)
    assert two.usable


def test_when_one_process_fails_the_run_fails_with_its_cause(config: Path, tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text(
        "import sys; from core.training import distributed, trainer; from core.cli.main import main\n"
        "def broken(*_, **__): raise MemoryError\n"
        "if distributed.rank() == 1: trainer.ReviewTrainer.compute_loss = broken\n"
        f"sys.exit(main(['train', {str(config)!r}, '--set', 'training.eval_on_start=false']))"
    )
    done = together(script)
    assert done.returncode != 0
    (run,) = Store(Home.present()).runs()
    assert run.status is Status.FAILED
    assert run.failure is not None
    assert run.failure.kind == "ProcessLost"
    assert run.failure.message == "Process 1 of the training failed: Memory ran out while training."
    assert "batch size from 8 to 4" in run.failure.advice
