"""Tables in archives, and archives that mean harm."""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import tempfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from core.config import RunConfig, paths
from core.config.source import Source
from core.data.formats import archives, files, script
from core.data.reading import read
from core.errors import SourceError
from core.inspection import cache

CSV = b"text,stars\nGreat place,5\nNever again,1\n"
TABLE = {"text": ["Great place", "Never again"], "stars": [5, 1]}


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where things are unpacked, which is empty afterwards."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def packed(folder: Path, kind: str) -> Path:
    if kind == "zip":
        aside = {
            "__MACOSX/._a.csv": b"x",
            "data/": b"",
            ".hidden.csv": b"x",
            "README.txt": b"About",
            "a.png": b"\x89PNG",
        }
        return zipped(folder / "r.zip", {**aside, "data/a.csv": CSV})
    content = {
        "r.csv.gz": gzip.compress(CSV),
        "r.csv.bz2": bz2.compress(CSV),
        "r.csv.xz": lzma.compress(CSV),
        "r.gz": gzip.compress(CSV),
        "r.csv": gzip.compress(CSV),
        # Two archives one behind the other are one, as gzip has it.
        "two.csv.gz": gzip.compress(CSV[:20]) + gzip.compress(CSV[20:]),
        "twice.csv.gz.gz": gzip.compress(gzip.compress(CSV)),
    }
    return written(folder / kind, content[kind])


@pytest.mark.parametrize(
    "kind", ["zip", "r.csv.gz", "r.csv.bz2", "r.csv.xz", "r.gz", "r.csv", "two.csv.gz", "twice.csv.gz.gz"]
)
def test_one_table_is_read_as_it_is_streamed(tmp_path: Path, scratch: Path, kind: str) -> None:
    path = packed(tmp_path, kind)
    found = files.read_file(path)
    assert found.rows.to_pydict() == TABLE
    assert any("packed in" in str(note) for note in found.notes)
    assert pa.concat_tables(files.stream_file(path))["text"].to_pylist() == TABLE["text"]
    assert not list(scratch.iterdir())
    lines: dict[str, object] = {}
    exec(script(str(path), found.layout), lines)
    assert lines["table"].to_dict("list") == TABLE  # type: ignore[attr-defined]


def test_what_was_odd_in_the_table_is_known_of_the_archive(tmp_path: Path) -> None:
    path = written(tmp_path / "r.json.gz", gzip.compress(b'{"text": "a", "stars": 1}\n{"text": "b"'))
    found = files.read_file(path)
    assert [odd.count for odd in found.left_out] == [1]


def test_one_of_several_tables_is_named_behind_a_hash(tmp_path: Path) -> None:
    path = zipped(tmp_path / "r.zip", {"train.csv": CSV, "more/test.csv": CSV + b"Fine,4\n"})
    with pytest.raises(SourceError, match=r"holds 2 tables: train.csv, more/test.csv") as caught:
        files.read_file(path)
    assert "file:r.zip#train.csv" in caught.value.advice
    for name in ("more/test.csv", "test.csv"):
        source = Source.parse(f"file:{path}#{name}")
        assert read(source).rows == 3
        assert source.path == path
    with pytest.raises(SourceError, match=r"no file 'x.csv'. Choose one of these: train.csv"):
        files.read_file(Path(f"{path}#x.csv"))
    with pytest.raises(SourceError, match="There is no file"):
        files.read_file(Path(f"{tmp_path}/none.zip#x.csv"))


def test_a_named_table_is_a_file_to_the_guard_and_to_the_cache(tmp_path: Path) -> None:
    path = zipped(tmp_path / "r.zip", {"a.csv": CSV, "b.csv": CSV})
    source = Source("file", f"{path}#a.csv")
    assert paths.named(RunConfig().replace({"data.source": str(source)})) == [path]
    key = cache.key_of(source)
    assert key.stamp
    assert key != cache.key_of(Source("file", f"{path}#b.csv"))


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.csv",
        "/etc/evil.csv",
        "..\\..\\evil.csv",
        "a/../evil.csv",
        "C:evil.csv",
        "é*?.csv",
        "x" * 300 + ".csv",
    ],
)
def test_names_of_an_archive_reach_nothing(tmp_path: Path, scratch: Path, name: str) -> None:
    (tmp_path / "inner").mkdir()
    path = zipped(tmp_path / "inner" / "r.zip", {name: CSV})
    before = sorted(tmp_path.rglob("*"))
    assert files.read_file(path).rows.to_pydict() == TABLE
    assert sorted(tmp_path.rglob("*")) == before


def encrypted(folder: Path) -> Path:
    path = zipped(folder / "r.zip", {"a.csv": CSV})
    content = bytearray(path.read_bytes())
    # The flag of the member, before its data and in the directory.
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + at] |= 1
    return written(path, bytes(content))


def bomb(folder: Path) -> Path:
    return written(folder / "r.csv.gz", gzip.compress(b"0" * (1 << 20)) * 90)


REFUSED = {
    "a password": (encrypted, "encrypted with a password"),
    "no table": (lambda at: zipped(at / "r.zip", {"__MACOSX/a.csv": CSV}), "holds no file"),
    "nothing": (lambda at: zipped(at / "r.zip", {}), "cannot be unpacked|holds no file"),
    "an empty table": (lambda at: zipped(at / "r.zip", {"a.csv": b""}), "holds an empty file"),
    "cut off": (lambda at: written(at / "r.csv.gz", gzip.compress(CSV * 9)[:-12]), "damaged, or ends too early"),
    "a wrong checksum": (lambda at: written(at / "r.csv.gz", gzip.compress(CSV)[:-8] + b"12345678"), "damaged"),
    "a spoiled bz2": (lambda at: written(at / "r.csv.bz2", b"BZh9" + b"x" * 90), "damaged"),
    "a spoiled xz": (lambda at: written(at / "r.csv.xz", lzma.compress(CSV)[:40]), "damaged"),
    "a bomb": (bomb, "unpacks to more than"),
    "archives in archives": (
        lambda at: written(at / "r.csv.gz", gzip.compress(gzip.compress(gzip.compress(CSV)))),
        "archives in archives",
    ),
    "a tar": (
        lambda at: written(at / "r.gz", gzip.compress(b"a.csv".ljust(257, b"\0") + b"ustar" + b"\0" * 300)),
        "a tar archive",
    ),
    "a picture": (lambda at: zipped(at / "r.zip", {"a.png": b"\x89PNG\x00"}), r"a.png is (a file|an image)"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_unpacked(tmp_path: Path, scratch: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make, words = REFUSED[kind]
    path = make(tmp_path)
    for attempt in (files.read_file, lambda each: list(files.stream_file(each))):
        with pytest.raises(SourceError, match=words) as caught:
            attempt(path)
        assert caught.value.advice
        assert len(str(caught.value)) < 500
    assert not list(scratch.iterdir())


def test_a_full_disk_is_told_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path, "r.csv.gz")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archives, "_copy", refuse)
    with pytest.raises(SourceError, match="the disk with temporary files is full"):
        files.read_file(path)


def test_a_bound_on_size_holds_whatever_the_headers_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    path = zipped(tmp_path / "r.zip", {"a.csv": CSV * 50})
    content = path.read_bytes().replace((len(CSV) * 50).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(SourceError, match=r"unpacks to more than|damaged"):
        files.read_file(written(path, content))
