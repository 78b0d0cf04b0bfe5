"""evaluate: local metric modules, which need no hub."""

from __future__ import annotations

import time
from pathlib import Path

import evaluate
import pytest

LIBRARY = "evaluate"

BASE = """
from abc import ABC, abstractmethod
import datasets
import evaluate

class Base(evaluate.Metric, ABC):
    def _info(self):
        cell = datasets.Value("int64")
        return evaluate.MetricInfo(
            description="d", citation="", inputs_description="i",
            features=datasets.Features({"predictions": cell, "references": cell}),
        )

    def _compute(self, predictions, references, **options):
        return {"figure": float(self.figure(predictions, references, **options))}

    @abstractmethod
    def figure(self, predictions, references): ...
"""
METRIC = """
from contract_base import Base

class Figure(Base):
    def figure(self, predictions, references, num_classes=0):
        return num_classes + sum(p == r for p, r in zip(predictions, references)) / len(references)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "contract_base.py").write_text(BASE, "utf-8")
    (tmp_path / "figure.py").write_text(METRIC, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    return tmp_path / "figure.py"


def test_a_local_metric_is_loaded_and_its_abstract_base_is_not(module: Path) -> None:
    """The metrics share an abstract base, which a metric's module imports: `evaluate.load` must take the metric. The
    script that a run is exported to loads its metrics so."""
    metric = evaluate.load(str(module), keep_in_memory=True, experiment_id=f"contract-{time.time_ns()}")
    assert type(metric).__name__ == "Figure"
    assert metric.compute(predictions=[0, 1], references=[0, 0]) == {"figure": 0.5}


def test_a_metric_of_a_class_needs_no_file_and_passes_options_on(module: Path, tmp_path: Path) -> None:
    """Scores are computed by instances kept in memory, with a cache folder of the home's; options such as the number
    of classes reach the metric."""
    namespace: dict[str, type] = {}
    exec(compile(METRIC, str(module), "exec"), namespace)
    metric = namespace["Figure"](keep_in_memory=True, cache_dir=str(tmp_path / "cache"))
    for _ in range(2):
        assert metric.compute(predictions=[0, 1], references=[0, 0], num_classes=3) == {"figure": 3.5}
    assert not list((tmp_path / "cache").rglob("*.arrow"))
