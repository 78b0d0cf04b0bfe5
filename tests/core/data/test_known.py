"""The datasets of the gallery can be asked for by their names."""

from __future__ import annotations

from core.config.source import Source
from core.data.known import KNOWN


def test_every_known_dataset_is_a_source_and_is_there_once() -> None:
    for each in KNOWN:
        Source("hub", each.id).check()
        assert each.classes >= 2
        assert len(each.language) == 2
    assert len({each.id for each in KNOWN}) == len(KNOWN)
