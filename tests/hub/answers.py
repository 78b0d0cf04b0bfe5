"""What the loopback hub answers: a request in, a status with headers and a body out.

It knows the addresses of the Hub and its error codes, but no sockets: the server calls `answer` for each
request.

It guarantees an answer to everything. An address it does not know is a 404 without an error code, which the
libraries report as an HTTP error and never mistake for a missing repository.

Source: https://huggingface.co/docs/hub/api
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

from tests.hub.repository import Kind, Repository, blob_id, chosen, find, repositories

# OWNER/NAME, or a NAME alone, which older ids have and this hub never finds.
_ID = r"(?P<id>(?:[^/]+/)?[^/]+)"
_FILE = re.compile(rf"/(?P<kind>datasets/|){_ID}/resolve/(?P<revision>[^/]+)/(?P<path>.+)")
_TREE = re.compile(rf"/api/(?P<kind>models|datasets)/{_ID}/tree/(?P<revision>[^/]+)(?:/(?P<path>.+))?")
_PATHS = re.compile(rf"/api/(?P<kind>models|datasets)/{_ID}/paths-info/(?P<revision>[^/]+)")
_ACCESS = re.compile(rf"/api/(?P<kind>models|datasets)/{_ID}/auth-check")
_INFO_AT = re.compile(rf"/api/(?P<kind>models|datasets)/{_ID}/revision/(?P<revision>[^/]+)")
_INFO = re.compile(rf"/api/(?P<kind>models|datasets)/{_ID}")
_LIST = re.compile(r"/api/(?P<kind>models|datasets)")


@dataclass(frozen=True)
class Request:
    """One HTTP request; `target` is path and query as they came."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    def header(self, name: str) -> str:
        """A header's value whatever the case of its name, "" when it is missing."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    def flag(self, name: str) -> bool:
        """Whether a query parameter says yes."""
        return parse_qs(urlsplit(self.target).query).get(name, [""])[0].lower() in ("true", "1")


@dataclass(frozen=True)
class Answer:
    """One HTTP response; `Content-Length` follows from the body."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Call:
    """A request whose address was understood and whose repository and revision exist."""

    repository: Repository
    request: Request
    path: str
    gated: bool


def answer(root: Path, gated: Collection[str], request: Request) -> Answer:
    """Answer one request.

    Args:
        root: the folder with `models` and `datasets`.
        gated: ids whose files are refused.
        request: what the client sent.
    """
    path = urlsplit(request.target).path
    for pattern, reply in _ROUTES:
        if match := pattern.fullmatch(path):
            return _with_repository(root, gated, request, match.groupdict(), reply)
    if match := _LIST.fullmatch(path):
        return _list(root, cast(Kind, match["kind"]), request)
    return Answer(200) if path == "/" else _error(404, "", f"There is nothing at {path}.")


def _with_repository(
    root: Path,
    gated: Collection[str],
    request: Request,
    parts: dict[str, str],
    reply: Callable[[_Call], Answer],
) -> Answer:
    kind: Kind = "datasets" if parts["kind"].startswith("datasets") else "models"
    repo_id, revision = unquote(parts["id"]), unquote(parts.get("revision") or "main")
    repository = find(root, kind, repo_id)
    if repository is None:
        return _error(404, "RepoNotFound", "Repository not found")
    if not repository.answers_to(revision):
        return _error(404, "RevisionNotFound", f"Invalid rev id: {revision}")
    path = unquote(parts.get("path") or "")
    return reply(_Call(repository, request, path, repo_id in gated))


def _info(call: _Call) -> Answer:
    """A gated repository is described to everybody; only its files are refused."""
    return _json(call.repository.info(gated=call.gated, blobs=call.request.flag("blobs")))


def _tree(call: _Call) -> Answer:
    entries = call.repository.tree(call.path, recursive=call.request.flag("recursive"))
    if entries is None:
        return _no_entry(call)
    return _json(entries)


def _paths(call: _Call) -> Answer:
    asked = parse_qs(call.request.body.decode()).get("paths", [])
    return _json(chosen(call.repository.entries(), asked))


def _access(call: _Call) -> Answer:
    return _refusal(call) if call.gated else Answer(200)


def _file(call: _Call) -> Answer:
    """A file, or the part of it that a Range header asks for."""
    if call.gated:
        return _refusal(call)
    path = call.repository.files().get(call.path)
    if path is None:
        return _no_entry(call)
    content = path.read_bytes()
    headers = {
        "ETag": f'"{blob_id(path)}"',
        "X-Repo-Commit": call.repository.sha(),
        "X-Linked-Size": str(len(content)),
        "Accept-Ranges": "bytes",
        "Content-Type": "application/octet-stream",
    }
    return _part(content, headers, call.request.header("Range"))


def _part(content: bytes, headers: dict[str, str], asked: str) -> Answer:
    """One range `bytes=first-last`, `bytes=first-` or `bytes=-length`; anything else is the whole content."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked)
    if match is None or match.groups() == ("", ""):
        return Answer(200, content, headers)
    size = len(content)
    first, last = match.groups()
    start = int(first) if first else max(size - int(last), 0)
    stop = min(int(last) + 1, size) if first and last else size
    if start >= stop:
        return Answer(416, headers=headers | {"Content-Range": f"bytes */{size}"})
    return Answer(206, content[start:stop], headers | {"Content-Range": f"bytes {start}-{stop - 1}/{size}"})


def _list(root: Path, kind: Kind, request: Request) -> Answer:
    """All repositories of a kind, or those whose id holds the words searched for."""
    query = parse_qs(urlsplit(request.target).query)
    wanted = query.get("search", [""])[0].lower()
    found = [each for each in repositories(root, kind) if wanted in each.id.lower()]
    limit = int(query.get("limit", ["1000"])[0])
    return _json([each.info(gated=False, blobs=False) for each in found[:limit]])


def _refusal(call: _Call) -> Answer:
    status = 403 if call.request.header("Authorization") else 401
    noun = call.repository.kind.removesuffix("s")
    return _error(status, "GatedRepo", f"Access to {noun} {call.repository.id} is restricted.")


def _no_entry(call: _Call) -> Answer:
    # With the commit, the client remembers that this file does not exist.
    commit = {"X-Repo-Commit": call.repository.sha()}
    return _error(404, "EntryNotFound", "Entry not found", commit)


def _error(status: int, code: str, message: str, more: Mapping[str, str] | None = None) -> Answer:
    codes = {"X-Error-Code": code} if code else {}
    body = json.dumps({"error": message}).encode()
    headers = {"X-Error-Message": message, "Content-Type": "application/json", **codes, **(more or {})}
    return Answer(status, body, headers)


def _json(value: Any) -> Answer:
    return Answer(200, json.dumps(value).encode(), {"Content-Type": "application/json"})


# The first that fits is taken: `/api/models/OWNER/NAME` would also fit a NAME called `tree`.
_ROUTES: tuple[tuple[re.Pattern[str], Callable[[_Call], Answer]], ...] = (
    (_TREE, _tree),
    (_PATHS, _paths),
    (_ACCESS, _access),
    (_INFO_AT, _info),
    (_INFO, _info),
    (_FILE, _file),
)
