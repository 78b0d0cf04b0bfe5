"""A repository on disk: a folder that looks like one on the Hub.

`root/models/OWNER/NAME/...` and `root/datasets/OWNER/NAME/...` hold the files. What the Hub tells about a
repository (commit, tree, card, sizes) is derived from them when it is asked, so a test may change a file.

It does not know HTTP, branches or history: there is one commit, and `main` is its only name.

It guarantees that the commit is the same 40 hexadecimal digits for the same content, in every run and at any
place, and that no path outside the folder is ever read.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal, cast

import yaml  # type: ignore[import-untyped]

Kind = Literal["models", "datasets"]
# The Hub gives a time with each repository; a fixed one keeps answers equal from run to run.
MODIFIED = "2024-01-04T17:14:53.000Z"


@dataclass(frozen=True)
class Repository:
    """One model or dataset; `id` is `OWNER/NAME`."""

    kind: Kind
    id: str
    folder: Path

    def files(self) -> dict[str, Path]:
        """Path inside the repository -> file, sorted by path."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return dict(sorted((path.relative_to(self.folder).as_posix(), path) for path in found))

    def sha(self) -> str:
        """The commit: a digest of all paths and contents."""
        lines = (f"{name} {blob_id(path)}\n" for name, path in self.files().items())
        return hashlib.sha1("".join(lines).encode()).hexdigest()

    def answers_to(self, revision: str) -> bool:
        """Whether a branch name or commit stands for this content."""
        return revision in ("main", "refs/heads/main") or revision == self.sha()

    def entries(self) -> dict[str, dict[str, Any]]:
        """Path -> entry, as in a tree listing, for every file and every folder."""
        files = self.files()
        folders = {str(above) for name in files for above in PurePosixPath(name).parents} - {"."}
        found = {name: _folder_entry(name) for name in folders}
        found.update({name: _file_entry(name, path) for name, path in files.items()})
        return dict(sorted(found.items()))

    def tree(self, folder: str, *, recursive: bool) -> list[dict[str, Any]] | None:
        """The entries below a folder ("" is the top), or None where there is no such folder."""
        entries = self.entries()
        if folder and entries.get(folder, {}).get("type") != "directory":
            return None
        start = f"{folder}/" if folder else ""
        below = {name: entry for name, entry in entries.items() if name.startswith(start)}
        return [entry for name, entry in below.items() if recursive or "/" not in name[len(start) :]]

    def info(self, *, gated: bool, blobs: bool) -> dict[str, Any]:
        """What `model_info` and `dataset_info` receive; with `blobs`, file sizes too."""
        return {
            "id": self.id,
            "author": self.id.split("/")[0],
            "sha": self.sha(),
            "lastModified": MODIFIED,
            "createdAt": MODIFIED,
            "private": False,
            "gated": "manual" if gated else False,
            "disabled": False,
            "downloads": 0,
            "likes": 0,
            "tags": self._tags(),
            "cardData": self._card(),
            "siblings": [_sibling(name, path, blobs) for name, path in self.files().items()],
            **(self._model_info() if self.kind == "models" else {}),
        }

    def _card(self) -> dict[str, Any]:
        """The YAML block at the head of README.md."""
        readme = self.folder / "README.md"
        parts = readme.read_text("utf-8").split("---\n", 2) if readme.is_file() else []
        return cast("dict[str, Any]", yaml.safe_load(parts[1])) if len(parts) == 3 and not parts[0] else {}

    def _tags(self) -> list[str]:
        licences = self._card().get("license", [])
        return [f"license:{name}" for name in ([licences] if isinstance(licences, str) else licences)]

    def _model_info(self) -> dict[str, Any]:
        file = self.folder / "config.json"
        settings: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
        shown = {key: settings[key] for key in ("architectures", "model_type") if key in settings}
        return {"modelId": self.id, "library_name": "transformers", "config": shown}


def find(root: Path, kind: Kind, repo_id: str) -> Repository | None:
    """The repository of that id, or None."""
    return next((found for found in repositories(root, kind) if found.id == repo_id), None)


def repositories(root: Path, kind: Kind) -> Iterator[Repository]:
    """Every repository of one kind, sorted by id."""
    for folder in sorted((root / kind).glob("*/*")):
        if folder.is_dir():
            yield Repository(kind, f"{folder.parent.name}/{folder.name}", folder)


def blob_id(path: Path) -> str:
    """Git's id of a file's content, which the Hub also sends as its ETag."""
    status = path.stat()
    return _blob_id(path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=1024)
def _blob_id(path: Path, size: int, _modified_ns: int) -> str:
    return hashlib.sha1(b"blob %d\0" % size + path.read_bytes()).hexdigest()


def _file_entry(name: str, path: Path) -> dict[str, Any]:
    return {"type": "file", "path": name, "size": path.stat().st_size, "oid": blob_id(path)}


def _folder_entry(name: str) -> dict[str, Any]:
    return {"type": "directory", "path": name, "size": 0, "oid": hashlib.sha1(name.encode()).hexdigest()}


def _sibling(name: str, path: Path, blobs: bool) -> dict[str, Any]:
    sizes = {"size": path.stat().st_size, "blobId": blob_id(path)} if blobs else {}
    return {"rfilename": name, **sizes}


def chosen(entries: dict[str, dict[str, Any]], paths: Iterable[str]) -> list[dict[str, Any]]:
    """The entries of some paths; those that do not exist are left out, as the Hub does."""
    return [entries[path] for path in paths if path in entries]
