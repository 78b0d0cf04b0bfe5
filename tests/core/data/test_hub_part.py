from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.config import RunConfig
from core.export import reviews
from tests.hub.server import HubServer, hub_env

ROOT = Path(__file__).parents[3]
TRAIN, TEST = 1_200, 30

# A process of its own, as the libraries look at the environment while they are imported; with small bounds.
BEFORE = """
import json, sys, time, types
import huggingface_hub.utils._http
from core.config.source import Source
from core.data import hub_part
from core.data.reading import read
from core.errors import StarboardError
hub_part.LARGE_BYTES, hub_part.ROWS, hub_part._LEAST_BYTES = 60_000, 200, 50_000
# The libraries ask five times again, for half a minute.
huggingface_hub.utils._http.time = types.SimpleNamespace(sleep=lambda _seconds: None)
def told(rows=None, source="hub:acme/large"):
    try:
        table = read(Source.parse(source), rows=rows)
    except StarboardError as error:
        return {"kind": error.kind, "message": error.message, "advice": error.advice}
    return {"rows": {name: split.num_rows for name, split in table.splits.items()}, "names": table.class_names,
            "notes": [str(note) for note in table.notes], "texts": table.train["text"].to_pylist(),
            "test": table.splits["test"]["text"].to_pylist(), "layout": dict(table.layout),
            "heavy": "datasets" in sys.modules}
"""


@pytest.fixture
def large(hub: HubServer) -> HubServer:
    """A hub with a dataset that is sorted by class: three files of ten blocks of 40 rows, and a small test split."""
    folder = hub.root / "datasets" / "acme" / "large"
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["bad", "good"])}
    schema = datasets.Features(kinds).arrow_schema

    def write(name: str, first: int, rows: int, of: int) -> None:
        numbers = range(first, first + rows)
        texts = [f"Review number {number} of the {name} file, {hash_of(number)}" for number in numbers]
        table = pa.table([texts, [int(number >= of / 2) for number in numbers]], schema=schema)
        pq.write_table(table, folder / name, row_group_size=40)

    for shard in range(3):
        write(f"train-{shard}-of-3.parquet", shard * 400, 400, TRAIN)
    write("test-0-of-1.parquet", 0, TEST, TEST)
    return hub


def hash_of(number: int) -> str:
    """Words that hardly compress."""
    return " ".join(str(pow(number + 7, power, 1_000_003)) for power in range(2, 12))


def ask(hub: HubServer, home: Path, lines: str, **more: str) -> Any:
    """What the last expression of some lines is, in a process of its own."""
    env = hub_env(hub.url, home) | {"PYTHONPATH": str(ROOT)} | more
    *first, last = lines.strip().splitlines()
    script = "\n".join([BEFORE, *first, f"print(json.dumps({last}))"])
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=home, env=env, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_of_a_large_dataset_a_part_is_fetched_and_read_again_without_the_hub(large: HubServer, tmp_path: Path) -> None:
    first = ask(large, tmp_path, "told()")
    assert first["rows"] == {"train": 400, "test": TEST}
    assert first["names"] == {"label": ["bad", "good"]}
    assert first["notes"] == [
        "acme/large is large: 430 of its 1,230 rows were fetched, in blocks drawn at random, and are not the "
        "tutorial's. A run that asks for more than 100 reads the whole dataset."
    ]
    numbers = [int(text.split()[2]) for text in first["texts"]]
    assert numbers == sorted(numbers), "rows stand in the order of the dataset"
    assert len({number // 400 for number in numbers}) == 3, "each file gave some"
    assert [int(text.split()[2]) for text in first["test"]] == list(range(TEST)), "a small split is whole"
    written: dict[str, Any] = {}
    exec(reviews.load(RunConfig().replace({"data.source": "hub:acme/large"}), first["layout"]), written)
    assert list(written["dataset"]["train"]["text"]) == first["texts"]
    assert list(written["dataset"]["test"]["text"]) == first["test"]
    with large.lost():
        again = ask(large, tmp_path, "told(rows=100)")
    assert not again["heavy"]
    assert {**again, "heavy": True} == first


def test_a_run_that_asks_for_much_reads_the_whole_and_another_still_the_part(large: HubServer, tmp_path: Path) -> None:
    lines = """
def full(*_each):
    raise OSError(28, "No space left on device")
fetch, hub_part._fetch = hub_part._fetch, full
broken, hub_part._fetch = told(100), fetch
[broken, told(100), told(101), told(100), told(100, "hub:acme/large/default")]
"""
    broken, part, whole, again, other = ask(large, tmp_path, lines)
    assert "disk is full" in broken["message"]
    assert part["rows"]["train"] == 400
    assert whole["rows"] == {"train": TRAIN, "test": TEST}
    assert whole["notes"] == []
    assert again == part
    # By this name no part was fetched before the whole lay in the cache.
    assert other == whole


def test_a_run_goes_on_with_the_same_rows_and_a_seed_picks_among_them(large: HubServer, tmp_path: Path) -> None:
    lines = """
from functools import partial
from core import tasks
from core.data.rows import prepare
from core.training import same_rows
of = partial(same_rows.of, in_proportion=False)
source = Source.parse("hub:acme/large")
wanted = {"fit": tasks.fit, "train_size": 50, "eval_size": 20}
before, other = (prepare(source, None, None, seed=seed, **wanted) for seed in (1, 2))
[of(before).model_dump(), of(other).model_dump(), sorted(set(other.train["text"]) - set(told()["texts"]))]
"""
    before, other, strange = ask(large, tmp_path, lines)
    assert (before["train"], before["eval"]) == (50, 20)
    assert before["texts"] != other["texts"]
    assert strange == [], "both seeds pick from the same part"
    with large.lost():
        assert ask(large, tmp_path, lines)[0] == before


def test_a_hub_that_is_lost_on_the_way_keeps_what_has_arrived(large: HubServer, tmp_path: Path) -> None:
    def drop() -> None:
        while not list(tmp_path.rglob("train-00002.arrow")):
            time.sleep(0.001)
        large.down = True

    thread = threading.Thread(target=drop, daemon=True)
    thread.start()
    # Slowly, so that the hub is lost between two blocks.
    lines = """
fetch = hub_part._fetch
hub_part._fetch = lambda *each: (time.sleep(0.2), fetch(*each))
told()
"""
    told = ask(large, tmp_path, lines)
    thread.join()
    assert told["kind"] == "HubLost"
    assert "what has arrived is kept" in told["advice"]
    arrived = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("train-*.arrow")}
    assert 3 <= len(arrived) < 10
    assert not list(tmp_path.rglob("part.json"))
    large.down = False
    assert ask(large, tmp_path, "told()")["rows"] == {"train": 400, "test": TEST}
    assert arrived == {file: file.stat().st_mtime_ns for file in arrived}
