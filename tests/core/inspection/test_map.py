"""The map: drawn in a process of its own by the bundled model, kept by content, given up for a training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.home.places import Home
from core.inspection import map as maps
from core.inspection.map import Map
from core.messages import Message

SAID = (Message("No such model."), Message("Go."))
FOOD = [f"The soup was {word} and the noodles tasted of {other}." for word in ("hot", "cold") for other in "abcdefgh"]
CARS = [f"My car lost {word} wheels on the motorway near {other}." for word in ("two", "all") for other in "ABCDEFGH"]


@pytest.fixture
def here(home: Path) -> Home:
    return Home.present()


def test_reviews_of_one_kind_lie_together_and_the_map_is_found_again(here: Home) -> None:
    texts = [*FOOD, "", *CARS]
    name = maps.name_of(texts, "minilm")
    drawing = maps.start(here, name, texts, "minilm", lambda: False)
    assert maps.start(here, name, texts, "minilm", lambda: False) is drawing, "who asks again joins in"
    assert drawing.wait(120)
    assert drawing.problem is None
    found = drawing.map
    assert found is not None
    assert (len(found.x), len(found.y), found.model) == (33, 33, "minilm")
    places = np.column_stack([found.x, found.y])
    assert np.abs(places).max() == pytest.approx(1.0)
    food, cars = places[:16], places[17:]
    apart = np.linalg.norm(food.mean(0) - cars.mean(0))
    assert apart > np.linalg.norm(food - food.mean(0), axis=1).mean()
    assert maps.find(here, name) == found


def test_a_training_goes_first_and_a_click_gives_it_up(here: Home) -> None:
    drawing = maps.start(here, "name", FOOD, "minilm", lambda: True)
    assert drawing.wait(30)
    assert "a training goes first" in str(drawing.problem)
    again = maps.start(here, "name", FOOD, "minilm", lambda: False)
    assert again is not drawing
    again.stop()
    assert again.wait(30)
    assert (again.map, again.problem, maps.find(here, "name")) == (None, None, None)


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("import sys; sys.stdin.read(); sys.exit('no memory')", "The map could not be drawn: no memory."),
        ("import sys; sys.exit(7)", "code 7"),
        ("print('no JSON')", "code"),
        (f"import json; print(json.dumps({{'error': {[each.to_dict() for each in SAID]!r}}}))", "No such model. Go."),
    ],
)
def test_what_keeps_the_process_from_drawing_is_said(
    here: Home, monkeypatch: pytest.MonkeyPatch, does: str, said: str
) -> None:
    monkeypatch.setattr(maps, "_ARGUMENTS", ("-c", does))
    drawing = maps.start(here, "name", FOOD, "minilm", lambda: False)
    assert drawing.wait(30)
    assert drawing.map is None
    assert said in str(drawing.problem)


def test_maps_are_named_by_texts_and_model_and_a_damaged_one_is_none(here: Home, tmp_path: Path) -> None:
    found = Map([0.5], [-0.5], "minilm")
    assert len({maps.name_of(["a", "b"], "minilm"), maps.name_of(["ab"], "minilm"), maps.name_of(["a", "b"], "x")}) == 3
    maps.store(here, "one", found)
    file = here.cache / "maps" / "one.json"
    content = file.read_bytes()
    assert maps.find(here, "one") == found
    for spoiled in (b"", content[:-3], content.replace(b"0.5", b"0.7", 1), b"{}", b"[" * 100_000):
        file.write_bytes(spoiled)
        assert maps.find(here, "one") is None
    for number in range(maps.KEPT + 3):
        maps.store(here, f"map-{number}", found)
    assert len(list((here.cache / "maps").iterdir())) == maps.KEPT


def test_at_most_five_thousand_reviews_are_drawn_by_seed() -> None:
    rows = maps.chosen(100_000)
    assert len(rows) == maps.MOST_POINTS
    assert rows.tolist() == maps.chosen(100_000).tolist()
    assert (np.diff(rows) > 0).all()
    assert maps.chosen(3).tolist() == [0, 1, 2]


def test_the_bundled_model_reads_where_the_chosen_one_is_not_here(tmp_path: Path) -> None:
    assert maps.model_for("nobody/nothing-of-the-kind") == "minilm"
    assert maps.model_for(str(tmp_path)) == str(tmp_path)
    assert maps.model_for("not a name / at all") == "minilm"
