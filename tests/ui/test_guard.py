"""What the guard lets through to Streamlit, and what it adds to each answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from core.home.access import Access
from ui.guard import HEADERS, MB, Guard

TOKEN = "0123456789abcdef"
OPTIONS = {
    "server.allowedHosts": ["localhost", "127.0.0.1", "::1"],
    "server.corsAllowedOrigins": ["https://reviews.example.com"],
    "server.port": 8501,
    "server.maxUploadSize": 10,
}
COOKIE = f"starboard-8501={TOKEN}"


def finished(work: Coroutine[Any, Any, Answer]) -> Answer:
    """What a coroutine returns; in a thread of its own, for a browser's driver has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Answer:
    """What came of one request."""

    def __init__(self, sent: list[Message], passed: list[Scope]) -> None:
        self.passed = passed[0] if passed else None
        self.closed = next((each["code"] for each in sent if each["type"] == "websocket.close"), None)
        start = next((each for each in sent if each["type"] == "http.response.start"), None)
        self.status = start["status"] if start else None
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]} if start else {}
        self.body = b"".join(each.get("body", b"") for each in sent).decode()


def ask(
    path: str = "/",
    *,
    kind: str = "http",
    method: str = "GET",
    token: str = "",
    held: Mapping[str, int] | None = None,
    **headers: str,
) -> Answer:
    """Send one request through the guard to a server that answers 200."""
    return finished(sent(guard(token, held), path, kind=kind, method=method, **headers))


def guard(token: str = "", held: Mapping[str, int] | None = None, passed: list[Scope] | None = None) -> Guard:
    async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
        scope["passed"].append(scope)
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"x-frame-options", b"ALLOWALL")]})
            await send({"type": "http.response.body", "body": b"streamlit"})

    return Guard(streamlit, Access(token, (), Path("uploads")), OPTIONS.__getitem__, lambda: held or {})


async def sent(to: Guard, path: str, *, kind: str = "http", method: str = "GET", **headers: str) -> Answer:
    passed: list[Scope] = []
    messages: list[Message] = []
    given = {"host": "localhost:8501", **{name.replace("_", "-"): value for name, value in headers.items()}}
    place, _, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": kind,
        "scheme": "http" if kind == "http" else "ws",
        "path": place,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
        "passed": passed,
    }
    if kind == "http":
        scope["method"] = method

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    await to(scope, receive, send)
    return Answer(messages, passed)


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "LOCALHOST:8501", "localhost"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_this_computer_s_own_names_pass(host: str, kind: str) -> None:
    assert ask(kind=kind, host=host).passed


@pytest.mark.parametrize(
    "host", ["evil.example:8501", "localhost.evil.example", "", "localhost@evil.example", "[::1", "127.0.0.1.nip.io"]
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_name_that_was_bound_to_this_address_does_not(host: str, kind: str) -> None:
    found = ask(kind=kind, host=host)
    assert found.passed is None
    assert found.status == 400 if kind == "http" else found.closed == 1008


@pytest.mark.parametrize("path", ["/", "/_stcore/stream", "/_stcore/health", "/_stcore/upload_file/a/b", "/media/x"])
@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost:3000",
        "http://localhost",
        "http://127.0.0.1:8501",
        "https://evil.example",
        "http://localhost:8501.evil.example",
        "http://evil.example#localhost:8501",
        "file://localhost:8501",
        "https://reviews.example.com:444",
        "null",
        "",
        "http://[",
    ],
)
def test_pages_of_elsewhere_reach_nothing(origin: str, path: str) -> None:
    for kind in ("http", "websocket"):
        found = ask(path, kind=kind, origin=origin)
        assert found.passed is None
        assert found.status == 403 if kind == "http" else found.closed == 1008


def test_its_own_page_and_a_program_pass() -> None:
    assert ask("/_stcore/stream", kind="websocket", origin="http://localhost:8501").passed
    assert ask("/_stcore/stream", kind="websocket").passed, "a program that is no browser says none"


def test_an_origin_that_was_named_passes_and_streamlit_need_not_ask_who_it_is() -> None:
    found = ask("/_stcore/stream", kind="websocket", origin="https://reviews.example.com")
    assert found.passed is not None
    assert not [value for name, value in found.passed["headers"] if name == b"origin"]


