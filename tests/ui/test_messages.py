"""What core says in English reaches a Japanese reader in Japanese, values and all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core import config
from core.data import source
from core.errors import ConfigError, DataError, StarboardError
from core.home import preferences
from core.home.places import Home
from core.runs.store import Store
from scripts import templates
from ui import messages, words
from ui.messages import translate

ROOT = Path(__file__).parents[2]
HOLE = re.compile(r"\{(\d+)\}")
SENTENCES = templates.sentences(ROOT)


@pytest.fixture
def in_japanese(home: Path) -> None:
    preferences.save(Home.present(), language="ja")


def test_english_is_left_alone_and_opens_no_catalogue(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_forms", lambda language: pytest.fail("a catalogue was opened"))
    assert translate("The split dev is used for evaluation.") == "The split dev is used for evaluation."


@pytest.mark.parametrize("template", sorted(SENTENCES))
def test_each_sentence_of_core_is_translated_with_its_values(template: str, in_japanese: None) -> None:
    text = HOLE.sub(lambda hole: f"«{hole[1]}»", template)
    expected = words.catalogue("ja").pgettext(messages.CORE, template)
    assert expected != template
    assert translate(text) == HOLE.sub(lambda hole: f"«{hole[1]}»", expected)


def test_the_extraction_follows_variants_names_and_functions() -> None:
    assert "The hub does not answer, and the dataset {0} is not in the cache." in SENTENCES, "a function"
    assert "1 row of {0} without text or label was left out." in SENTENCES, "a name"
    assert "Tabs separate the columns." in SENTENCES, "a table"
    assert "Did you mean {0}?" in SENTENCES, "a conditional expression"
    assert "Reading the reviews" in SENTENCES, "a phase"
    assert "The model reads at most {0} tokens; {1} were asked for, {2} are used." in SENTENCES, "a message"
    assert not [each for each in SENTENCES if "terrible" in each.lower()], "the sample's reviews are data"


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("The loss became nan at step 4.", "ステップ4で損失がnanになりました。"),
        (
            "Asked for 1,000 evaluation reviews; there are 40, all are used.",
            "評価用レビュー1,000件の指定に対し、40件しかないため、すべて使います。",
        ),
        (
            "3 rows had fewer cells than the header; the missing cells are empty (first at line 7).",
            "見出しよりセルが少ない行が3行ありました。足りないセルは空とします（最初は7行目）。",
        ),
        ("2 rows of test without text or label were left out.", "testのうち、本文またはラベルのない2行を除きました。"),
        ("a text that nobody\nwrote", "a text that nobody\nwrote"),
        ("", ""),
    ],
)
def test_translate(in_japanese: None, text: str, translation: str) -> None:
    assert translate(text) == translation


def test_values_are_kept_as_they_are(in_japanese: None) -> None:
    # A backslash, a brace and a sentence of core's own within a value.
    text = r"There is no file C:\new\{0}. There is no file x."
    assert translate(text) == r"ファイルC:\new\{0}. There is no file xはありません。"


def test_errors_as_core_raises_them(in_japanese: None, tmp_path: Path) -> None:
    with pytest.raises(DataError) as found:
        source.read(f"file:{tmp_path}/none.csv")
    message, advice = messages.of(found.value)
    assert message == f"ファイル{tmp_path}/none.csvはありません。"
    assert advice.startswith("パスを確認してください。")
    with pytest.raises(StarboardError) as missing:
        Store(Home.present()).get("20200101")
    assert messages.of(missing.value)[0] == "実行'20200101'はありません。"


def test_each_problem_of_a_configuration_is_translated(in_japanese: None) -> None:
    with pytest.raises(ConfigError) as found:
        config.parse({"training": {"learning_rate": 200.0, "num_train_epoch": 3}})
    assert messages.of(found.value)[0] == (
        "training.learning_rateの値が200.0です。0より大きく100以下の数値を指定してください; "
        "training.num_train_epochという設定はありません。training.num_train_epochsのことですか？"
    )
