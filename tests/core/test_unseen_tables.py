"""Tables that were written down, with their right reading, before any reader had seen them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config.source import Source
from core.data.reading import read
from core.errors import StarboardError
from core.inspection.profile import profile
from tests.core.unseen import more, odd, sets, shops, third
from tests.core.unseen.prose import Case

CASES = [*shops.CASES, *sets.CASES, *odd.CASES, *more.CASES, *third.CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.file)
def test_a_table_of_a_kind_that_was_never_seen_is_read_right(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.file
    path.write_bytes(case.content)
    if not case.text:
        with pytest.raises(StarboardError) as refused:
            profile(read(Source("file", str(path))))
        assert len(str(refused.value)) < 500
        return
    table = read(Source("file", str(path)))
    found = profile(table)
    assert found.text_column in case.text.split(" | ")
    assert found.label_column in case.label.split(" | ")
    if case.classes == "numbers":
        values = [float(name.removesuffix(" stars").removesuffix(" star")) for name in found.classes]
        assert values == sorted(values)
    else:
        assert "|".join(found.classes) in case.classes.split(" || ")
    assert sum(found.usable.values()) == case.rows
    if case.truth is not None:
        assert table.rows + sum(each.count for each in table.left_out) == case.truth
