"""A page never waits for the doctor: it says how far the work is, what was found, or why nothing can be."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.doctor.finding import Finding
from core.errors import SourceError
from core.inspection import findings
from core.messages import Message
from tests.pages.drawn import checked, words

FOUND = [Finding("leaks", "serious", 2, Message("Texts stand in both parts."), remedy={"data.remedies": ["leaks"]})]


class Running:
    """An examination that has come so far."""

    def __init__(self, *, done: bool = False, error: Exception | None = None) -> None:
        self.share, self._done, self._error = 0.4, done, error

    def wait(self, _seconds: float) -> bool:
        return self._done

    def result(self) -> list[Finding]:
        if self._error is not None:
            raise self._error
        return FOUND


def drawn(monkeypatch: pytest.MonkeyPatch, known: list[Finding] | None, running: Running) -> AppTest:
    monkeypatch.setattr(findings, "find", lambda *_: known)
    monkeypatch.setattr(findings, "start", lambda *_: running)

    def script() -> None:
        from ui import state, table_findings

        table_findings.draw(state.draft())

    return checked(AppTest.from_function(script, default_timeout=60.0).run())


def bars(at: AppTest) -> list[Any]:
    return list(at.get("progress"))


def test_what_is_known_is_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch, FOUND, Running())
    assert "1 serious" in words(at)
    assert "Texts stand in both parts." in words(at)


def test_what_takes_a_moment_is_drawn_without_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch, None, Running(done=True))
    assert "Texts stand in both parts." in words(at)
    assert not bars(at)


def test_what_takes_longer_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    at = drawn(monkeypatch, None, Running())
    assert [each.proto.text for each in bars(at)] == ["40 % looked through"]


def test_what_kept_it_from_being_made_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    error = SourceError(Message("It cannot be read."), Message("Try another."))
    assert "It cannot be read. Try another." in words(drawn(monkeypatch, None, Running(done=True, error=error)))
