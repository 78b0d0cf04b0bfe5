"""The Settings page: choices are kept, and cleaning up frees what nothing needs."""

from __future__ import annotations

import pytest

from core.home import preferences
from core.home.files import ensure
from core.home.places import Home
from tests.pages.drawn import cards, checked, opened

pytestmark = pytest.mark.usefixtures("store")


def test_choices_are_kept() -> None:
    page = opened("settings")
    checked(page.number_input(key="preference-threads").set_value(2).run())
    checked(page.selectbox(key="preference-language").select("ja").run())
    assert preferences.load(Home.present()).threads == 2
    assert preferences.load(Home.present()).language == "ja"


def test_cleaning_up_empties_the_cache() -> None:
    ensure(Home.present().cache)
    (Home.present().cache / "x.arrow").write_bytes(b"x" * 2000)
    page = opened("settings")
    checked(page.button(key="clean-up").click().run())
    assert not Home.present().cache.exists()
    assert page.button(key="clean-up").disabled


@pytest.mark.parametrize("name", ["notify", "sound"])
def test_word_of_an_ending_is_off_until_it_is_asked_for(name: str) -> None:
    at = opened("settings")
    assert not at.toggle(key=f"preference-{name}").value
    checked(at.toggle(key=f"preference-{name}").set_value(True).run())
    assert getattr(preferences.load(Home.present()), name) is True
    assert opened("settings").toggle(key=f"preference-{name}").value


def test_the_tour_can_be_seen_again() -> None:
    preferences.save(Home.present(), tour_seen=True)
    assert not cards(opened(), "sb-tour")
    checked(opened("settings").button(key="tour-again").click().run())
    assert cards(opened(), "sb-tour")
