"""Who gets in: the owner with the token, and neither other users of this computer nor pages of other sites."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.home.places import Home
from tests.browser.chromium import wait_idle
from tests.browser.server import Dashboard

pytestmark = pytest.mark.browser

ELSEWHERE = """<!doctype html><title>elsewhere</title><iframe id="frame" src="{url}"></iframe><script>
window.heard = []
const socket = new WebSocket("{socket}/_stcore/stream", ["streamlit"])
socket.onopen = () => heard.push("socket open")
socket.onerror = () => heard.push("socket refused")
fetch("{url}/_stcore/health").then(() => heard.push("read"), () => heard.push("not read"))
fetch("{url}/_stcore/upload_file/a/b", {{ method: "PUT", body: "x" }}).catch(() => heard.push("not sent"))
</script>"""


@pytest.fixture
def guarded(home: Path, tmp_path: Path) -> Iterator[Dashboard]:
    """Starboard as scripts/start starts it."""
    env = {"STARBOARD_HOME": str(home), "STARBOARD_TOKEN": "auto"}
    with Dashboard(env=env, log=tmp_path / "server.log") as server:
        yield server


@pytest.fixture
def elsewhere(guarded: Dashboard, tmp_path: Path) -> Iterator[str]:
    """The address of a page that another program of this computer serves, which tries what it can."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    socket = guarded.url.replace("http", "ws")
    (folder / "index.html").write_text(ELSEWHERE.format(url=guarded.url, socket=socket), "utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


def address(log: Path) -> str:
    """The one that was printed."""
    words = log.read_text("utf-8").split()
    return next(word for word in words if "token=" in word)


def test_the_printed_address_opens_it_and_no_other_does(guarded: Dashboard, browser: Browser, tab: Page) -> None:
    assert tab.goto(guarded.url + "/results").status == 403  # type: ignore[union-attr]
    expect(tab.get_by_role("heading")).to_have_text("This dashboard asks for its token")
    tab.goto(address(guarded.log))
    wait_idle(tab)
    assert "token" not in tab.url
    expect(tab.locator(".st-key-train button")).to_be_visible()
    # From now on the cookie does.
    tab.goto(guarded.url + "/results")
    wait_idle(tab)
    expect(tab.get_by_role("heading", name="Results")).to_be_visible()
    assert tab.evaluate("document.cookie").find("starboard") == -1, "no script reads it"
    stranger = browser.new_context().new_page()
    assert stranger.goto(guarded.url).status == 403  # type: ignore[union-attr]
    stranger.context.close()


def test_the_address_is_the_same_after_a_restart_and_an_open_tab_goes_on(guarded: Dashboard, tab: Page) -> None:
    first = address(guarded.log)
    tab.goto(first)
    wait_idle(tab)
    guarded.restart()
    tab.reload()
    wait_idle(tab)
    expect(tab.locator(".st-key-train button")).to_be_visible()
    assert guarded.log.read_text("utf-8").count(first) == 2
    assert Home.present().token.stat().st_mode & 0o777 == 0o600


def test_a_page_of_another_port_can_neither_frame_it_nor_speak_with_it(
    guarded: Dashboard, elsewhere: str, tab: Page
) -> None:
    # The owner has it open in this very browser, whose cookies go to every port of a host.
    tab.goto(address(guarded.log))
    wait_idle(tab)
    other = tab.context.new_page()
    said: list[str] = []
    other.on("console", lambda message: said.append(message.text))
    other.goto(elsewhere)
    other.wait_for_function("heard.length >= 3")
    assert set(other.evaluate("heard")) == {"socket refused", "not read", "not sent"}
    other.wait_for_timeout(500)
    assert any("frame-ancestors" in line for line in said)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "evil.example"}, 400),
        ({}, 403),
    ],
)
def test_the_websocket_is_closed_to_them_without_asking_anybody(
    guarded: Dashboard, headers: dict[str, str], status: int
) -> None:
    """Without the guard Streamlit says yes to the first, and asks outside for its own address for the second."""
    connection = http.client.HTTPConnection("127.0.0.1", guarded.port, timeout=30)
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    connection.request("GET", "/_stcore/stream", headers={**upgrade, **headers})
    found = connection.getresponse().status
    assert found in {403, status}
    assert "external IP" not in guarded.log.read_text("utf-8")


def test_every_page_works_under_its_own_policy(dashboard: Dashboard, tab: Page) -> None:
    refused: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    tab.on("request", lambda request: asked.append(request.url))
    for page in ("", "/data", "/results", "/predict", "/settings"):
        tab.goto(dashboard.url + page)
        wait_idle(tab)
        tab.wait_for_timeout(500)
    assert not refused
    assert not [url for url in asked if not url.startswith((dashboard.url, "data:", "blob:"))]
