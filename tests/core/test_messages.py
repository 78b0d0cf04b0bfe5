"""Messages: templates and values, in any language, stored and read again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

import pytest
from pydantic import TypeAdapter

from core.errors import ConfigError, DataError
from core.messages import NOTHING, Message

JAPANESE = {"There is no file {path}.": "ファイル{path}はありません。", "a number": "数値"}


def translate(template: str) -> str:
    return JAPANESE.get(template, template)


def test_a_message_is_put_together_where_it_is_read() -> None:
    message = Message("There is no file {path}.", path="a.csv")
    assert str(message) == "There is no file a.csv."
    assert message.render(translate) == "ファイルa.csvはありません。"


def test_what_stands_in_a_placeholder_is_kept_as_it_is() -> None:
    path = r"C:\new\{0} {path} 100 %"
    assert Message("There is no file {path}.", path=path).render(translate) == rf"ファイル{path}はありません。"


def test_a_message_within_a_message_is_translated_too() -> None:
    message = Message("{key}: expected {expected}, {n:,} of them", key="a", expected=Message("a number"), n=5000)
    assert message.render(translate) == "a: expected 数値, 5,000 of them"


def test_verbatim_text_is_in_no_catalogue_and_may_hold_braces() -> None:
    assert Message.verbatim('{"a": 1}').render(lambda _: pytest.fail("looked up")) == '{"a": 1}'
    assert not NOTHING
    assert str(NOTHING) == ""


@pytest.mark.parametrize(
    "message",
    [
        Message("There is no file {path}.", path="ä {x}"),
        Message("{a:,} of {b:.2f} {c!r}", a=1234567, b=0.5, c="x"),
        Message("{outer}", outer=Message("in {n}", n=Message("deeper"))),
        Message.verbatim("{ unbalanced"),
    ],
)
def test_a_message_survives_being_stored(message: Message) -> None:
    stored = json.loads(json.dumps(message.to_dict()))
    read = Message.from_dict(stored)
    assert str(read) == str(message) == stored["text"]
    assert read.render(translate) == message.render(translate)
    assert read.to_dict() == stored


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("The run store was missing.", "The run store was missing."),
        ({"text": "From before."}, "From before."),
        ({"text": "Kept.", "template": "{gone}", "values": {}}, "Kept."),
        ({"text": "Kept.", "template": "{a.b[0]}", "values": {"a": 1}}, "Kept."),
        ({"text": "Kept.", "template": "{", "values": {}}, "Kept."),
        ({"text": "Kept.", "template": "{a.__class__.__mro__}", "values": {"a": 1}}, "Kept."),
        ({"text": "Kept.", "template": "{a:>1000000000}", "values": {"a": 1}}, "Kept."),
        ({"text": "Kept.", "template": "{a:,}", "values": {"a": "x"}}, "Kept."),
        ({"text": "Kept.", "template": "{}", "values": {"": 1}}, "Kept."),
        ({"text": "Kept.", "template": 5, "values": None}, "Kept."),
        (None, ""),
        ([], ""),
    ],
)
def test_whatever_was_stored_reads_as_a_message(raw: object, text: str) -> None:
    assert str(Message.from_dict(raw)) == text


def test_a_dataclass_of_messages_is_stored_and_read_by_pydantic() -> None:
    @dataclass(frozen=True)
    class Notes:
        notes: list[Message]

    notes = Notes([Message("{n:,} rows", n=5000), Message("a {b}", b=Message("c {d}", d=1))])
    read = TypeAdapter(Notes).validate_python(json.loads(json.dumps(asdict(notes))))
    assert [str(each) for each in read.notes] == ["5,000 rows", "a c 1"]


def test_errors_speak_english_and_keep_their_templates() -> None:
    error = DataError(Message("There is no file {path}.", path="x"), Message("Check the path."))
    assert str(error) == "There is no file x. Check the path."
    assert (error.message, error.advice) == ("There is no file x.", "Check the path.")
    assert error.found.render(translate) == "ファイルxはありません。"


def test_a_configuration_names_every_problem() -> None:
    error = ConfigError([Message("{key} is no setting", key="a"), Message("{key} is no setting", key="b")])
    assert str(error) == "a is no setting; b is no setting Correct the settings named here and try again."
