"""datasets: what a dataset is made of, what it writes into Parquet, and what its errors say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import ClassLabel, Dataset, DatasetInfo, Features, List, Value
from datasets.exceptions import DatasetGenerationError, DatasetNotFoundError
from datasets.fingerprint import generate_random_fingerprint
from datasets.table import table_cast
from huggingface_hub import constants

from core.errors import causes

LIBRARY = "datasets"


def stars() -> Dataset:
    features = Features({"text": Value("string"), "stars": ClassLabel(names=["1 star", "2 stars"])})
    return Dataset.from_dict({"text": ["a", "b", "c"], "stars": [0, 1, 0]}, features=features)


def test_a_dataset_lies_on_one_arrow_table() -> None:
    """Hub datasets are taken over as Arrow tables, mapped from disk; a dataset that was shuffled has `_indices`, by
    which its table must be put in order first, or texts and ratings of other rows are used."""
    whole = stars()
    assert whole._indices is None
    assert isinstance(whole.data.table, pa.Table)
    assert whole.data.table.column("text").to_pylist() == ["a", "b", "c"]
    picked = whole.select([2, 0])
    picked = picked if picked._indices is None else picked.flatten_indices()
    assert picked.data.table.column("text").to_pylist() == ["c", "a"]
    shuffled = whole.shuffle(seed=42)
    assert shuffled._indices is not None
    assert shuffled.flatten_indices().data.table.column("text").to_pylist() == shuffled["text"][:]


def test_the_files_of_a_dataset_are_arrow_streams(tmp_path: Path) -> None:
    """Where the hub is silent, another process says in which files a dataset lies in the cache, and they are mapped
    here without the library; a selection must have been written to a file of its own."""
    (tmp_path / "train.csv").write_text("text,stars\ngood,5\nbad,1\nfine,3\n", "utf-8")
    loaded = datasets.load_dataset(
        "csv", data_files=str(tmp_path / "train.csv"), cache_dir=str(tmp_path / "cache"), split="train"
    )
    for dataset, texts in (
        (loaded, ["good", "bad", "fine"]),
        (loaded.select([2, 0]).flatten_indices(), ["fine", "good"]),
    ):
        tables = [pa.ipc.open_stream(pa.memory_map(str(each["filename"]))).read_all() for each in dataset.cache_files]
        assert pa.concat_tables(tables).column("text").to_pylist() == texts


def test_class_names_stand_in_the_metadata_of_tables_and_parquet(tmp_path: Path) -> None:
    """The classes of a hub dataset, and of a Parquet file that datasets wrote, have their names under this key;
    without it they are numbers."""
    stars().to_parquet(tmp_path / "stars.parquet")
    for schema in (stars().data.table.schema, pq.read_schema(tmp_path / "stars.parquet")):
        features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
        assert features["stars"]["names"] == ["1 star", "2 stars"]
        assert "names" not in features["text"]


def test_a_dataset_is_made_of_a_table_and_given_features() -> None:
    """Token lists become a dataset without being copied or hashed, which takes its fingerprint from outside."""
    features = Features({"input_ids": List(Value("int32")), "label": ClassLabel(names=["a", "b"])})
    table = pa.table({"input_ids": [[1, 2], [3]], "label": [0, 1]}, schema=features.arrow_schema)
    made = Dataset(
        table.replace_schema_metadata(None),
        info=DatasetInfo(features=features),
        fingerprint=generate_random_fingerprint(),
    )
    assert made[1] == {"input_ids": [3], "label": 1}
    assert isinstance(made.with_format("arrow")[:], pa.Table)


def test_the_shuffle_of_the_tutorial_is_what_it_was() -> None:
    """A run picks the very rows of the tutorial: `shuffle(seed=42).select(range(n))`."""
    numbers = Dataset.from_dict({"n": list(range(10))})
    assert numbers.shuffle(seed=42).select(range(5))["n"][:] == [5, 6, 0, 7, 3]


def test_a_builder_says_its_files_and_where_it_will_lie(tmp_path: Path) -> None:
    """Whether a dataset is large, in Parquet and not in the cache yet is asked of its builder before it is fetched."""
    file = tmp_path / "train.parquet"
    pq.write_table(pa.table({"text": ["a"]}), file)
    builder = datasets.load_dataset_builder(
        "parquet", data_files={"train": str(file)}, cache_dir=str(tmp_path / "cache")
    )
    assert builder.name == "parquet"
    assert {split: list(files) for split, files in builder.config.data_files.items()} == {"train": [str(file)]}
    assert builder.config.columns is None
    assert builder.config.filters is None
    assert not Path(builder.cache_dir).exists()
    builder.download_and_prepare()
    assert Path(builder.cache_dir).exists()
    assert builder.as_dataset()["train"]["text"][:] == ["a"]


def test_the_cache_of_datasets_lies_in_the_home_of_the_hub() -> None:
    """What was fetched of a large dataset lies in the library's cache, which is found without importing the library."""
    named = os.environ.get("HF_DATASETS_CACHE") or os.path.join(constants.HF_HOME, "datasets")
    assert Path(datasets.config.HF_DATASETS_CACHE) == Path(named)


