"""A made-up calibration with round numbers, for whoever needs one without measuring."""

from __future__ import annotations

from core.estimating.cost import Calibration, Cost

NOTHING = Cost(0.0, 0.0, 0.0)
ROUND = Calibration(
    batch=Cost(0.1, 0.001, 0.0),
    update_seconds=0.05,
    evaluation=Cost(1.0, 0.0005, 0.0),
    setup=NOTHING,
    memory=Cost(1e9, 1000.0, 0.0),
    starting_seconds=5.0,
    loading_seconds=2.0,
    tokenising_seconds=1e-6,
    baseline_seconds=1e-5,
    bytes_per_second=1e8,
    parameters=1_000_000,
    learning=1_000_000,
    max_tokens=512,
    layers=6,
    device="cpu",
    device_bytes=0,
)
