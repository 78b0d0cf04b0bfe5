"""A part of a dataset of the hub that is too large to be downloaded for a few thousand rows.

Rows are fetched in blocks, as Parquet keeps them (row groups), drawn at random. The dataset alone decides which, so
that every page and every run reads the same rows, whatever its seed; which of them a run takes is seeded by
`data.seed`. Each block is an Arrow file of the cache, and a list beside them says which belong together. Knows nothing
of columns or labels. Imports datasets only when something is fetched. Guarantees that what was fetched once is read
without the hub and never changes, and that blocks that have arrived are not fetched again.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xxhash

from core.home import files

if TYPE_CHECKING:
    from datasets import DatasetBuilder, Features
    from huggingface_hub import HfFileSystem

# A dataset whose files are larger together is not downloaded whole for a few rows.
LARGE_BYTES = 500_000_000
# So many rows are fetched of each split; a run may ask for half as many in all.
ROWS = 50_000
# A table may be sorted by class: few blocks would hold few classes. Blocks that are large are worth several.
_LEAST_BLOCKS, _LEAST_BYTES = 10, LARGE_BYTES // 5
# Of a dataset in thousands of files only some are looked into.
_LEAST_FILES = 16
_SEED = 0


@dataclass(frozen=True)
class Part:
    """What was fetched.

    Attributes:
        folder: where the files lie.
        splits: the names of the Arrow files of each split, in order.
        rows: the rows of each.
        total: rows of the whole dataset; None where nobody knows.
    """

    folder: Path
    splits: dict[str, list[str]]
    rows: dict[str, int]
    total: int | None

    @property
    def most(self) -> int:
        """So many rows a run may take of it in all; one that asks for more reads the whole dataset."""
        return min(ROWS, max(self.rows.values(), default=0)) // 2

    def is_enough(self, rows: int | None) -> bool:
        """Whether a run can take so many rows of it; None for a reader who only looks."""
        return rows is None or rows <= self.most

    def files(self, split: str) -> list[str]:
        """The Arrow files of a split, in order."""
        return [str(self.folder / name) for name in self.splits[split]]


def kept(repository: str, configuration: str | None) -> Part | None:
    """What was fetched of a dataset before, None where nothing was, or some of it is gone."""
    listed = _list(repository, configuration)
    found = files.read_json(listed)
    try:
        part = Part(**(found | {"folder": listed.parent / found["folder"]}))
        whole = part.splits.keys() == part.rows.keys()
        whole = whole and all(Path(file).is_file() for split in part.splits for file in part.files(split))
    except (TypeError, KeyError, AttributeError):
        return None
    return part if whole else None


def is_wanted(builder: DatasetBuilder, rows: int | None) -> bool:
    """Whether a part is to be fetched for a run of so many rows: the dataset is large, in Parquet, and not here yet.

    Raises:
        Exception: whatever the libraries raise where the hub does not answer.
    """
    if builder.name != "parquet" or (rows is not None and rows > ROWS // 2) or Path(builder.cache_dir).exists():
        return False
    config: Any = builder.config
    if config.columns is not None or config.filters is not None:
        return False
    urls = itertools.chain.from_iterable(config.data_files.values())
    return sum(int(_hub().info(url)["size"]) for url in urls) > LARGE_BYTES


def fetch(builder: DatasetBuilder, repository: str, configuration: str | None) -> Part:
    """Fetch a part of a dataset.

    Raises:
        Exception: whatever the libraries raise; the blocks that have arrived stay.
    """
    config: Any = builder.config
    urls = {str(split): [str(url) for url in each] for split, each in config.data_files.items()}
    # The names of the files hold the commit: a dataset that has changed has another folder.
    version = xxhash.xxh3_128(json.dumps(urls).encode()).hexdigest()
    listed = _list(repository, configuration)
    folder = listed.parent / version
    files.create_folder(folder)
    features = builder.info.features
    names: dict[str, list[str]] = {}
    rows: dict[str, int] = {}
    total: int | None = 0
    for split, each in urls.items():
        opened, all_rows = _opened(each)
        if features is None:
            features = _features(opened[0])
        blocks = _drawn(opened)
        names[split] = [f"{split}-{number:05}.arrow" for number in range(len(blocks))]
        for name, (file, group) in zip(names[split], blocks, strict=True):
            _fetch(file, group, features, folder / name)
        rows[split] = sum(file.metadata.row_group(group).num_rows for file, group in blocks)
        # Where not all files were looked into, the dataset's card may say.
        told = (builder.info.splits or {}).get(split)
        there = all_rows or (int(told.num_examples) if told else None)
        total = None if total is None or there is None else total + there
    part = Part(folder, names, rows, total)
    files.write_whole(listed, json.dumps(asdict(part) | {"folder": version}))
    return part


def _opened(urls: Sequence[str]) -> tuple[list[pq.ParquetFile], int | None]:
    """Files of a split in their order, as many as blocks are drawn from, and the rows of all where all are opened."""
    found: dict[int, pq.ParquetFile] = {}
    rows = size = 0
    for number in np.random.default_rng(_SEED).permutation(len(urls)).tolist():
        # What is read is what is asked for; the usual cache would fetch 5 MB around each block.
        found[number] = pq.ParquetFile(_hub().open(urls[number], "rb", cache_type="none"), pre_buffer=True)
        rows += found[number].metadata.num_rows
        size += sum(_bytes(found[number], group) for group in range(found[number].num_row_groups))
        if len(found) >= _LEAST_FILES and (rows >= 2 * ROWS or size >= LARGE_BYTES):
            break
    return [found[number] for number in sorted(found)], rows if len(found) == len(urls) else None


def _drawn(opened: Sequence[pq.ParquetFile]) -> list[tuple[pq.ParquetFile, int]]:
    """Blocks drawn at random until they are enough, in the order in which they stand in the dataset."""
    blocks = [(file, group) for file in opened for group in range(file.num_row_groups)]
    drawn: list[int] = []
    rows = size = 0
    for number in np.random.default_rng(_SEED).permutation(len(blocks)).tolist():
        if size >= LARGE_BYTES or (rows >= ROWS and (len(drawn) >= _LEAST_BLOCKS or size >= _LEAST_BYTES)):
            break
        file, group = blocks[number]
        drawn.append(number)
        rows += file.metadata.row_group(group).num_rows
        size += _bytes(file, group)
    return [blocks[number] for number in sorted(drawn)]


def _bytes(file: pq.ParquetFile, group: int) -> int:
    """How many bytes a block takes in its file."""
    block = file.metadata.row_group(group)
    return sum(block.column(number).total_compressed_size for number in range(block.num_columns))


def _features(file: pq.ParquetFile) -> Features:
    from datasets import Features

    return Features.from_arrow_schema(file.schema_arrow)


def _fetch(file: pq.ParquetFile, group: int, features: Features, place: Path) -> None:
    """A block as an Arrow file, with the types that the library would give its columns."""
    from datasets.table import table_cast

    if place.is_file():
        return
    block = table_cast(file.read_row_group(group), features.arrow_schema)
    with files.writing(place) as partial, pa.ipc.new_stream(partial, block.schema) as stream:
        stream.write_table(block)


def _list(repository: str, configuration: str | None) -> Path:
    """Which files are the part of a dataset."""
    from huggingface_hub import constants

    # As the datasets library finds its own cache, which is not asked: importing it takes seconds.
    cache = os.environ.get("HF_DATASETS_CACHE") or os.path.join(constants.HF_HOME, "datasets")
    name = "part.json" if configuration is None else f"part-{configuration}.json"
    return Path(cache) / "starboard" / repository.replace("/", "___") / name


def _hub() -> HfFileSystem:
    from huggingface_hub import HfFileSystem

    return HfFileSystem()
