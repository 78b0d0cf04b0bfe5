"""Where a dataset of the hub lies in the cache: `python -m core.data.hub_cache OWNER/NAME [CONFIG]`.

A process of its own, because that the libraries shall not ask the hub is a switch of the whole process
(`HF_HUB_OFFLINE`), which other threads would meet. Prints one line of JSON: `splits`, with the Arrow files of each in
order, or `failure`. Reads no row.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from core.data.hub_failures import failure_of

if TYPE_CHECKING:
    from datasets import Dataset, DatasetBuilder


def builder_of(repository: str, configuration: str | None) -> DatasetBuilder:
    """What the libraries know of a dataset before any row of it is fetched, from wherever they may look."""
    import datasets

    # The prefix keeps a local folder that happens to be called OWNER/NAME from being read instead.
    return datasets.load_dataset_builder(f"hf://datasets/{repository}", configuration)


def load(builder: DatasetBuilder) -> dict[str, Dataset]:
    """Every split of a dataset, as `load_dataset` has it."""
    builder.download_and_prepare()
    loaded = builder.as_dataset()
    return {str(name): flat(split) for name, split in loaded.items()}


def flat(split: Dataset) -> Dataset:
    """The same rows in the order in which they are stored; a selection of rows is written to the cache for that."""
    return split if split._indices is None else split.flatten_indices()


def files_of(split: Dataset) -> list[str]:
    """The Arrow files of a flat split, in order."""
    return [str(each["filename"]) for each in split.cache_files]


def main(repository: str, configuration: str | None = None) -> None:
    """Print where the splits lie, or why there are none."""
    answer: dict[str, Any]
    try:
        loaded = load(builder_of(repository, configuration))
        answer = {"splits": {name: files_of(split) for name, split in loaded.items()}}
    except Exception as error:  # noqa: BLE001 - told to the process that asked
        answer = {"failure": asdict(failure_of(error))}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
