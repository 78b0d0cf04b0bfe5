"""Where reviews come from: `sample:reviews`, `file:PATH` or `hub:OWNER/NAME[/CONFIG]`.

Knows how to name a source and whom to ask for it; knows nothing of columns or labels. Imports neither torch
nor datasets before a hub source is read. Guarantees a table with at least one row in `train`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from core.data.table import Table, class_names_in
from core.errors import SourceError

Kind = Literal["sample", "file", "hub"]
_FORMS = (
    "Use sample:reviews (bundled), file:PATH (csv, tsv, jsonl, parquet) or hub:OWNER/NAME, "
    "such as hub:Yelp/yelp_review_full."
)
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(/[\w.+-]+)?")


@dataclass(frozen=True)
class Source:
    """A source in two parts, such as kind `hub` and value `Yelp/yelp_review_full`."""

    kind: Kind
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


def parse(source: str) -> Source:
    """Take a source apart without looking whether it exists.

    Raises:
        SourceError: it has none of the three forms.
    """
    kind, colon, value = source.strip().partition(":")
    value = value.strip()
    if not colon or not value or kind not in get_args(Kind):
        raise SourceError(f"{source!r} is not a dataset source.", _FORMS)
    if kind == "sample" and value != "reviews":
        raise SourceError(f"There is no bundled dataset {value!r}, only 'reviews'.", _FORMS)
    if kind == "hub" and not _HUB_ID.fullmatch(value):
        raise SourceError(f"{value!r} is not a hub dataset, expected OWNER/NAME or OWNER/NAME/CONFIG.", _FORMS)
    return Source(kind, value)  # type: ignore[arg-type]


def read(source: str, *, progress: Callable[[float], object] = lambda _share: None) -> Table:
    """Read every split of a source.

    Args:
        source: as `parse` takes it.
        progress: told now and then which share of a long file was read, 0..1.

    Raises:
        SourceError: the source has no known form, or the file cannot be read as a table.
        HubUnreachable: a hub dataset is not in the cache and the hub does not answer.
        HubNotFound: the hub has no such dataset, or not for this user.
    """
    parsed = parse(source)
    if parsed.kind == "sample":
        return _read_sample()
    if parsed.kind == "file":
        return _read_file(Path(parsed.value).expanduser(), progress)
    from core.data.hub import read_hub

    return read_hub(parsed.value)


def _read_sample() -> Table:
    import pyarrow as pa

    from core.data.sample import make

    splits = {}
    for split in ("train", "test"):
        texts, stars = make(split)
        splits[split] = pa.table({"text": pa.array(texts, pa.string()), "stars": pa.array(stars, pa.int64())})
    return Table(splits)


def _read_file(path: Path, progress: Callable[[float], object]) -> Table:
    from core.data.formats.files import read_file

    table, notes = read_file(path, progress=progress)
    return Table({"train": table}, class_names_in(table.schema), notes)
