"""A home on another computer's disk is refused, and no other."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from core.errors import StorageError
from core.home import disks
from core.home.places import Home
from core.runs.store import Store


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    disks._network.cache_clear()


def mounted(monkeypatch: pytest.MonkeyPatch, *mounts: tuple[str, str] | tuple[str, str, str]) -> None:
    """Let a computer have these mounts: where, of what kind, with which options."""
    found = [SimpleNamespace(mountpoint=each[0], fstype=each[1], opts=(*each, "rw")[2]) for each in mounts]

    def partitions(all: bool) -> list[SimpleNamespace]:
        assert all, "else psutil leaves network disks out"
        return found

    monkeypatch.setattr(psutil, "disk_partitions", partitions)


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "fuse.rclone", "ceph", "drvfs"])
def test_a_home_on_a_network_file_system_is_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch, ("/", "ext4"), (str(tmp_path), kind))
    home = tmp_path / "some" / "home"
    with pytest.raises(StorageError, match=r"another computer or system") as caught:
        Store(Home(home))
    for part in (str(home), kind, "STARBOARD_HOME", "adopt"):
        assert part in str(caught.value)
    assert not home.exists()


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "apfs", "fuseblk", "ntfs3", "fuse.mergerfs", "virtiofs"]
)
def test_a_home_on_a_disk_of_this_computer_is_taken(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch, ("/", "nfs4"), (str(tmp_path), kind))
    disks.refuse_network(Home(tmp_path / "home"))


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        (r"rw,noatime,aname=drvfs;path=C:\;uid=1000,mmap,access=client,msize=65536,trans=fd,rfd=8,wfd=8", True),
        ("rw,access=client,trans=virtio", True),
        ("rw,trans=fd,rfdno=4,wfdno=4,aname=/,dfltuid=4294967294", False),
    ],
)
def test_9p_is_refused_but_where_it_is_a_containers_own_disk(
    options: str, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted(monkeypatch, ("/", "9p", options))
    assert (disks._network(Path("/mnt/c/home")) is not None) == refused


def test_the_deepest_and_the_last_mount_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch, ("/a/b", "nfs"), ("/", "nfs"), ("/a", "ext4"), ("/a/b/c", "autofs"), ("/a/b/c", "ext4"))
    kinds = [disks._network(Path(each)) for each in ("/x", "/a/x", "/a/b", "/a/bc", "/a/b/c/d")]
    assert kinds == ["nfs", None, "nfs", None, None]


def test_a_link_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "share")
    mounted(monkeypatch, ("/", "ext4"), (str(tmp_path / "share"), "nfs"))
    with pytest.raises(StorageError, match="nfs"):
        disks.refuse_network(Home(tmp_path / "link" / "home"))


def test_what_is_mounted_is_read_once_and_may_be_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def unreadable(all: bool) -> None:
        asked.append(all)
        raise OSError("no /proc")

    monkeypatch.setattr(psutil, "disk_partitions", unreadable)
    for _ in range(3):
        disks.refuse_network(Home(tmp_path))
    assert len(asked) == 1


def test_the_disks_of_this_machine_are_told(tmp_path: Path) -> None:
    disks.refuse_network(Home(tmp_path / "home"))
    if (findmnt := shutil.which("findmnt")) is None:
        pytest.skip("findmnt says what a folder is on")
    kind = subprocess.run([findmnt, "-no", "FSTYPE", "-T", "/proc"], capture_output=True, text=True).stdout.strip()
    assert kind == "proc"
    assert disks._network(Path("/proc")) is None


def test_a_long_path_makes_no_long_message(monkeypatch: pytest.MonkeyPatch) -> None:
    mounted(monkeypatch, ("/", "nfs"))
    with pytest.raises(StorageError) as caught:
        disks.refuse_network(Home(Path("/" + "x/" * 2000)))
    assert len(str(caught.value)) < 500
