"""The cache of tokenised reviews: found again by content, never stale, never in the way."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pytest

from core.models import loading, token_cache
from core.models.token_cache import cached, name_of

TEXTS = pa.chunked_array([["good", "bad"], ["fine"]])


def table(*numbers: int) -> pa.Table:
    return pa.table({"input_ids": [[number] for number in numbers]}).replace_schema_metadata({"cut": "3"})


def never() -> pa.Table:
    raise AssertionError("it was there already")


def test_the_name_tells_texts_tokenizers_and_limits_apart(tiny_model: Path) -> None:
    tokenizer = loading.load_tokenizer("minilm")
    name = name_of(TEXTS, tokenizer, 64)
    assert name == name_of(pa.chunked_array([["good", "bad", "fine"]]), tokenizer, 64), "chunks do not matter"
    assert name == name_of(TEXTS, loading.load_tokenizer(str(tiny_model)), 64), "the same vocabulary elsewhere"
    others = [
        name_of(TEXTS, tokenizer, 65),
        name_of(TEXTS.slice(0, 2), tokenizer, 64),
        name_of(pa.chunked_array([["goodbad", "", "fine"]]), tokenizer, 64),
    ]
    assert len({name, *others}) == 4


def test_what_was_made_once_is_read_back(home: Path) -> None:
    made = cached(home / "cache" / "tokens", "name", lambda: table(1, 2))
    found = cached(home / "cache" / "tokens", "name", never)
    assert found.equals(made)
    assert found.schema.metadata[b"cut"] == b"3"
    assert cached(home / "cache" / "tokens", "other", lambda: table(5)).num_rows == 1


@pytest.mark.parametrize("content", [b"", b"not an arrow file at all"])
def test_a_damaged_entry_is_made_anew(home: Path, content: bytes) -> None:
    cached(home / "cache" / "tokens", "name", lambda: table(1))
    (home / "cache" / "tokens" / "name.arrow").write_bytes(content)
    assert cached(home / "cache" / "tokens", "name", lambda: table(1)).num_rows == 1
    assert cached(home / "cache" / "tokens", "name", never).num_rows == 1


def test_a_cache_that_cannot_be_written_costs_nothing(home: Path) -> None:
    home.mkdir()
    (home / "cache").write_text("a file where the folder should be")
    assert cached(home / "cache" / "tokens", "name", lambda: table(7)).num_rows == 1


def test_the_oldest_go_when_there_are_too_many(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for age, name in enumerate(("old", "older", "oldest"), start=1):
        cached(home / "cache" / "tokens", name, lambda: table(*range(1000)))
        os.utime(home / "cache" / "tokens" / f"{name}.arrow", (1e9 - age, 1e9 - age))
    size = (home / "cache" / "tokens" / "old.arrow").stat().st_size
    monkeypatch.setattr(token_cache, "MOST_BYTES", 3 * size)
    cached(home / "cache" / "tokens", "new", lambda: table(*range(1000)))
    assert {file.stem for file in (home / "cache" / "tokens").iterdir()} == {"new", "old", "older"}


def test_an_entry_with_one_bit_changed_is_made_anew(home: Path) -> None:
    folder = home / "cache" / "tokens"
    cached(folder, "name", lambda: table(1, 2, 3))
    content = bytearray((folder / "name.arrow").read_bytes())
    for place in range(0, len(content), 97):
        changed = bytes(content[:place]) + bytes([content[place] ^ 1]) + bytes(content[place + 1 :])
        (folder / "name.arrow").unlink()
        (folder / "name.arrow").write_bytes(changed)
        assert cached(folder, "name", lambda: table(1, 2, 3)).column("input_ids").to_pylist() == [[1], [2], [3]]
