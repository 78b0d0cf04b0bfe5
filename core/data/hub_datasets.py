"""Datasets of the Hugging Face Hub, from the hub or, when it does not answer, from the cache; of large ones a part.

Knows nothing of columns or labels. Imports datasets only when a dataset is read. Guarantees tables that are mapped from
disk, not held in memory, and that no switch of the libraries is touched.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from core.data import hub, hub_cache, hub_part
from core.data.hub_failures import Failure, failure_of
from core.data.hub_part import Part
from core.data.table import Table, class_names_in
from core.errors import HubLost, HubNotFound, HubUnreachable, SourceError, StarboardError, disk_full
from core.messages import Message

_ROOT = Path(__file__).resolve().parents[2]


def read_dataset(repository: str, configuration: str | None, *, rows: int | None = None) -> Table:
    """Read every split of a hub dataset, or a part of each where it is large and few rows are asked for.

    Args:
        repository: OWNER/NAME.
        configuration: which of its tables; None for the only one.
        rows: how many rows a run takes of it; None for a reader who only looks.

    Raises:
        HubUnreachable: it is not in the cache, and the hub does not answer.
        HubLost: the hub stopped answering.
        HubNotFound: the hub has no such dataset, or not for this user.
        SourceError: it needs a configuration, code of its own, or files that can't be read as a table.
    """
    notes: list[Message] = []
    layout: dict[str, str] = {}
    splits: dict[str, pa.Table] = {}
    part = hub_part.kept(repository, configuration)
    if part is not None and not part.is_enough(rows):
        part = None
    if part is None and hub.reachable():
        try:
            part, splits = _fetched(repository, configuration, rows)
        except Exception as error:
            raise _error(repository, failure_of(error), online=True) from error
    elif part is None:
        splits = _cached(repository, configuration)
        notes.append(
            Message("Offline mode is on (HF_HUB_OFFLINE); the copy in the cache is used.")
            if hub.switched_off()
            else Message("The hub does not answer; the copy in the cache is used.")
        )
    if part is not None:
        splits = {name: open_files(part.files(name)) for name, files in part.splits.items() if files}
        layout["part"] = str(part.folder)
        notes.append(_about(part, repository))
    splits = {name: split for name, split in splits.items() if split.num_rows}
    if not splits:
        raise SourceError(
            Message("The dataset {repository} holds no rows.", repository=repository),
            Message("Choose another dataset."),
        )
    if "train" not in splits:
        longest = max(splits, key=lambda name: splits[name].num_rows)
        splits = {"train": splits.pop(longest), **splits}
        layout["train"] = longest
        notes.append(Message("There is no split called train; {split} is used for it.", split=longest))
    class_names = {column: names for split in splits.values() for column, names in class_names_in(split.schema).items()}
    return Table(splits, class_names, tuple(notes), layout)


def _fetched(repository: str, configuration: str | None, rows: int | None) -> tuple[Part | None, dict[str, pa.Table]]:
    """A part of a large dataset, or the splits of any other, from the hub."""
    builder = hub_cache.builder_of(repository, configuration)
    if hub_part.is_wanted(builder, rows):
        part = hub_part.fetch(builder, repository, configuration)
        if part.is_enough(rows):
            return part, {}
    return None, {name: split.data.table for name, split in hub_cache.load(builder).items()}


def _about(part: Part, repository: str) -> Message:
    """What the reader of a part is told."""
    values = {"repository": repository, "rows": sum(part.rows.values()), "most": part.most}
    if part.total is None:
        return Message(
            "{repository} is large: {rows:,} of its rows were fetched, in blocks drawn at random, and are not the "
            "tutorial's. A run that asks for more than {most:,} reads the whole dataset.",
            **values,
        )
    return Message(
        "{repository} is large: {rows:,} of its {total:,} rows were fetched, in blocks drawn at random, and are not "
        "the tutorial's. A run that asks for more than {most:,} reads the whole dataset.",
        total=part.total,
        **values,
    )


def _cached(repository: str, configuration: str | None) -> dict[str, pa.Table]:
    """The splits as they lie in the cache; another process asks the libraries where, and may not ask the hub."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", hub_cache.__name__, repository, *([configuration] if configuration else [])],
        env=os.environ
        | {
            "HF_HUB_OFFLINE": "1",
            # Whatever is held in memory has no file that could be opened here.
            "HF_DATASETS_IN_MEMORY_MAX_SIZE": "0",
            "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise _unreadable(repository, said[-1] if said else f"code {done.returncode}") from None
    if failure := answer.get("failure"):
        raise _error(repository, Failure(**failure), online=False)
    return {name: open_files(files) for name, files in answer["splits"].items() if files}


def open_files(files: Iterable[str]) -> pa.Table:
    """Arrow files of the datasets library as one table, mapped from disk."""
    return pa.concat_tables([pa.ipc.open_stream(pa.memory_map(file)).read_all() for file in files])


def _error(repository: str, failure: Failure, *, online: bool) -> StarboardError:
    """Our error for what the libraries raised."""
    if failure.kind == "full":
        return disk_full()
    if failure.kind == "gated":
        from huggingface_hub import constants

        page = f"{constants.ENDPOINT}/datasets/{repository}"
        return HubNotFound(
            Message("The dataset {repository} is gated.", repository=repository),
            Message("Accept its terms at {page} and log in with: hf auth login", page=page),
        )
    if failure.kind == "missing":
        return HubNotFound(
            Message("The hub has no dataset {repository!r}.", repository=repository),
            Message("Check the spelling (OWNER/NAME); a private one needs: hf auth login"),
        )
    if failure.kind == "script":
        return SourceError(
            Message("The dataset {repository} needs code of its own, which is never run.", repository=repository),
            Message("Choose a version of it in Parquet, CSV or JSON."),
        )
    if failure.kind == "configurations":
        names = failure.configurations
        return SourceError(
            Message(
                "The dataset {repository} comes in several configurations: {names}.",
                repository=repository,
                names=", ".join(names),
            ),
            Message("Add one to the source, such as hub:{repository}/{name}.", repository=repository, name=names[0]),
        )
    if not online:
        return _unreachable(repository)
    if failure.kind == "network":
        hub.forget()
        return HubLost(
            Message(
                "The hub stopped answering while the dataset {repository} was being fetched.", repository=repository
            ),
            Message("Train again when the connection is back: what has arrived is kept, and the rest is fetched then."),
        )
    return _unreadable(repository, failure.words)


def _unreachable(repository: str) -> HubUnreachable:
    hub.forget()
    found = (
        Message(
            "Offline mode is on (HF_HUB_OFFLINE), and the dataset {repository} is not in the cache.",
            repository=repository,
        )
        if hub.switched_off()
        else Message(
            "The hub does not answer, and the dataset {repository} is not in the cache.", repository=repository
        )
    )
    return HubUnreachable(found, Message("Go online and try again, or use sample:reviews or a file."))


def _unreadable(repository: str, why: str) -> SourceError:
    return SourceError(
        Message("The dataset {repository} cannot be read: {why}.", repository=repository, why=why),
        Message("Choose another dataset or configuration."),
    )
