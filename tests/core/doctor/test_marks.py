"""What stands in texts that was not meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.data.remedies import folded
from core.doctor import marks, phrases, thin
from core.doctor.finding import Finding
from core.doctor.texts import Reviews, words
from tests.core.doctor import made

PLAIN = [
    "I <3 this place, and 3 < 4 > 2, a<b.",
    "R&B all night; fish & chips; AT&T",
    "Sehr schön, très bon, está aquí, 日本語のレビュー、とても良い",
    "👩‍👩‍👧 family friendly ❤️ می‌خواهم שלום\u200f!",
    "Line one\nline two\tand a tab",
    "See you at 10:30, e.g. on Friday. www is a word",
]


def marked(find: Callable[[Reviews], Finding | None], texts: list[str]) -> list[int]:
    reviews = made.reviews([*texts, *PLAIN], ["a", "b"] * ((len(texts) + len(PLAIN)) // 2))
    found = find(reviews)
    return [] if found is None else found.rows


@pytest.mark.parametrize(
    ("find", "texts"),
    [
        (marks.html, ["<p>Nice</p>", "Nice<br/>place", "fish &amp; chips", "<DIV class='r'>x", "it&#39;s", "a</b>"]),
        (marks.urls, ["see https://example.com", "www.example.com/a", "HTTP://X.ORG", "(http://a.b)"]),
        (marks.control, ["zero\u200bwidth", "bell\x07", "nul\x00", "\ufeffmark", "soft\u00adhyphen", "over\u202eride"]),
        (marks.blanks, [" " * 300 + "late", "a" + "\n" * 250 + "b"]),
        (marks.mojibake, ["It wasnâ€™t good", "CafÃ© au lait", "dÃ©jÃ  vu", "lost \ufffd letters"]),
    ],
)
def test_marks_are_found_and_nothing_else(find: Callable[[Reviews], Finding | None], texts: list[str]) -> None:
    assert marked(find, texts) == list(range(len(texts)))


def test_blank_and_one_word_rows() -> None:
    reviews = made.reviews(["fine", "  ", None, "very good", "好", "とても美味しい", "ok!", ""], ["a", "b"] * 4)
    empty, one_word = thin.empty(reviews), thin.one_word(reviews)
    assert empty is not None
    assert one_word is not None
    assert empty.rows == [1, 2, 7]
    assert one_word.rows == [0, 4, 6]


def test_a_label_that_is_missing_makes_a_row_empty() -> None:
    reviews = made.reviews(["one", "two", "three"], ["a", None, "b"])
    found = thin.empty(reviews)
    assert found is not None
    assert found.rows == [1]


def test_a_sentence_that_every_fifth_text_has_is_boilerplate() -> None:
    texts, labels = made.texts(100)
    for row in range(0, 100, 5):
        texts[row] += " Please rate us on our own page too!"
    found = phrases.boilerplate(made.reviews(texts, labels))
    assert found is not None
    assert (found.severity, found.rows) == ("warning", list(range(0, 100, 5)))
    assert found.words.values["phrase"] == "please rate us on our own page too"
    assert phrases.boilerplate(made.reviews(*made.texts(100))) is None


def test_folded_and_words() -> None:
    assert folded("  Straße\n\tNORD ") == "strasse nord"
    assert words("It's 5 stars, 本当に!") == ["it", "s", "5", "stars", "本", "当", "に"]
    assert words("อร่อย") == list("อร่อย")
