"""Where a table may come from: pasted rows, earlier uploads, the gallery of the hub; and what follows the draft."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.config import RunConfig
from core.data import uploads
from core.home.places import Home
from core.runs.run import Status
from core.runs.store import Store
from tests.pages.drawn import cards, checked, draft, go, make_run, opened, pills, words

ROWS = "review\tstars\tshop\n" + "".join(f"It was meal {n}\t{n % 3 + 1}\tnorth\n" for n in range(30))


def on(kind: str) -> AppTest:
    """The page with a kind of source chosen."""
    at = opened("data")
    return checked(pills(at, "source-kind").set_value(kind).run())


def kept(name: str, content: str = ROWS) -> Path:
    return uploads.store(Home.present().uploads, name, content.encode())


def test_pasted_cells_become_an_upload_and_the_draft(store: Store, home: Path) -> None:
    at = on("paste")
    assert draft(at).data.source == "sample:reviews"
    at.text_area(key="pasted-text").set_value(ROWS).run()
    at.button(key="paste-read").click().run()
    (file,) = (home / "uploads").rglob("*.tsv")
    assert file.name == "pasted.tsv"
    assert (draft(checked(at)).data.source, draft(at).data.text_column) == (f"file:{file}", "review")
    assert "30 rows read" in words(at)
    # It is there again after a look at another page, and pasting the same again makes no second file.
    go(at, "train")
    go(at, "data")
    assert draft(at).data.source == f"file:{file}"
    pills(at, "source-kind").set_value("paste").run()
    at.button(key="paste-read").click().run()
    assert len([*(home / "uploads").rglob("*.tsv")]) == 1


@pytest.mark.parametrize(("text", "said"), [("", "Nothing was pasted"), ("just a word", "rows")])
def test_what_is_no_table_is_explained(store: Store, text: str, said: str) -> None:
    at = on("paste")
    at.text_area(key="pasted-text").set_value(text).run()
    at.button(key="paste-read").click().run()
    assert said in "".join(cards(checked(at), "sb-error"))
    assert draft(at).data.source == "sample:reviews"
    # What was written is still in the box.
    assert at.text_area(key="pasted-text").value == text


def test_an_earlier_upload_is_chosen_with_a_click(store: Store) -> None:
    first, second = kept("first.tsv"), kept("second.tsv", ROWS.replace("meal", "film"))
    at = on("file")
    assert "first.tsv" in words(at)
    at.button(key=f"upload-use-{first.parent.name}first.tsv").click().run()
    assert draft(checked(at)).data.source == f"file:{first}"
    assert at.button(key=f"upload-use-{first.parent.name}first.tsv").disabled
    at.button(key=f"upload-use-{second.parent.name}second.tsv").click().run()
    assert draft(checked(at)).data.source == f"file:{second}"


def test_the_last_of_upload_path_and_list_counts(store: Store, tmp_path: Path) -> None:
    listed = kept("listed.tsv")
    typed = tmp_path / "typed.tsv"
    typed.write_text(ROWS)
    at = on("file")
    at.file_uploader(key="upload").set_value(("new.tsv", ROWS.replace("meal", "film").encode(), "text/plain")).run()
    assert draft(checked(at)).data.parsed_source.title == "new.tsv"
    at.text_input(key="file-path").set_value(str(typed)).run()
    assert draft(checked(at)).data.source == f"file:{typed}"
    at.button(key=f"upload-use-{listed.parent.name}listed.tsv").click().run()
    assert draft(checked(at)).data.source == f"file:{listed}"
    assert at.text_input(key="file-path").value == ""


def test_an_upload_is_deleted_after_a_question_that_names_its_runs(store: Store) -> None:
    file = kept("mine.tsv")
    make_run(store, Status.FINISHED, RunConfig().replace({"data.source": f"file:{file}", "name": "first try"}))
    at = on("file")
    assert "used by 1 run" in words(at)
    at.button(key=f"upload-use-{file.parent.name}mine.tsv").click().run()
    at.button(key=f"upload-delete-{file.parent.name}mine.tsv").click().run()
    assert "first try" in words(checked(at))
    assert file.exists()
    at.button(key="upload-delete-surely").click().run()
    assert not file.exists()
    assert draft(checked(at)).data.source == "sample:reviews"


def test_a_long_list_of_uploads_is_cut(store: Store) -> None:
    for number in range(6):
        kept(f"table {number}.tsv", ROWS + f"and {number}\t1\tsouth\n")
    at = on("file")
    assert words(at).count(".tsv") == 4
    at.toggle(key="uploads-all").set_value(True).run()
    assert words(checked(at)).count(".tsv") == 6


def test_a_hub_dataset_is_not_downloaded_unasked(store: Store) -> None:
    at = on("hub")
    assert "yelp_review_full Reviews of shops and restaurants" in words(at)
    assert "700,000 rows · 5 classes · English · about 323 MB" in words(at)
    assert draft(at).data.source == "sample:reviews"
    at.button(key="hub-use-yelp-yelp-review-full").click().run()
    (card,) = cards(checked(at), "sb-error")
    assert "Yelp/yelp_review_full" in card
    assert draft(at).data.source == "sample:reviews"
    # Another drawing of the page does not ask the hub again.
    at.run()
    assert not cards(checked(at), "sb-error")


def test_any_other_dataset_is_asked_for_by_its_name(store: Store) -> None:
    at = on("hub")
    at.text_input(key="hub-id").set_value("somebody/reviews").run()
    at.button(key="hub-load").click().run()
    (card,) = cards(checked(at), "sb-error")
    assert "somebody/reviews" in card


def test_the_settings_of_another_run_count_more_than_what_was_chosen_here(store: Store, tmp_path: Path) -> None:
    mine, other = tmp_path / "mine.tsv", tmp_path / "other.tsv"
    mine.write_text(ROWS)
    other.write_text(ROWS)
    at = on("file")
    at.text_input(key="file-path").set_value(str(mine)).run()
    go(at, "train")
    at.session_state["draft"] = draft(at).replace({"data.source": f"file:{other}"})
    go(at, "data")
    assert draft(at).data.source == f"file:{other}"
    assert at.text_input(key="file-path").value == str(other)


def test_what_was_said_of_one_table_is_not_said_of_the_next(store: Store, tmp_path: Path) -> None:
    mine, other = tmp_path / "mine.tsv", tmp_path / "other.tsv"
    mine.write_text(ROWS)
    other.write_text(ROWS)
    at = on("file")
    at.text_input(key="file-path").set_value(str(mine)).run()
    at.session_state["draft"] = draft(at).replace(
        {
            "data.classes": [{"name": "bad", "of": ["1", "2"]}, {"name": "good", "of": ["3"]}],
            "data.remedies": ["html"],
            "data.split": "grouped",
            "data.split_column": "shop",
            "data.train_size": 20,
        }
    )
    at.text_input(key="file-path").set_value(str(other)).run()
    data = draft(checked(at)).data
    assert (data.classes, data.remedies, data.split, data.split_column) == ([], [], "source", None)
    assert data.train_size == 20
