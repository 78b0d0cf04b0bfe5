"""Every page in Japanese: its words are there, and no English message of the catalogue is left on it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from babel.messages.pofile import read_po
from streamlit.testing.v1 import AppTest

from core.home import preferences
from core.home.places import Home
from core.messages import Message
from core.runs.run import Status
from core.runs.store import Store
from tests.pages.drawn import checked, make_run, opened, words
from ui.words import DOMAIN

HEADINGS = {"data": "データ", "train": "学習", "results": "結果", "predict": "予測", "settings": "設定"}
KINDS = ("button", "toggle", "selectbox", "slider", "select_slider", "text_input", "text_area", "number_input")
TEXTS = ("caption", "warning", "error", "info", "success")


def english() -> list[re.Pattern[str]]:
    """The messages that have another form in Japanese; those that are little but a placeholder fit anything."""
    with (preferences.CATALOGUES / "ja" / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        # The button that changes the language calls each by its own name.
        ids = [str(each.id) for each in read_po(file) if each.id not in ("", "English") and each.id != each.string]
    found = []
    for message in ids:
        literal = re.split(r"\{\w+\}", message)
        if len(re.findall(r"[A-Za-z]", "".join(literal))) > 3 and message[0] != message[0].lower():
            found.append(re.compile(".+?".join(re.escape(part) for part in literal), re.DOTALL))
    return found


def drawn(at: AppTest) -> list[str]:
    """Each text on the page: of our markup, of widgets, of Streamlit's own boxes."""
    html = [each.value for each in at.html if "<style" not in each.value and "<script" not in each.value]
    found = [unescape(part).strip() for each in html for part in re.split(r"<[^>]+>", each)]
    found += [unescape(label) for each in html for label in re.findall(r'aria-label="([^"]+)"', each)]
    widgets: list[Any] = [each for kind in KINDS for each in at.get(kind)]
    boxes: list[Any] = [each for kind in TEXTS for each in at.get(kind)]
    choices: list[Any] = [*at.get("button_group"), *at.get("selectbox")]
    found += [text for each in widgets for text in (each.label, each.help or "")]
    found += [each.value for each in boxes]
    found += [str(option) for each in choices for option in each.options]
    found += [each.label for each in at.expander]
    return [text for text in found if text]


@pytest.fixture
def in_japanese(store: Store) -> Store:
    preferences.save(Home.present(), language="ja")
    return store


def assert_japanese(at: AppTest, page: str) -> None:
    text = words(checked(at))
    assert HEADINGS[page] in text
    texts = drawn(at)
    assert [each for each in texts if any(form.fullmatch(each) for form in english())] == []


@pytest.mark.parametrize("page", HEADINGS)
def test_a_page_without_runs(in_japanese: Store, page: str) -> None:
    assert_japanese(opened(page), page)


@pytest.mark.parametrize("page", ["train", "results"])
@pytest.mark.parametrize("status", [Status.QUEUED, Status.TRAINING, Status.FINISHED, Status.STOPPED, Status.FAILED])
def test_a_page_with_a_run(in_japanese: Store, page: str, status: Status) -> None:
    run = make_run(in_japanese, status)
    said = Message("The split {split} is used for evaluation.", split="dev")
    in_japanese.append(run.id, "message", said.to_dict(), step=0, epoch=0, seconds=0)
    at = opened(page)
    assert_japanese(at, page)
    assert "分割devを評価に使います。" in words(at)


def test_a_failure_says_what_to_do_in_japanese(in_japanese: Store) -> None:
    make_run(in_japanese, Status.FAILED)
    assert "この実行は失敗しました" in words(opened("train"))


def test_the_code_of_every_step_has_a_card_of_its_own(in_japanese: Store) -> None:
    at = opened("train")
    at.toggle(key="show-code").set_value(True).run()
    assert_japanese(at, "train")
    assert "手順7/7" in words(at)


def test_the_switch_changes_the_page_and_is_kept(store: Store) -> None:
    at = opened("train")
    assert "Ready to train" in words(at)
    checked(at.button(key="language-ja").click().run())
    assert preferences.load(Home.present()).language == "ja"
    assert "学習の準備ができました" in words(at)
    checked(at.button(key="language-en").click().run())
    assert "Ready to train" in words(at)


def test_a_home_that_cannot_be_written_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened("train")
    monkeypatch.setenv("STARBOARD_HOME", "/proc/none")
    at.button(key="language-ja").click().run()
    assert any("cannot be created" in each.value for each in at.toast)
