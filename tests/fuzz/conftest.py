"""How many hostile inputs each fuzz test makes up: a few, always the same ones, or FUZZ_EXAMPLES new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "")

settings.register_profile(
    "fuzz",
    max_examples=int(EXAMPLES or 25),
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("fuzz")
