"""Every setting says why it matters and where to read on."""

from __future__ import annotations

from core.config import settings
from core.config.guidance import GUIDANCE


def test_every_setting_has_its_guidance_and_none_is_left_over() -> None:
    assert set(GUIDANCE) == {each.path for each in settings()}


def test_it_says_more_than_the_help_and_links_to_a_safe_page() -> None:
    for each in settings():
        found = GUIDANCE[each.path]
        assert found.why.endswith(".")
        assert found.why != each.help
        assert found.link.startswith("https://")
