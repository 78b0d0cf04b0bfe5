"""What was left out or repaired is counted, said with its reason, and can be saved line by line."""

from __future__ import annotations

import pyarrow as pa
from streamlit.testing.v1 import AppTest

from core.data.odd import Odd
from core.data.table import Table
from core.inspection.profile import Profile, profile
from core.messages import Message
from tests.pages.drawn import checked, words
from ui.data_reading import lines_of

LEFT = (
    Odd(Message("had more cells than the header"), 2, ((4, "a,b,c"), (9, "=1+1,b,c"))),
    Odd(Message("repeats the header"), 1, ((7, "text,stars"),)),
)
REPAIRED = (Odd(Message("a bad byte in it was replaced"), 1, ((5, "caf\ufffd,3"),)),)


def report(left_out: tuple[Odd, ...] = (), repaired: tuple[Odd, ...] = ()) -> Profile:
    rows = pa.table({"text": [f"meal {n}" for n in range(20)], "stars": [n % 5 + 1 for n in range(20)]})
    return profile(Table({"train": rows}, left_out=left_out, repaired=repaired))


def drawn(found: Profile) -> AppTest:
    def script() -> None:
        import streamlit as st

        from ui import data_reading

        data_reading.line(st.session_state["report"])
        data_reading.draw(st.session_state["report"])

    at = AppTest.from_function(script, default_timeout=60.0)
    at.session_state["report"] = found
    return checked(at.run())


def test_a_table_without_a_fault_gets_one_line() -> None:
    at = drawn(report())
    assert words(at).strip() == "20 rows read, none left out or repaired."


def test_every_reason_is_said_with_its_count() -> None:
    said = words(drawn(report(LEFT, REPAIRED)))
    assert "20 rows read · 1 repaired · 3 left out" in said
    assert "2 rows left out: had more cells than the header" in said
    assert "1 row left out: repeats the header" in said
    assert "1 row repaired: a bad byte in it was replaced" in said


def test_the_lines_stand_in_the_order_of_the_file() -> None:
    assert [line for line, *_rest in lines_of(LEFT, "left out")] == [4, 7, 9]


def test_the_profile_that_is_written_as_json_counts_them() -> None:
    written = report(LEFT).to_dict()
    assert (written["left_out"], written["repaired"]) == (3, 0)
