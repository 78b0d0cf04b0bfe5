"""What the manifests of checkpoints and models cost: `python -m bench.manifests REVIEWS.csv [--rounds 3]`.

Trains the bundled MiniLM, which writes a checkpoint an epoch and a model, and reads both as a run that goes on and a
prediction do. Prints the seconds that were spent on manifests beside those of the whole run, which they are a part of.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.table import spread
from core.config import RunConfig
from core.home.places import Home
from core.runs import checkpoints, manifest
from core.runs.store import Store
from core.work import execution


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reviews", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rows = [measured(options.reviews) for _ in range(options.rounds)]
    print("| run, s | manifests written, s | of the run | checkpoint read again, s | model read again, s | MB |")
    print("|---|---|---|---|---|---|")
    runs, written, shares, checkpoint, model, size = zip(*rows, strict=True)
    columns = [spread(runs), spread(written, 3), spread([100 * share for share in shares], 2) + " %"]
    print(f"| {' | '.join([*columns, spread(checkpoint, 3), spread(model, 3), spread(size, 0)])} |")


def measured(reviews: Path) -> tuple[float, float, float, float, float, float]:
    """Seconds of a run, of the manifests in it, their share, seconds of reading both again, and megabytes read."""
    spent: list[float] = []

    def clocked(write: Callable[..., None]) -> Callable[..., None]:
        def timed(*arguments: Any, **options: Any) -> None:
            began = time.perf_counter()
            write(*arguments, **options)
            spent.append(time.perf_counter() - began)

        return timed

    with tempfile.TemporaryDirectory() as place:
        store = Store(Home(Path(place)))
        config = RunConfig().replace(
            {"data.source": f"file:{reviews}", "data.train_size": 300, "data.eval_size": 200, "data.max_length": 128}
        )
        claimed = store.claim(store.create(config).id)
        assert claimed is not None
        original, manifest.write = manifest.write, clocked(manifest.write)
        try:
            began = time.perf_counter()
            run = execution.execute(store, claimed)
            seconds = time.perf_counter() - began
        finally:
            manifest.write = original
        last = checkpoints.last(store.folder(run.id))
        assert last is not None
        model = store.folder(run.id) / "model"
        size = sum(file.stat().st_size for folder in (last, model) for file in folder.rglob("*")) / 1e6
        return seconds, sum(spent), sum(spent) / seconds, _reading(last), _reading(model), size


def _reading(folder: Path) -> float:
    began = time.perf_counter()
    assert manifest.fault(folder, thorough=True) is None
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
