"""What nobody foresaw gets a card of ours, in the frame of the page."""

from __future__ import annotations

import html
import logging

import pytest

from tests.pages.drawn import cards, checked, opened
from ui import explore


@pytest.mark.usefixtures("home")
def test_a_defect_of_a_page_is_a_card_and_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at = opened()

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret of the table")

    with monkeypatch.context() as context, caplog.at_level(logging.ERROR):
        context.setattr(explore, "draw", broken)
        at.switch_page("pages/data.py").run()
    assert not at.exception
    assert ["failed with ZeroDivisionError" in each for each in cards(at, "sb-error")] == [True]
    drawn = html.unescape(" ".join(each.value for each in at.html))
    assert "How long they are" in drawn, "what was drawn before is still there"
    assert "a secret" not in drawn
    assert "a secret of the table" in caplog.text, "the traceback is in the log"
    checked(at.run())
    assert not cards(at, "sb-error"), "and the page works once it can"
