"""What core says in English reaches a Japanese reader in Japanese, values and all."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from core import config
from core.config.source import Source
from core.data import reading
from core.errors import ConfigError, DataError, StarboardError
from core.home import preferences
from core.home.places import Home
from core.messages import Message
from core.runs.store import Store
from scripts import translate as catalogues
from ui import messages, words
from ui.messages import translate


@pytest.fixture
def in_japanese(home: Path) -> None:
    preferences.save(Home.present(), language="ja")


def templates() -> list[str]:
    """The templates of every message that core makes."""
    return [
        str(message.id)
        for message in catalogues.source()
        if message.id and any(file.startswith("core/") for file, _line in message.locations)
    ]


def example(template: str) -> str:
    """The template with a value in each placeholder: 1 where it is written as a number, else its name."""
    fields = [(name, form) for _literal, name, form, _as in string.Formatter().parse(template) if name is not None]
    return template.format(**{name: 1 if form else f"«{name}»" for name, form in fields})


def test_english_is_left_alone(home: Path) -> None:
    said = Message("The split {split} is used for evaluation.", split="dev")
    assert translate(said) == "The split dev is used for evaluation."


@pytest.mark.parametrize("template", templates())
def test_the_translation_of_each_template_of_core_takes_its_values(template: str, in_japanese: None) -> None:
    translation = words.catalogue("ja").gettext(template)
    names = {name for _literal, name, _form, _as in string.Formatter().parse(template) if name is not None}
    assert all(f"«{name}»" in example(translation) or "1" in example(translation) for name in names)


def test_a_message_within_a_message_is_translated_too(in_japanese: None) -> None:
    assert translate(Message("{one} {two}", one=Message("Loss"), two="Loss")) == "損失 Loss"


def test_text_without_a_template_stays_as_it_is(in_japanese: None) -> None:
    assert translate(Message.verbatim("Loss")) == "Loss"
    assert translate(Message.from_dict({"text": "The split dev is used for evaluation."})).startswith("The split dev")


def test_values_are_kept_as_they_are(in_japanese: None) -> None:
    # A backslash, a brace and a sentence of core's own within a value.
    said = Message("There is no file {path}.", path=r"C:\new\{0}. There is no file x")
    assert translate(said) == r"ファイルC:\new\{0}. There is no file xはありません。"


def test_errors_as_core_raises_them(in_japanese: None, tmp_path: Path) -> None:
    with pytest.raises(DataError) as found:
        reading.read(Source.parse(f"file:{tmp_path}/none.csv"))
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
