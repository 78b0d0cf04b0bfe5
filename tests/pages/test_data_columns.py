"""Columns and parts: what a person chooses is the draft, and a suggestion is a click."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.config import RunConfig
from core.runs.store import Store
from tests.pages.drawn import checked, draft, opened, pills, words
from tests.pages.test_data import listed

HEAD = "Review Title,Review Body,stars,mood,shop,split,date\n"
TABLE = HEAD + "".join(
    f"Title number {n},The meal number {n} was good for all of us,{n % 5 + 1},{'ab'[n % 2]},shop {n % 7},"
    f"{'train' if n % 4 else 'test'},2024-01-{n % 28 + 1:02d}\n"
    for n in range(60)
)


def on_table(folder: Path, content: str = TABLE) -> tuple[AppTest, str]:
    """The page with a table of its own, and what its keys end with."""
    path = folder / "reviews.csv"
    path.write_text(content)
    at = opened("data")
    pills(at, "source-kind").set_value("file").run()
    at.text_input(key="file-path").set_value(str(path)).run()
    return checked(at), f"file:{path}"


def test_the_runner_up_is_a_click_away_and_so_is_the_way_back(store: Store, tmp_path: Path) -> None:
    at, source = on_table(tmp_path)
    assert draft(at).data.text_column == "Review Body"
    suggestion = at.button(key=f"instead-text:{source}")
    assert suggestion.label == "Use Review Title instead"
    suggestion.click().run()
    assert draft(checked(at)).data.text_column == "Review Title"
    assert at.selectbox(key=f"text:{source}").value == "Review Title"
    assert at.button(key=f"instead-text:{source}").label == "Use Review Body instead"
    at.button(key=f"instead-label:{source}").click().run()
    assert draft(checked(at)).data.label_column != "stars"


def test_several_columns_are_read_as_one_in_the_order_of_the_table(store: Store, tmp_path: Path) -> None:
    at, source = on_table(tmp_path)
    beside = at.multiselect(key=f"with:{source}")
    assert "Review Body" not in beside.options
    assert "stars" not in beside.options
    beside.set_value(["Review Title"]).run()
    data = draft(at).data
    assert (data.text_column, data.text_columns) == ("Review Body", ["Review Title", "Review Body"])
    at.multiselect(key=f"with:{source}").set_value([]).run()
    assert draft(checked(at)).data.text_columns == []


JOINED = "title,body,rating\n" + "".join(
    f"{('Lovely', 'Awful', 'Fine')[n % 3]} stay {n},We came for {n} days and the room was clean and quiet,{n % 3 + 1}\n"
    for n in range(30)
)


def test_columns_that_belong_together_are_read_as_one_text_until_a_person_parts_them(
    store: Store, tmp_path: Path
) -> None:
    at, source = on_table(tmp_path, JOINED)
    data = draft(at).data
    assert (data.text_column, data.text_columns) == ("body", ["title", "body"])
    assert at.multiselect(key=f"with:{source}").value == ["title"]
    first = "Lovely stay 0 We came for 0 days and the room was clean and quiet"
    assert listed(at)[0] == first
    at.text_input(key=f"explore-search:{source}").set_value('"awful stay 7"').run()
    (only,) = listed(checked(at))
    assert only.startswith("Awful stay 7 We came for 7 days"), "found by its title"
    at.multiselect(key=f"with:{source}").set_value([]).run()
    at.text_input(key=f"explore-search:{source}").set_value("").run()
    assert (draft(checked(at)).data.text_columns, listed(at)[0]) == ([], first.removeprefix("Lovely stay 0 "))


@pytest.mark.parametrize(
    ("named", "joined"),
    [
        ({}, ["title", "body"]),
        ({"data.text_columns": ["title", "body"]}, ["title", "body"]),
        ({"data.text_column": "title + body"}, ["title", "body"]),
        ({"data.text_column": "body"}, []),
        ({"data.text_column": "gone"}, ["title", "body"]),
    ],
)
def test_settings_that_come_from_elsewhere_mean_the_same_here(
    store: Store, tmp_path: Path, named: dict[str, Any], joined: list[str]
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(JOINED)
    at = opened("data")
    at.session_state["draft"] = RunConfig().replace({"data.source": f"file:{path}"} | named)
    checked(at.run())
    assert (draft(at).data.text_column, draft(at).data.text_columns) == ("body", joined)


def test_the_parts_are_offered_that_the_table_has_columns_for(store: Store, tmp_path: Path) -> None:
    at, _source = on_table(tmp_path)
    parts = at.selectbox(key="set-data-split")
    assert len(parts.options) == 4
    parts.set_value("column").run()
    assert (draft(checked(at)).data.split, draft(at).data.split_column) == ("column", "split")
    at.selectbox(key="set-data-split").set_value("time").run()
    assert draft(checked(at)).data.split_column == "date"
    at.selectbox(key="set-data-split").set_value("grouped").run()
    assert draft(checked(at)).data.split_column == "shop"
    at.selectbox(key="set-data-split_column").set_value("mood").run()
    assert draft(checked(at)).data.split_column == "mood"
    at.selectbox(key="set-data-split").set_value("source").run()
    assert (draft(checked(at)).data.split, draft(at).data.split_column) == ("source", None)


def test_a_table_without_such_columns_offers_no_parts(store: Store) -> None:
    at = opened("data")
    assert not [each for each in at.selectbox if each.key == "set-data-split"]
    assert [each.key for each in at.selectbox if str(each.key).startswith("set-data")] == ["set-data-subset"]


def test_the_counts_of_each_part_follow_what_is_asked_for(store: Store) -> None:
    at = opened("data")
    assert "All 1,000 300 1 star 218 66" in words(at)
    at.number_input(key="set-data-test_size").set_value(200).run()
    assert "Training Evaluation Test All 1,000 300 200 1 star 218 66 44" in words(checked(at))
    at.selectbox(key="set-data-subset").set_value("balanced").run()
    assert "1 star 200 66 44" in words(checked(at))
    assert draft(at).data.test_size == 200
