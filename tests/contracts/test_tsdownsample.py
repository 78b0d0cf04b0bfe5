"""tsdownsample: which points of a long curve are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from tsdownsample import MinMaxLTTBDownsampler

LIBRARY = "tsdownsample"


def test_a_long_curve_keeps_its_ends_and_its_peak() -> None:
    """Curves of more than 2,000 points are thinned; a peak that vanished would be a loss that nobody sees."""
    x, y = np.arange(50_000.0), np.zeros(50_000)
    y[31_234] = 9.0
    downsampler: Any = MinMaxLTTBDownsampler
    kept = downsampler().downsample(x, y, n_out=2000).astype(int)
    assert len(kept) <= 2000
    assert (np.diff(kept) > 0).all()
    assert {0, 31_234, 49_999} <= set(kept.tolist())
