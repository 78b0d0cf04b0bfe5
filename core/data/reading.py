"""From a source to its table: the bundled sample, a file, or a dataset of the hub.

Knows whom to ask for which kind of source; knows nothing of columns or labels. Imports neither torch nor datasets
before a hub source is read. Guarantees a table with at least one row in `train`.
"""

from __future__ import annotations

from collections.abc import Callable

from core.config.source import Source
from core.data import uploads
from core.data.table import Table, class_names_in
from core.messages import Message


def read(
    source: Source, *, rows: int | None = None, progress: Callable[[float], object] = lambda _share: None
) -> Table:
    """Read every split of a source; of a large dataset of the hub a part, where that is enough.

    Args:
        source: where the reviews come from.
        rows: how many rows a run takes of it; None for a reader who only looks.
        progress: told now and then which share of a long file was read, 0..1.

    Raises:
        SourceError: the source has no known form, or the file cannot be read as a table.
        HubUnreachable: a hub dataset is not in the cache and the hub does not answer.
        HubNotFound: the hub has no such dataset, or not for this user.
    """
    source.check()
    if source.is_hub:
        from core.data.hub_datasets import read_dataset

        return read_dataset(source.repository, source.configuration, rows=rows)
    if source.is_file:
        from core.data.formats.files import read_file

        found = read_file(source.place, progress=progress)
        layout = {"path": str(source.place.absolute()), **found.layout}
        notes = found.notes
        if uploads.has_changed(source.path):
            name = source.path.name
            notes = (Message("{name} is not as it was uploaded: its content has changed since.", name=name), *notes)
        classes = {**class_names_in(found.rows.schema), **found.class_names}
        return Table({"train": found.rows}, classes, notes, layout, found.left_out, found.repaired)
    import pyarrow as pa

    from core.data import sample

    splits = {}
    for split in sample.SIZES:
        texts, stars = sample.make(split)
        splits[split] = pa.table({"text": pa.array(texts, pa.string()), "stars": pa.array(stars, pa.int64())})
    return Table(splits)