@pytest.mark.parametrize("token", ["", TOKEN])
def test_every_answer_says_what_a_browser_may_do_with_it(token: str) -> None:
    for found in (ask(token=token), ask(host="evil.example"), ask(origin="null"), ask("/?token=" + TOKEN, token=token)):
        assert {name: found.headers[name.lower()] for name in HEADERS} == HEADERS
    assert "frame-ancestors 'none'" in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/data", "/_stcore/stream", "/media/a", "/app/static/x.svg", "/_stcore/health/"])
@pytest.mark.parametrize(
    "cookie", ["", "starboard-8501=", "starboard-8501=wrong", f"starboard-8502={TOKEN}", f"starboard-8501={TOKEN}x"]
)
def test_without_the_token_there_is_nothing(path: str, cookie: str) -> None:
    for kind in ("http", "websocket"):
        found = ask(path, kind=kind, token=TOKEN, cookie=cookie)
        assert found.passed is None
        assert found.status == 403 if kind == "http" else found.closed == 1008


def test_whether_it_is_up_is_told_to_everybody() -> None:
    assert ask("/_stcore/health", token=TOKEN).body == "streamlit"


def test_with_the_cookie_all_is_there() -> None:
    assert ask("/data", token=TOKEN, cookie=COOKIE).passed
    assert ask("/_stcore/stream", kind="websocket", token=TOKEN, cookie=COOKIE).passed


def test_the_token_in_the_address_becomes_a_cookie_and_leaves_the_address() -> None:
    found = ask(f"/results?run=a%26b&token={TOKEN}&x=1", token=TOKEN)
    assert (found.status, found.headers["location"]) == (303, "./results?run=a%26b&x=1")
    kept = found.headers["set-cookie"]
    assert kept.startswith(f"starboard-8501={TOKEN};")
    assert "HttpOnly" in kept
    assert "SameSite=lax" in kept


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/https:evil.example"])
def test_the_token_leads_nowhere_else(path: str) -> None:
    place = ask(f"{path}?token={TOKEN}", token=TOKEN).headers["location"]
    assert place.startswith("./")
    assert "/" not in place[2:]


@pytest.mark.parametrize("path", ["/?token=wrong", f"/?token={TOKEN}x", "/?token=", f"/?TOKEN={TOKEN}"])
def test_a_wrong_token_in_the_address_is_told_what_to_do(path: str) -> None:
    found = ask(path, token=TOKEN)
    assert found.status == 403
    assert "Open the address that was printed" in found.body
    assert "set-cookie" not in found.headers


def test_a_japanese_visitor_is_told_in_japanese() -> None:
    assert 'lang="ja"' in ask(token=TOKEN, accept_language="ja-JP,en;q=0.5").body


def put(session: str, size: int | str | None, held: Mapping[str, int] | None = None, to: Guard | None = None) -> Answer:
    length = {} if size is None else {"content_length": str(size)}
    return finished(sent(to or guard(held=held), f"/_stcore/upload_file/{session}/1", method="PUT", **length))


def test_a_session_may_have_two_of_the_largest_files_in_memory() -> None:
    assert put("a", 10 * MB).status == 200
    assert put("a", 10 * MB, {"a": 10 * MB}).status == 200
    assert put("a", 10 * MB, {"a": 20 * MB}).status == 413
    assert put("a", 12 * MB).status == 413


def test_all_sessions_together_may_have_four() -> None:
    held = {"a": 10 * MB, "b": 10 * MB, "c": 10 * MB}
    assert put("d", 10 * MB, held).status == 200
    assert put("d", 10 * MB, {**held, "e": 10 * MB}).status == 413


@pytest.mark.parametrize("size", [None, "", "-1", "many", "1e3"])
def test_an_upload_says_how_long_it_is(size: str | None) -> None:
    assert put("a", size).status == 411


def test_an_absurd_length_is_too_much() -> None:
    assert put("a", "9" * 5000).status == 413


def test_files_on_their_way_count_and_then_no_more() -> None:
    async def third() -> Answer:
        arrived, go_on = asyncio.Event(), asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            scope["passed"].append(scope)
            arrived.set()
            await go_on.wait()
            raise ConnectionError

        to = Guard(slow, Access("", (), Path("uploads")), OPTIONS.__getitem__, dict)
        upload = {"method": "PUT", "content_length": str(10 * MB)}
        waiting = [asyncio.create_task(sent(to, f"/_stcore/upload_file/a/{n}", **upload)) for n in range(2)]
        await arrived.wait()
        refused = await sent(to, "/_stcore/upload_file/a/3", **upload)
        go_on.set()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert not to._coming, "what was cut off counts no more"
        return refused

    assert finished(third()).status == 413
