"""babel: what a language calls itself, which one a browser means, and how it writes a percentage."""

from __future__ import annotations

from babel import Locale, negotiate_locale
from babel.numbers import format_percent

LIBRARY = "babel"


def test_a_language_knows_its_own_name() -> None:
    """A new language needs a catalogue and nothing else: the button that chooses it is named by Babel."""
    assert Locale.parse("ja").get_display_name() == "日本語"
    assert Locale.parse("de").get_display_name() == "Deutsch"
    assert Locale.parse("pt_BR").get_display_name()


def test_a_browser_s_language_is_found_among_ours() -> None:
    """A Japanese browser gets Japanese pages."""
    assert negotiate_locale(["ja-jp"], ["en", "ja"], sep="-") == "ja"
    assert negotiate_locale(["fr"], ["en", "ja"], sep="-") is None


def test_the_pattern_of_a_percentage_can_be_had_and_changed() -> None:
    """Percentages have digits put into the pattern of the language, of which there is no public way to ask."""
    pattern = Locale.parse("ja").percent_formats[None].pattern
    assert "#,##0" in pattern
    assert format_percent(0.531, pattern.replace("#,##0", "#,##0.0"), locale="ja") == "53.1%"
