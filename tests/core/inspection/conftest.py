"""What the tests of reports and of findings share."""

from __future__ import annotations

from typing import Any

import pytest

from core.config.source import Source
from core.data import reading


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that were read since the test began."""
    found: list[str] = []
    real = reading.read

    def read(source: Source, **options: Any) -> Any:
        found.append(str(source))
        return real(source, **options)

    monkeypatch.setattr(reading, "read", read)
    return found
