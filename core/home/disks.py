"""On what kind of disk a folder lies, and whether it can be written.

Knows the mounts of this computer; knows nothing of what is kept in the folders.

Source: https://www.sqlite.org/wal.html ("does not work over a network filesystem")
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import re
from pathlib import Path

import psutil

from core.errors import StorageError, of_system
from core.home.places import Home
from core.messages import Message

# As Linux and macOS call them. Those of FUSE are `fuse.NAME`; `fuseblk` (NTFS) and most others of FUSE are local.
NETWORK = re.compile(
    "9p|afpfs|afs|beegfs|ceph|cifs|coda|davfs|drvfs|gfs2|glusterfs|gpfs|lustre|ncpfs|nfs|nfs4|ocfs2|orangefs|pvfs2|smb2"
    "|smb3|smbfs|vboxsf|webdav"
    "|ceph-fuse|curlftpfs|davfs2|gcsfuse|gvfsd-fuse|juicefs|rclone|s3fs|s3ql|sshfs|vmhgfs-fuse"
)


def refuse_network(home: Home) -> None:
    """See that a home does not lie on another computer.

    Raises:
        StorageError: it does.
    """
    if (kind := _network(home.path)) is not None:
        raise StorageError(
            Message(
                "The home folder {home} is on a disk of another computer or system ({kind}), where the run store "
                "does not work.",
                home=short(home.path),
                kind=kind,
            ),
            Message(
                "Set STARBOARD_HOME to a folder on a disk of this computer; runs come along with: "
                "python -m core adopt FOLDER"
            ),
        )


def unwritable(*places: Path) -> StorageError | None:
    """Why one of these files and folders, as far as they are there, cannot be written; None where all can."""
    for place in places:
        if os.path.exists(place) and not os.access(
            place, os.W_OK, effective_ids=os.access in os.supports_effective_ids
        ):
            mounted_read_only = bool(os.statvfs(place).f_flag & os.ST_RDONLY)
            number = errno.EROFS if mounted_read_only else errno.EACCES
            return of_system(OSError(number, os.strerror(number), short(place)))
    return None


def short(place: Path) -> str:
    """A path as a message can say it."""
    text = str(place)
    return text if len(text) <= 200 else f"…{text[-200:]}"


@functools.cache
def _network(folder: Path) -> str | None:
    """The kind of network file system that a folder is on; None where it is on none, or nobody knows."""
    place = folder.resolve()
    kind, deepest, options = "", 0, ""
    # Reading what is mounted must not keep anybody from their runs.
    with contextlib.suppress(OSError, RuntimeError, NotImplementedError):
        for each in psutil.disk_partitions(all=True):
            depth = len(Path(each.mountpoint).parts)
            # What is mounted later over the same folder hides what was there.
            if depth >= deepest and place.is_relative_to(each.mountpoint):
                kind, deepest, options = each.fstype, depth, each.opts
    name = kind.lower().removeprefix("fuse.")
    if name == "9p" and "trans=fd" in options and "drvfs" not in options:
        # gVisor hands a container its own disk in this way. Drives of Windows in WSL, and what a virtual machine
        # shares, are 9p too.
        return None
    return kind if NETWORK.fullmatch(name) else None