def test_a_block_of_parquet_takes_the_features_of_its_dataset() -> None:
    """A part of a dataset is read by pyarrow, and its classes must be named as the library names them."""
    features = Features({"text": Value("string"), "stars": ClassLabel(names=["1 star", "2 stars"])})
    cast = table_cast(pa.table({"text": ["a"], "stars": pa.array([1], pa.int8())}), features.arrow_schema)
    assert cast.schema.field("stars").type == pa.int64()
    assert Features.from_arrow_schema(cast.schema) == features


def test_code_of_a_dataset_s_own_is_refused_in_these_words(tmp_path: Path) -> None:
    """A dataset that needs code is told from others by these words; else the user reads a library's sentence."""
    script = tmp_path / "strange" / "strange.py"
    script.parent.mkdir()
    script.write_text("", "utf-8")
    with pytest.raises(RuntimeError, match="scripts are no longer supported"):
        datasets.load_dataset(str(script))


def test_configurations_are_listed_in_these_words(tmp_path: Path) -> None:
    """A dataset with several configurations is refused with their names, which are read from the error."""
    card = ["---", "configs:"]
    for name in ("first", "second"):
        (tmp_path / f"{name}.csv").write_text("text,stars\ngood,5\n", "utf-8")
        card += [f"- config_name: {name}", f"  data_files: {name}.csv"]
    (tmp_path / "README.md").write_text("\n".join([*card, "---", ""]), "utf-8")
    with pytest.raises(ValueError, match="among the available configs") as missing:
        datasets.load_dataset(str(tmp_path))
    assert _listed(missing.value) == ["first", "second"]
    with pytest.raises(ValueError, match="Available") as unknown:
        datasets.load_dataset(str(tmp_path), "third")
    assert _listed(unknown.value) == ["first", "second"]


def _listed(error: BaseException) -> list[str]:
    match = re.search(r"(?:among the available configs|Available): \[(.*?)\]", str(error))
    assert match
    return re.findall(r"'([^']+)'", match[1])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("load.py", "is a gated dataset"),
        ("packaged_modules/cache/cache.py", "Available configs in the cache: "),
        ("packaged_modules/cache/cache.py", "configurations in the cache: "),
    ],
)
def test_the_library_still_says_this(file: str, words: str) -> None:
    """A gated dataset, and configurations in the cache, are told by these words, which only a hub or a filled cache
    would have the library say."""
    assert words in (Path(datasets.__file__).parent / file).read_text("utf-8")


def test_the_cause_of_a_broken_file_is_kept(tmp_path: Path) -> None:
    """What is wrong with a file of a dataset is the innermost cause of the error; else the user reads only that
    something failed."""
    (tmp_path / "train.csv").write_bytes("text,stars\nsch\xf6n,5\n".encode("latin-1"))
    with pytest.raises(DatasetGenerationError) as caught:
        datasets.load_dataset("csv", data_files=str(tmp_path / "train.csv"), cache_dir=str(tmp_path / "cache"))
    assert any(isinstance(each, UnicodeDecodeError) for each in causes(caught.value))


def test_a_dataset_that_is_not_there_has_an_error_of_its_own() -> None:
    """The error "the hub has no such dataset" is told by this class."""
    assert issubclass(DatasetNotFoundError, FileNotFoundError)


def test_a_process_can_be_told_to_stay_offline() -> None:
    """Where the hub is silent, the process that looks into the cache has this variable set, which must reach both
    libraries before they ask."""
    code = "import datasets, huggingface_hub as hub; print(datasets.config.HF_HUB_OFFLINE, hub.is_offline_mode())"
    for value, expected in (("1", "True True"), ("0", "False False")):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"HF_HUB_OFFLINE": value, "HF_DATASETS_IN_MEMORY_MAX_SIZE": "0"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split("\n")[-2] == expected


def test_offline_a_dataset_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the switch set, a dataset that is not in the cache is refused at once."""
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    with pytest.raises((ConnectionError, FileNotFoundError)):
        datasets.load_dataset("hf://datasets/starboard/is-not-there")
