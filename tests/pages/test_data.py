"""The Data page: every source, what it says of a table, and clear words for tables that can't be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.runs.store import Store
from tests.pages.drawn import cards, checked, draft, go, opened, pills, words

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
    assert len(at.dataframe[0].value) == 200


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
