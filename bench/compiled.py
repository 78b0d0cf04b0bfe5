"""Whether `torch.compile` pays: `python -m bench.compiled REVIEWS.csv [--shape minilm] [--steps 40]`.

The step of bench/limit.py, as it is and compiled for lengths that change, in turns on the same batches. The compiled
one has PyTorch's own dropout: the compiler cannot read the quick one, and draws random numbers quickly itself. Prints
the seconds until all shapes were compiled, both medians, and the steps after which compiling has paid for itself.
"""

from __future__ import annotations

import time
from collections import defaultdict
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import torch

from bench import table
from bench.limit import asked, clocked, model_and_batches, training_step
from core.models import speed
from core.models.fast import attention, vocabulary

WARM_UP = 5


def main() -> None:
    options = asked(__doc__, steps=40)
    speed.prepare_thread()
    plain_model, batches = model_and_batches(options.shape, options.reviews)
    model, _ = model_and_batches(options.shape, options.reviews, fit=fit_for_compiler)
    sides = {"as it is": training_step(plain_model), "compiled": training_step(torch.compile(model, dynamic=True))}
    began = time.perf_counter()
    # The longest batch too: another shape compiles again.
    for batch in (*batches[:WARM_UP], max(batches, key=lambda each: each["input_ids"].shape[1])):
        sides["compiled"](batch)
    compiling = time.perf_counter() - began
    times: dict[str, list[float]] = defaultdict(list)
    for batch in batches[: options.steps]:
        for side, step in sides.items():
            times[side].append(clocked(partial(step, batch)))
    plain, compiled = (median(times[side]) for side in ("as it is", "compiled"))
    gain = plain - compiled
    print(f"compiled in {compiling:.0f} s, the first {WARM_UP + 1} steps included\n\n| | step, s |\n|---|---|")
    for side, seconds in times.items():
        print(f"| {side} | {table.spread(seconds, 3)} |")
    print(f"\npaid for after {compiling / gain:,.0f} steps" if gain > 0 else "\nnever pays")


def fit_for_compiler(model: Any, ids: np.ndarray) -> None:
    attention.install(model)
    vocabulary.install(model, ids)


if __name__ == "__main__":
    main()
