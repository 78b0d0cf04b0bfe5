"""Configurations made up or spoiled, from files, with `--set` and as runs keep them: valid, or refused in a message."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core import config as configs
from core.config import RunConfig
from core.config.run_config import settings
from core.config.source import Source
from core.config.stored import from_stored, to_stored
from core.errors import ConfigError, SourceError
from tests.fuzz import making

REAL = RunConfig().model_dump()
PATHS = [each.path for each in settings()]


def valid_or_refused(make: Callable[[], RunConfig]) -> None:
    try:
        config = make()
    except ConfigError as error:
        making.assert_short(error)
        json.dumps(error.found.to_dict())
        return
    # What is valid can be kept, and is the same when it is read again.
    kept = json.dumps(to_stored(config), allow_nan=False).encode()
    assert from_stored(json.loads(kept)) == config
    try:
        config.data.parsed_source.check()
    except SourceError as error:
        making.assert_short(error)
    assert Source.parse(str(config.data.parsed_source)) == config.data.parsed_source


@given(content=st.binary(max_size=200) | making.spoiled(json.dumps(REAL).encode()))
def test_any_file_is_a_configuration_or_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.json"
    file.write_bytes(content)
    valid_or_refused(lambda: configs.parse(configs.load(file)))


@given(raw=making.anything | making.altered(REAL))
def test_any_json_is_a_configuration_or_refused(tmp_path: Path, raw: Any) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(raw))
    valid_or_refused(lambda: configs.parse(configs.load(file)))
    valid_or_refused(lambda: from_stored(raw))


@given(
    assignments=st.lists(
        st.text(max_size=30)
        | st.builds(
            "{}={}".format,
            st.sampled_from([*PATHS, "", "data", "data.", ".seed", "data.seed.more", "name.x"]) | st.text(max_size=12),
            making.anything.map(json.dumps) | st.text() | st.sampled_from(["9" * 5000, "[" * 100_000, "null", "a,b,"]),
        ),
        max_size=4,
    ),
    raw=st.just({}) | making.altered(REAL),
)
def test_any_assignment_is_applied_or_refused(assignments: list[str], raw: Any) -> None:
    valid_or_refused(lambda: configs.parse(configs.apply(raw if isinstance(raw, dict) else {}, assignments)))


@given(path=st.text(max_size=60))
def test_any_path_is_read_or_refused(path: str) -> None:
    # None of these is the name of a device.
    valid_or_refused(lambda: configs.parse(configs.load(Path(f"/nowhere/{path}"))))
    source = Source.parse(f"file:{path}")
    assert Source.parse(str(source)) == source
    assert source.title is not None
    assert source.path is not None
