"""Names, notes and tags have limits that are said."""

from __future__ import annotations

import pytest

from core.config import RunConfig
from core.errors import RunError
from core.runs import naming


def test_a_new_id_can_be_one_and_a_path_cannot() -> None:
    assert naming.is_id(naming.new_id())
    for text in ("", ".", "..", ".incoming-20260102", "a/b", "a b", "x" * 80):
        assert not naming.is_id(text)


def test_a_run_without_a_name_is_called_after_what_it_is() -> None:
    assert naming.name_of(RunConfig()) == "minilm on reviews, 1,000"
    assert naming.name_of(RunConfig(name="mine")) == "mine"


def test_names_and_tags_are_tidied() -> None:
    assert naming.name("  two \n words ") == "two words"
    assert naming.tags([" a", "b", "a"]) == ["a", "b"]
    assert naming.notes(" first\nsecond ") == "first\nsecond"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: naming.name("  "), "name is empty"),
        (lambda: naming.name("x" * 121), "121 characters"),
        (lambda: naming.notes("x" * 10_001), "10001 characters"),
        (lambda: naming.tags(["two words"]), "no single word"),
        (lambda: naming.tags([""]), "no single word"),
        (lambda: naming.tags([f"t{n}" for n in range(21)]), "21 tags"),
    ],
)
def test_what_is_too_long_or_no_word_is_refused(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(RunError, match=message):
        call()
