"""The Settings page: choices are kept, and cleaning up frees what nothing needs."""

from __future__ import annotations

import pytest

from core import preferences, settings
from tests.pages.drawn import checked, opened

pytestmark = pytest.mark.usefixtures("store")


def test_choices_are_kept() -> None:
    page = opened("settings")
    checked(page.number_input(key="preference-threads").set_value(2).run())
    checked(page.selectbox(key="preference-language").select("ja").run())
    assert preferences.load().threads == 2
    assert preferences.load().language == "ja"


def test_cleaning_up_empties_the_cache() -> None:
    settings.ensure(settings.cache())
    (settings.cache() / "x.arrow").write_bytes(b"x" * 2000)
    page = opened("settings")
    checked(page.button(key="clean-up").click().run())
    assert not settings.cache().exists()
    assert page.button(key="clean-up").disabled
