"""Findings are drawn with what can be done about them, and what was done can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.config import RunConfig
from core.doctor.finding import Finding
from core.messages import Message
from tests.pages.drawn import checked, draft, words
from ui import data_findings

LEAKS = Finding(
    "leaks", "serious", 231, Message("Texts <b>stand</b> in both parts."), [3, 17], {"data.remedies": ["leaks"]}
)
TWINS = Finding(
    "duplicates", "warning", 12, Message("Texts repeat."), [1], {"data.remedies": ["duplicates"]}, seen=2_000
)
DATES = Finding(
    "dates", "note", 50, Message("There are dates."), remedy={"data.split": "time", "data.split_column": "date"}
)
SHORT = Finding("one_word", "note", 3, Message("A word is short."))


def drawn(found: list[Finding], **changes: Any) -> AppTest:
    """Findings in a page of their own."""

    def script() -> None:
        import streamlit as st

        from ui import data_findings, state

        data_findings.findings(st.session_state["found"], state.draft())

    at = AppTest.from_function(script, default_timeout=60.0)
    at.session_state["found"] = found
    at.session_state["draft"] = RunConfig().replace(changes)
    return checked(at.run())


def keys(at: AppTest) -> list[str]:
    return [str(each.key) for each in at.button]


def test_the_worst_comes_first_with_what_follows_and_where_it_was_seen() -> None:
    at = drawn([SHORT, DATES, TWINS, LEAKS])
    said = words(at)
    assert said.index("Serious") < said.index("Warning") < said.index("Note")
    assert "231 rows Texts <b>stand</b> in both parts." in said
    assert "12 rows of 2,000 that were looked at" in said
    assert keys(at) == [
        "finding-rows-leaks",
        "finding-apply-leaks",
        "finding-rows-duplicates",
        "finding-apply-duplicates",
        "finding-apply-dates",
    ]
    assert at.button(key="finding-apply-dates").label == "Measure on the latest, by date"


def test_nothing_found_is_said() -> None:
    assert "Nothing was found" in words(drawn([]))


def test_a_remedy_is_a_change_of_the_draft_and_can_be_taken_back() -> None:
    at = drawn([LEAKS, TWINS], **{"data.remedies": ["html"]})
    at.button(key="finding-apply-leaks").click().run()
    at.button(key="finding-apply-duplicates").click().run()
    # In the order in which they are done.
    assert draft(checked(at)).data.remedies == ["html", "duplicates", "leaks"]
    assert "Done" in words(at)
    assert "finding-apply-leaks" not in keys(at)
    at.button(key="finding-undo-leaks").click().run()
    assert draft(checked(at)).data.remedies == ["html", "duplicates"]
    assert "finding-apply-leaks" in keys(at)


def test_what_a_setting_was_before_comes_back() -> None:
    at = drawn([DATES], **{"data.split": "grouped", "data.split_column": "shop"})
    at.button(key="finding-apply-dates").click().run()
    assert (draft(checked(at)).data.split, draft(at).data.split_column) == ("time", "date")
    at.button(key="finding-undo-dates").click().run()
    assert (draft(checked(at)).data.split, draft(at).data.split_column) == ("grouped", "shop")


def test_what_the_draft_has_already_counts_as_done_and_goes_back_to_the_default() -> None:
    at = drawn([DATES], **{"data.split": "time", "data.split_column": "date"})
    at.button(key="finding-undo-dates").click().run()
    assert (draft(checked(at)).data.split, draft(at).data.split_column) == ("source", None)


def test_a_remedy_that_has_ended_what_was_found_can_still_be_taken_back() -> None:
    at = drawn([Finding("unreadable", "serious", 9, Message("It reads nothing."), [1], {"model.name": "multilingual"})])
    at.button(key="finding-apply-unreadable").click().run()
    at.session_state["found"] = []
    at.run()
    assert "Done 9 rows It reads nothing." in words(checked(at))
    at.button(key="finding-undo-unreadable").click().run()
    assert draft(checked(at)).model.name == "minilm"
    assert "Nothing was found" in words(at)


def test_rows_are_handed_to_the_explore_card() -> None:
    at = drawn([LEAKS])
    at.button(key="finding-rows-leaks").click().run()
    assert checked(at).session_state[data_findings.ROWS] == {
        "rows": [3, 17],
        "title": "Texts <b>stand</b> in both parts.",
    }


@pytest.mark.parametrize(
    ("remedy", "said"),
    [
        ({"data.remedies": ["html", "unicode"]}, "Strip the HTML · Mend broken characters"),
        ({"data.split": "grouped", "data.split_column": "shop"}, "Keep together what has the same shop"),
        ({"model.name": "multilingual"}, "Use the model multilingual"),
        ({"data.subset": "stratified"}, "Subset: By class"),
        ({"data.max_length": 256}, "Longest review: 256"),
    ],
)
def test_a_remedy_says_what_it_does(remedy: dict[str, Any], said: str) -> None:
    assert data_findings.remedy_words(remedy) == said


def test_many_notes_are_folded_but_none_that_was_followed() -> None:
    many = [Finding(f"rule_{n}", "note", n, Message("A note.")) for n in range(1, 4)]
    at = drawn([*many, TWINS, DATES], **{"data.split": "time", "data.split_column": "date"})
    assert words(at).count("A note.") == 0
    assert "There are dates." in words(at)
    at.toggle(key="findings-notes").set_value(True).run()
    assert words(checked(at)).count("A note.") == 3


def test_they_are_counted() -> None:
    assert data_findings.tally([LEAKS, TWINS, DATES, SHORT]) == "1 serious · 1 warning · 2 notes"
    assert data_findings.tally([]) == ""
