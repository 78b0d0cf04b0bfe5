"""The levers of speed: each is found where the benchmark that takes it away looks for it."""

from __future__ import annotations

import functools
import importlib

import pytest

from bench.without import LEVERS


@pytest.mark.parametrize("lever", LEVERS)
def test_the_benchmark_without_a_lever_finds_it(lever: str) -> None:
    for module, path in LEVERS[lever]:
        assert callable(functools.reduce(getattr, path.split("."), importlib.import_module(module)))
