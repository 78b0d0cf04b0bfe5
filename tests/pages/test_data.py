"""The Data page: every source, what it says of a table, and clear words for tables that can't be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.inspection import map as maps
from core.inspection import shelf
from core.inspection.map import Map
from core.runs.run import Status
from core.runs.store import Store
from tests.pages.drawn import cards, checked, draft, go, make_run, opened, pills, words
from ui import state

REVIEWS = "review,points,shop\n" + "".join(f"It was meal {n},{n % 3 + 1},north\n" for n in range(30))


def typed(path: object) -> AppTest:
    """The page after the path of a file was typed."""
    at = opened("data")
    checked(pills(at, "source-kind").set_value("file").run())
    at.text_input(key="file-path").set_value(str(path)).run()
    return checked(at)


def table(folder: Path, content: str | bytes, name: str = "reviews.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_bundled_sample_is_there_at_once(store: Store) -> None:
    at = opened("data")
    assert pills(at, "source-kind").value == "sample"
    assert "5,000" in words(at)
    assert "synthetic" in words(at)
    assert "How many of each" in words(at)
    assert at.selectbox(key="text:sample:reviews").value == "text"
    assert at.selectbox(key="label:sample:reviews").value == "stars"
    assert len(listed(at)) == 25


def test_a_source_cannot_be_unchosen(store: Store) -> None:
    at = opened("data")
    pills(at, "source-kind").set_value(None).run()
    assert "5,000" in words(checked(at))


def test_a_file_and_its_columns_become_the_draft(store: Store, tmp_path: Path) -> None:
    path = table(tmp_path, REVIEWS)
    at = typed(path)
    data = draft(at).data
    assert (data.source, data.text_column, data.label_column) == (f"file:{path}", "review", "points")
    at.selectbox(key=f"label:file:{path}").set_value("shop").run()
    (card,) = cards(checked(at), "sb-error")
    assert "shop" in card
    at.selectbox(key=f"label:file:{path}").set_value("points").run()
    assert not cards(checked(at), "sb-error")
    assert draft(at).data.label_column == "points"


def test_what_is_learned_can_be_switched(store: Store) -> None:
    at = opened("data")
    chosen = at.selectbox(key="task:sample:reviews")
    assert (chosen.label, chosen.value) == ("What it learns", "auto")
    assert chosen.options == ["By the labels · auto", "Classes · classes", "Ratings · ratings"]
    assert bars(at).count("sb-stars") == 5
    chosen.set_value("classes").run()
    assert draft(checked(at)).data.task == "classes"
    assert "sb-stars" not in bars(at)
    go(at, "train")
    go(at, "data")
    assert at.selectbox(key="task:sample:reviews").value == "classes"
    at.selectbox(key="task:sample:reviews").set_value("ratings").run()
    assert bars(checked(at)).count("sb-stars") == 5


def test_ratings_that_are_no_numbers_are_explained_and_another_table_begins_anew(store: Store, tmp_path: Path) -> None:
    path = table(tmp_path, "text,topic\n" + "".join(f"It was meal {n},{'ab'[n % 2]}\n" for n in range(30)))
    at = typed(path)
    assert "sb-stars" not in bars(at)
    at.selectbox(key=f"task:file:{path}").set_value("ratings").run()
    (card,) = cards(checked(at), "sb-error")
    assert "expected ratings" in card
    assert "Set data.task to classes" in card
    other = table(tmp_path, REVIEWS, "other.csv")
    at.text_input(key="file-path").set_value(str(other)).run()
    assert not cards(checked(at), "sb-error")
    assert draft(at).data.task == "auto"


def test_numbered_topics_can_be_taken_for_ratings(store: Store, tmp_path: Path) -> None:
    path = table(tmp_path, REVIEWS.replace("points", "Class Index"))
    at = typed(path)
    assert "sb-stars" not in bars(at)
    at.selectbox(key=f"task:file:{path}").set_value("ratings").run()
    assert bars(checked(at)).count("sb-stars") == 3


def bars(at: AppTest) -> str:
    """The drawing of how many there are of each class."""
    return next(each.value for each in at.html if "How often each label occurs" in each.value)


def test_the_file_is_still_chosen_after_a_page_switch(store: Store, tmp_path: Path) -> None:
    path = table(tmp_path, REVIEWS)
    at = typed(path)
    assert "reviews.csv · minilm" in words(go(at, "train"))
    go(at, "data")
    assert pills(at, "source-kind").value == "file"
    assert at.text_input(key="file-path").value == str(path)
    assert draft(at).data.source == f"file:{path}"


def test_an_uploaded_table_is_kept_and_chosen(store: Store, home: Path) -> None:
    at = opened("data")
    checked(pills(at, "source-kind").set_value("file").run())
    at.file_uploader(key="upload").set_value(("../my reviews.csv", REVIEWS.encode(), "text/csv")).run()
    (kept,) = (home / "uploads").rglob("*.csv")
    assert kept.name == "my reviews.csv"
    assert draft(checked(at)).data.source == f"file:{kept}"
    assert "Always answering" in words(at)
    assert "my reviews.csv" in words(go(at, "train"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("reviews.tsv", REVIEWS.replace(",", "\t")),
        ("semicolons.csv", REVIEWS.replace(",", ";")),
        ("reviews.jsonl", "".join(json.dumps({"text": f"r {n}", "stars": n % 2}) + "\n" for n in range(20))),
        ("utf-16.csv", REVIEWS.encode("utf-16")),
        ("emoji.csv", REVIEWS.replace("It was", "好吃 🍜 </div><script>")),
    ],
)
def test_tables_of_many_kinds_can_be_read(store: Store, tmp_path: Path, name: str, content: str | bytes) -> None:
    at = typed(table(tmp_path, content, name))
    assert not cards(at, "sb-error")
    assert "How many of each" in words(at)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("text,stars\n", "row"),
        ("text,stars\n" + "good,5\n" * 20, "2 to 100 different values"),
        ("stars\n" + "5\n4\n" * 20, "column"),
        (b"\x00\x01\x02" * 50, ""),
    ],
)
def test_a_table_that_cannot_be_used_is_explained(
    store: Store, tmp_path: Path, content: str | bytes, said: str
) -> None:
    at = typed(table(tmp_path, content))
    (card,) = cards(at, "sb-error")
    assert said in card
    assert "What to do:" in card


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/nowhere/reviews.csv", id="missing"),
        pytest.param("reviews", id="relative"),
        pytest.param("/", id="folder"),
        pytest.param("~nobody/x.csv", id="of another user"),
        pytest.param("a\0b.csv", id="null character"),
        pytest.param("x" * 5000, id="endless"),
    ],
)
def test_a_path_that_leads_nowhere_is_explained_and_changes_nothing(store: Store, path: str) -> None:
    at = typed(path)
    (card,) = cards(at, "sb-error")
    assert "What to do:" in card
    assert draft(at).data.source == "sample:reviews"
    assert "Bundled sample" in words(go(at, "train"))


def test_an_old_column_choice_does_not_spoil_another_table(store: Store, tmp_path: Path) -> None:
    at = typed(table(tmp_path, REVIEWS))
    other = table(tmp_path, REVIEWS.replace("review,points", "comment,stars"), "other.csv")
    at.text_input(key="file-path").set_value(str(other)).run()
    assert not cards(checked(at), "sb-error")
    assert (draft(at).data.text_column, draft(at).data.label_column) == ("comment", "stars")


def test_a_column_that_the_file_no_longer_has_is_guessed_anew(store: Store, tmp_path: Path) -> None:
    path = table(tmp_path, REVIEWS)
    at = opened("train")
    at.session_state["draft"] = draft(at).replace(
        {"data.source": f"file:{path}", "data.text_column": "colour", "data.label_column": "points"}
    )
    go(at, "data")
    assert not cards(at, "sb-error")
    assert draft(at).data.text_column == "review"


def test_the_tutorials_row_can_be_seen(store: Store) -> None:
    at = opened("data")
    at.toggle(key="tutorial-row:sample:reviews").set_value(True).run()
    assert json.loads(checked(at).code[0].value).keys() == {"text", "stars"}


def listed(at: AppTest) -> list[str]:
    """The reviews that the list shows, in order."""
    return ["".join(part for part, _hit in row["parts"]) for row in reading(at)["rows"]]


def reading(at: AppTest) -> dict[str, Any]:
    """What the list of reviews was sent."""
    return sent(at, "explore-list:")


def sent(at: AppTest, key: str) -> dict[str, Any]:
    """What a component of our own was sent, by the beginning of its key."""
    found = next(each for each in at.get("bidi_component") if key in each.proto.id)
    data: dict[str, Any] = json.loads(found.proto.json)
    return data


def test_reviews_are_searched_filtered_sorted_and_paged(store: Store, tmp_path: Path) -> None:
    path = table(tmp_path, REVIEWS)
    at = typed(path)
    key = f"file:{path}"
    assert listed(at) == [f"It was meal {n}" for n in range(25)]
    assert "1 to 25 of 30 rows" in words(at)
    at.button(key="explore-next").click().run()
    assert listed(checked(at)) == [f"It was meal {n}" for n in range(25, 30)]
    at.text_input(key=f"explore-search:{key}").set_value('"meal 1"').run()
    assert listed(checked(at)) == ["It was meal 1"], "the first page again"
    assert [each for each in reading(at)["rows"][0]["parts"] if each[1]] == [["meal 1", True]]
    at.text_input(key=f"explore-search:{key}").set_value("meal 1").run()
    pills(at, f"explore-classes:{key}").set_value([0]).run()
    assert listed(checked(at)) == [f"It was meal {n}" for n in (12, 15, 18, 21)]
    at.text_input(key=f"explore-search:{key}").set_value("").run()
    at.selectbox(key=f"explore-order:{key}").set_value("longest").run()
    assert listed(checked(at))[:2] == ["It was meal 12", "It was meal 15"]
    at.text_input(key=f"explore-search:{key}").set_value("nothing like it").run()
    assert "No row has all of this" in words(checked(at))


def test_a_review_is_opened_with_all_its_columns(store: Store, tmp_path: Path) -> None:
    path = table(tmp_path, REVIEWS.replace("It was meal 3", "Long " * 200))
    at = typed(path)
    at.session_state[f"explore-list:file:{path}:open"] = 3
    opened = reading(checked(at.run()))["open"]
    assert opened["parts"] == [["Long " * 200, False]]
    assert opened["cells"] == [["points", "1"], ["shop", "north"]]
    assert opened["place"] == 'dataset["train"][3]'
    assert len(listed(at)[3]) < 300


def test_rows_that_another_card_hands_over_are_shown_until_all_are_asked_for(store: Store, tmp_path: Path) -> None:
    path = table(tmp_path, REVIEWS)
    at = typed(path)
    at.session_state["explore-rows"] = {"rows": [4, 2], "title": "Repeated"}
    assert listed(checked(at.run())) == ["It was meal 2", "It was meal 4"]
    assert "2 rows: Repeated" in words(at)
    at.button(key="explore-all-rows").click().run()
    assert len(listed(checked(at))) == 25
    at.session_state["explore-rows"] = {"rows": [4, 2], "title": "Repeated"}
    other = table(tmp_path, REVIEWS.replace("meal", "dish"), "other.csv")
    at.text_input(key="file-path").set_value(str(other)).run()
    assert len(listed(checked(at))) == 25, "they are rows of another table"


def test_rows_are_filtered_by_a_column_with_few_values(store: Store, tmp_path: Path) -> None:
    content = REVIEWS.replace("meal 7,2,north", "meal 7,2,*south* side")
    path = table(tmp_path, content)
    at = typed(path)
    at.multiselect(key=f"explore-values:file:{path}").set_value(["*south* side"]).run()
    assert listed(checked(at)) == ["It was meal 7"]


def test_typical_words_stand_with_their_class(store: Store, tmp_path: Path) -> None:
    rows = "".join(f"The soup was {('cold', 'great')[n % 2]} on day {n},{('bad', 'good')[n % 2]}\n" for n in range(60))
    at = typed(table(tmp_path, f"text,verdict\n{rows}"))
    lines = sent(at, ":words")["classes"]
    assert [(line["label"], [each["word"] for each in line["words"]]) for line in lines] == [
        ("bad", ["cold"]),
        ("good", ["great"]),
    ]
    assert lines[0]["words"][0]["title"] == "in 100.0 % of these reviews, in 0.0 % of the others"


def test_without_room_for_a_copy_the_first_rows_are_shown(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "SPARE_BYTES", 1 << 62)
    at = typed(table(tmp_path, REVIEWS))
    assert len(at.dataframe[0].value) == 30
    assert "the disk may be full" in words(at)


def test_a_copy_that_has_gone_is_made_again(store: Store, tmp_path: Path) -> None:
    at = typed(table(tmp_path, REVIEWS))
    (copy,) = (state.home().cache / "tables").iterdir()
    copy.unlink()
    assert len(listed(checked(at.run()))) == 25
    assert copy.exists()


def test_a_map_is_drawn_when_asked_for_and_not_while_a_run_trains(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(tmp_path, REVIEWS)
    at = typed(path)
    assert not at.button(key="map-draw").disabled
    texts = [f"It was meal {n}" for n in range(30)]
    make_run(store, Status.TRAINING)
    assert at.run().button(key="map-draw").disabled
    place = [float(n) for n in range(30)]
    maps.store(state.home(), maps.name_of(texts, "minilm"), Map(place, place, "minilm"))
    series = sent(checked(at.run()), "explore-map:")["series"]
    assert [(each["name"], len(each["x"])) for each in series] == [
        (f"{n} stars" if n > 1 else "1 star", 10) for n in (1, 2, 3)
    ]
    at.session_state[f"explore-map:file:{path}:open"] = 4
    assert "It was meal 4" in json.dumps(sent(checked(at.run()), ":one")["open"])


def test_no_identifier_and_no_sentence_is_the_next_best_column(store: Store, tmp_path: Path) -> None:
    replies = ("Thank you for the very kind words.", "We are sorry to hear of that.")
    lines = [f"It was meal {n} of many,{n % 5 + 1},{n:024x},{replies[n % 2]}\n" for n in range(40)]
    at = typed(table(tmp_path, "review,points,order,reply\n" + "".join(lines)))
    offered = [each.label for each in at.button if str(each.key).startswith("instead-")]
    assert not any("order" in each for each in offered)
    assert "Use reply instead" not in [each.label for each in at.button if "instead-label" in str(each.key)]


def test_of_many_classes_the_commonest_are_drawn_until_all_are_asked_for(store: Store, tmp_path: Path) -> None:
    lines = [f"It was meal {n} of {n * 7},kind {n % 30}\n" for n in range(200)]
    at = typed(table(tmp_path, "review,topic\n" + "".join(lines)))
    assert bars(at).count("<li") == 16
    at.toggle(key="classes-all").set_value(True).run()
    assert bars(checked(at)).count("<li") == 30
