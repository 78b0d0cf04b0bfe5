from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import datasets.config
import huggingface_hub.constants
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data import hub as hub_module
from core.data import hub_cache, hub_datasets
from core.data.table import class_names_in
from tests.hub.server import HubServer, hub_env

ROOT = Path(__file__).parents[3]
SILENT = "http://127.0.0.1:9"

READ = """
import json, sys, time
from core.config.source import Source
from core.data.reading import read
from core.errors import StarboardError
started = time.monotonic()
try:
    table = read(Source.parse(sys.argv[1]))
    told = {"rows": {name: split.num_rows for name, split in table.splits.items()},
            "columns": table.train.column_names, "names": table.class_names,
            "notes": [str(note) for note in table.notes],
            "first": {name: split.slice(0, 3).to_pylist() for name, split in table.splits.items()},
            "heavy": "datasets" in sys.modules}
except StarboardError as error:
    told = {"kind": error.kind, "message": error.message, "advice": error.advice}
print(json.dumps(told | {"seconds": time.monotonic() - started}))
"""


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The libraries of this process may ask the hub, which the test run as a whole forbids them."""
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", False)
    hub_module.forget()
    yield
    hub_module.forget()


def read_elsewhere(source: str, url: str, home: Path, **more: str) -> dict[str, Any]:
    """Read in a process of its own: the libraries look at the environment while they are imported."""
    env = hub_env(url, home) | {"PYTHONPATH": str(ROOT)} | more
    home.mkdir(exist_ok=True)
    result = subprocess.run(
        [sys.executable, "-c", READ, source], cwd=home, env=env, capture_output=True, text=True, timeout=100
    )
    assert result.returncode == 0, result.stderr
    told: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return told


def add_configs(root: Path) -> None:
    """A dataset with two configurations, none of them the default."""
    folder = root / "datasets" / "acme" / "two"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("small", "large"):
        pq.write_table(pa.table({"text": ["a", "b"], "label": [0, 1]}), folder / f"{name}.parquet")
    lines = [f"- config_name: {name}\n  data_files: {name}.parquet\n" for name in ("small", "large")]
    (folder / "README.md").write_text(f"---\nconfigs:\n{''.join(lines)}---\n")


def test_a_real_load_then_the_cache(hub: HubServer, tmp_path: Path) -> None:
    told = read_elsewhere("hub:Yelp/yelp_review_full", hub.url, tmp_path)
    assert told["rows"] == {"train": 1500, "test": 1200}
    assert told["names"] == {"label": ["1 star", "2 star", "3 stars", "4 stars", "5 stars"]}
    assert told["notes"] == []
    with hub.lost():
        cached = read_elsewhere("hub:Yelp/yelp_review_full", hub.url, tmp_path)
    assert cached["rows"] == told["rows"]
    assert cached["names"] == told["names"]
    assert cached["first"] == told["first"]
    assert not cached["heavy"], "another process asks the libraries, and no switch of this one is touched"
    assert cached["notes"] == ["The hub does not answer; the copy in the cache is used."]


def test_an_unknown_dataset(hub: HubServer, tmp_path: Path) -> None:
    told = read_elsewhere("hub:acme/nothing", hub.url, tmp_path)
    assert told["kind"] == "HubNotFound"
    assert "'acme/nothing'" in told["message"]
    assert "hf auth login" in told["advice"]


def test_a_gated_dataset(hub: HubServer, tmp_path: Path) -> None:
    hub.gated.add("Yelp/yelp_review_full")
    told = read_elsewhere("hub:Yelp/yelp_review_full", hub.url, tmp_path)
    assert told["kind"] == "HubNotFound"
    assert "is gated" in told["message"]
    assert "hf auth login" in told["advice"]


def test_a_dataset_with_configurations(hub: HubServer, tmp_path: Path) -> None:
    add_configs(hub.root)
    told = read_elsewhere("hub:acme/two", hub.url, tmp_path)
    assert told["kind"] == "SourceError"
    assert "small, large" in told["message"]
    assert "hub:acme/two/small" in told["advice"]
    assert read_elsewhere("hub:acme/two/large", hub.url, tmp_path)["rows"] == {"train": 2}
    wrong = read_elsewhere("hub:acme/two/medium", hub.url, tmp_path)
    assert "small, large" in wrong["message"]


def test_a_dataset_with_a_script(hub: HubServer, tmp_path: Path) -> None:
    folder = hub.root / "datasets" / "acme" / "scripted"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scripted.py").write_text("raise SystemExit('never run')\n")
    (folder / "README.md").write_text("# Scripted\n")
    told = read_elsewhere("hub:acme/scripted", hub.url, tmp_path)
    assert told["kind"] == "SourceError"
    assert "code of its own" in told["message"]


def test_a_local_folder_of_the_same_name_does_not_win(hub: HubServer, tmp_path: Path) -> None:
    folder = tmp_path / "Yelp" / "yelp_review_full"
    folder.mkdir(parents=True)
    (folder / "train.csv").write_text("text,label\nlocal,1\n")
    told = read_elsewhere("hub:Yelp/yelp_review_full", hub.url, tmp_path)
    assert told["rows"] == {"train": 1500, "test": 1200}


def test_a_silent_hub_is_noticed_at_once(tmp_path: Path) -> None:
    told = read_elsewhere("hub:Yelp/yelp_review_full", SILENT, tmp_path)
    assert told["kind"] == "HubUnreachable"
    assert "does not answer" in told["message"]
    assert "sample:reviews" in told["advice"]
    # Five retries of the libraries take 23 seconds; a generous limit tells them from none.
    assert told["seconds"] < 15


def test_a_hub_that_goes_silent_midway(hub: HubServer, tmp_path: Path) -> None:
    def drop() -> None:
        # The first request asks whether the hub is there; the second one begins to read.
        while len(hub.requests) < 2:
            time.sleep(0.001)
        hub.down = True

    threading.Thread(target=drop, daemon=True).start()
    told = read_elsewhere("hub:Yelp/yelp_review_full", hub.url, tmp_path)
    assert told["kind"] == "HubLost"
    assert "stopped answering" in told["message"]
    assert "what has arrived is kept" in told["advice"]


def test_offline_mode_of_the_libraries_is_respected(hub: HubServer, tmp_path: Path) -> None:
    told = read_elsewhere("hub:Yelp/yelp_review_full", hub.url, tmp_path, HF_HUB_OFFLINE="1")
    assert told["kind"] == "HubUnreachable"
    assert "Offline mode is on" in told["message"]
    assert hub.requests == []


@pytest.mark.usefixtures("online")
def test_reachable_asks_once(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", hub.url)
    assert hub_module.reachable()
    assert hub_module.reachable()
    assert len(hub.requests) == 1
    with hub.lost():
        assert hub_module.reachable()
        hub_module.forget()
        assert not hub_module.reachable()


@pytest.mark.usefixtures("online")
def test_a_hub_that_is_too_slow_does_not_answer(hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", hub.url)
    monkeypatch.setattr("core.data.hub.TIMEOUT_SECONDS", 0.2)
    hub.delay_seconds = 3.0
    assert not hub_module.reachable()


def parquet_splits(folder: Path, shards: int) -> datasets.DatasetDict:
    """A dataset of two splits as the libraries store it, in a cache of its own, an Arrow file for each Parquet file."""
    files = []
    for shard in range(shards):
        files.append(str(folder / f"{shard}.parquet"))
        rows = {"text": [f"review {shard} {n}" for n in range(20)], "label": [n % 2 for n in range(20)]}
        pq.write_table(pa.table(rows), files[-1])
    names = datasets.ClassLabel(names=["bad", "good"])
    builder = datasets.load_dataset_builder(
        "parquet",
        data_files={"train": files, "test": files[:1]},
        cache_dir=str(folder / "cache"),
        features=datasets.Features({"text": datasets.Value("string"), "label": names}),
    )
    # By size, not by several processes: a fork of a process that drives a browser may hang.
    builder.download_and_prepare(max_shard_size=1)
    splits: datasets.DatasetDict = builder.as_dataset()
    return splits


def test_several_shards_are_opened_in_order(tmp_path: Path) -> None:
    train = parquet_splits(tmp_path, shards=3)["train"]
    files = hub_cache.files_of(train)
    assert len(files) > 1
    table = hub_datasets.open_files(files)
    assert table["text"].to_pylist() == list(train["text"])
    assert table.num_rows == 60
    assert class_names_in(table.schema) == {"label": ["bad", "good"]}


def test_a_selection_of_rows_is_written_down_before_it_is_opened(tmp_path: Path) -> None:
    shuffled = parquet_splits(tmp_path, shards=2)["train"].shuffle(seed=1).select(range(15))
    assert shuffled._indices is not None
    flat = hub_cache.flat(shuffled)
    assert hub_datasets.open_files(hub_cache.files_of(flat))["text"].to_pylist() == list(shuffled["text"])


def test_shards_of_the_cache_are_read_when_the_hub_is_lost(hub: HubServer, tmp_path: Path) -> None:
    folder = hub.root / "datasets" / "acme" / "sharded"
    folder.mkdir(parents=True, exist_ok=True)
    for shard in range(2):
        rows = {"text": [f"{shard} {n}" for n in range(5)], "label": [0, 1, 0, 1, 0]}
        pq.write_table(pa.table(rows), folder / f"train-{shard}-of-2.parquet")
    load = "import datasets; datasets.load_dataset('hf://datasets/acme/sharded', num_proc=2)"
    subprocess.run([sys.executable, "-c", load], cwd=tmp_path, env=hub_env(hub.url, tmp_path), check=True, timeout=100)
    assert len(list(tmp_path.rglob("*-of-00002.arrow"))) == 2
    with hub.lost():
        told = read_elsewhere("hub:acme/sharded", hub.url, tmp_path)
    assert told["rows"] == {"train": 10}
    assert [row["text"] for row in told["first"]["train"]] == ["0 0", "0 1", "0 2"]


def test_configurations_in_the_cache_are_named_when_the_hub_is_lost(hub: HubServer, tmp_path: Path) -> None:
    add_configs(hub.root)
    for name in ("small", "large"):
        read_elsewhere(f"hub:acme/two/{name}", hub.url, tmp_path)
    with hub.lost():
        told = read_elsewhere("hub:acme/two", hub.url, tmp_path)
        assert read_elsewhere("hub:acme/two/small", hub.url, tmp_path)["rows"] == {"train": 2}
    assert told["kind"] == "SourceError"
    assert {"small", "large"} <= set(told["message"].rstrip(".").replace(",", "").split())
