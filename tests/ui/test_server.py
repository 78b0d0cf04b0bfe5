"""The server around the pages: the address that is printed, and what opens it."""

from __future__ import annotations

import html
import stat
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

import pytest

from core.home import access
from core.home.access import Access
from ui import server

TOKEN = "0123456789abcdef"
OPTIONS: dict[str, Any] = {
    "server.address": "127.0.0.1",
    "server.port": 8501,
    "server.sslCertFile": None,
    "server.baseUrlPath": "",
    "server.headless": False,
}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a browser was asked to open."""
    found: list[str] = []
    monkeypatch.setattr("webbrowser.open", found.append)
    monkeypatch.setattr("streamlit.config.get_option", OPTIONS.__getitem__)
    return found


@pytest.mark.parametrize(
    ("options", "token", "address"),
    [
        ({}, "", "http://127.0.0.1:8501"),
        ({}, TOKEN, f"http://127.0.0.1:8501/?token={TOKEN}"),
        ({"server.address": "::1", "server.port": 80}, "", "http://[::1]:80"),
        ({"server.address": None}, "", "http://localhost:8501"),
        ({"server.sslCertFile": "a.pem", "server.baseUrlPath": "/stars/"}, "", "https://127.0.0.1:8501/stars"),
        ({"server.baseUrlPath": "stars"}, TOKEN, f"http://127.0.0.1:8501/stars/?token={TOKEN}"),
    ],
)
def test_the_address_is_one_that_can_be_opened(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], token: str, address: str
) -> None:
    monkeypatch.setattr("streamlit.config.get_option", {**OPTIONS, **options}.__getitem__)
    assert server.address(Access(token, (), Path())) == address


@pytest.mark.usefixtures("home")
def test_the_token_is_in_no_list_of_processes(opened: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    server._announce(Access(TOKEN, None, Path()))
    assert f"http://127.0.0.1:8501/?token={TOKEN}" in capsys.readouterr().out
    [place] = opened
    assert TOKEN not in place
    file = Path(url2pathname(place.removeprefix("file://")))
    assert f"url=http://127.0.0.1:8501/?token={TOKEN}" in html.unescape(file.read_text("utf-8"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.usefixtures("home")
def test_without_a_token_the_address_itself_is_opened(opened: list[str]) -> None:
    server._announce(Access("", (), Path()))
    assert opened == ["http://127.0.0.1:8501"]


def test_without_a_screen_nothing_is_opened(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamlit.config.get_option", {**OPTIONS, "server.headless": True}.__getitem__)
    server._announce(Access("", (), Path()))
    assert not opened


def test_a_home_that_cannot_be_written_is_no_reason_to_end(
    opened: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text("in the way")
    server._announce(Access(TOKEN, None, Path()))
    assert TOKEN in capsys.readouterr().out
    assert not opened


@pytest.mark.usefixtures("home")
def test_a_wrong_setting_ends_the_start_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(access.TOKEN, "short")
    with pytest.raises(SystemExit, match="2"):
        server.options()
    assert capsys.readouterr().err.startswith("error: STARBOARD_TOKEN must be auto, off, or at least 16 letters")
