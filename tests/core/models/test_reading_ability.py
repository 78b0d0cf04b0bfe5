"""Which languages a model reads, by what its tokenizer makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.models.reading_ability import reads

# What the bundled MiniLM makes of each.
LANGUAGES = {
    "The food was wonderful and the staff were kind. We waited an hour for a cold burger.": "well",
    "Das Essen war köstlich und die Bedienung überaus freundlich. Nach einer Stunde kam kalter Burger.": "partly",
    "La habitación estaba sucia y ruidosa, no la recomiendo.": "partly",
    "Jedzenie było pyszne, a obsługa bardzo miła.": "partly",
    "Ресторан отличный, обязательно вернусь!": "no",
    "Το φαγητό ήταν υπέροχο και το προσωπικό ευγενικό.": "no",
    "האוכל היה נהדר והצוות היה אדיב מאוד.": "no",
    "الطعام كان لذيذاً والخدمة ممتازة.": "no",
    "खाना बहुत स्वादिष्ट था और कर्मचारी दयालु थे।": "no",
    "อาหารอร่อยมากและพนักงานน่ารัก": "no",
    "这家餐厅的菜量一般，价格偏贵，不会再去了。": "no",
    "料理はとても美味しかったです。また行きます。": "no",
    "음식이 맛있고 직원들이 친절해요.": "no",
}


@pytest.mark.parametrize(("text", "verdict"), LANGUAGES.items())
def test_minilm_reads_english_and_little_else(text: str, verdict: str) -> None:
    found = reads("minilm", [text] * 3)
    assert found is not None
    assert found.verdict == verdict, found


def test_the_model_of_many_languages_reads_them_all(multilingual_here: Path) -> None:
    for text in LANGUAGES:
        found = reads("multilingual", [text])
        assert found is not None
        assert found.verdict != "no", (text, found)
        assert found.unknown == 0


def test_nothing_is_said_without_a_tokenizer_or_a_text() -> None:
    assert reads("nobody/nothing", ["text"]) is None
    assert reads("minilm", []) is None
    assert reads("minilm", ["", "  "]) is None
    found = reads("minilm", ["12345 !!! 4/5"])
    assert found is not None
    assert found.verdict == "well"
