"""A manifest notices every way in which a file can come to harm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.home.files import checksum
from core.runs import manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "weights.bin").write_bytes(bytes(range(256)) * 40_000)
    (tmp_path / "sub" / "words.txt").write_text("one\ntwo\n")
    manifest.write(tmp_path, step=13, eval_step=10, scores={"accuracy": 0.5})
    return tmp_path


def test_a_folder_as_it_was_written_has_no_fault(folder: Path) -> None:
    assert manifest.fault(folder, thorough=True) is None
    known = manifest.read(folder)
    assert known is not None
    assert list(known.files) == ["sub/words.txt", "weights.bin"]
    assert (known.step, known.eval_step, known.eval) == (13, 10, {"accuracy": 0.5})


def test_a_folder_without_a_manifest_has_none_either(tmp_path: Path) -> None:
    assert manifest.read(tmp_path) is None
    assert manifest.fault(tmp_path, thorough=True) is None


def test_lengths_and_missing_files_are_noticed_at_a_glance(folder: Path) -> None:
    (folder / "sub" / "words.txt").write_text("one\n")
    assert str(manifest.fault(folder, thorough=False)) == "sub/words.txt has 4 bytes, 8 were written"
    (folder / "sub" / "words.txt").unlink()
    assert str(manifest.fault(folder, thorough=False)) == "sub/words.txt is missing"


@pytest.mark.parametrize("place", [0, 5_000_000, 10_239_999])
def test_one_flipped_bit_is_noticed_where_every_file_is_read(folder: Path, place: int) -> None:
    with (folder / "weights.bin").open("r+b") as stream:
        stream.seek(place)
        (byte,) = stream.read(1)
        stream.seek(place)
        stream.write(bytes([byte ^ 1]))
    assert manifest.fault(folder, thorough=False) is None
    assert str(manifest.fault(folder, thorough=True)) == "the content of weights.bin has changed"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"files": {"a": 1}}', '{"files": {"../../x": {"bytes": 1, "xxh3": ""}}}']
)
def test_a_damaged_manifest_is_a_fault(folder: Path, content: str) -> None:
    (folder / manifest.NAME).write_text(content)
    assert manifest.read(folder) is None
    assert str(manifest.fault(folder, thorough=False)) == "manifest.json cannot be read"


def test_the_checksum_is_that_of_the_whole_file(folder: Path) -> None:
    import xxhash

    content = (folder / "weights.bin").read_bytes()
    assert checksum(folder / "weights.bin") == xxhash.xxh3_128(content).hexdigest()
    assert json.loads((folder / manifest.NAME).read_text())["files"]["weights.bin"]["bytes"] == len(content)
