"""What a page does not do for somebody in a browser, who may be anybody on this computer."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.config import RunConfig
from core.runs.run import Status
from core.runs.store import Store
from tests.pages.drawn import cards, checked, draft, make_run, opened, pills, words

ANSWER = "The dashboard reads no files outside of the folders that it was given."
ROWS = "text,stars\n" + "secret words,5\nother words,1\n" * 10


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of the owner's."""
    file = tmp_path / "private" / "reviews.csv"
    file.parent.mkdir()
    file.write_text(ROWS)
    return file


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder that the operator named."""
    folder = tmp_path / "given"
    folder.mkdir()
    monkeypatch.setenv("STARBOARD_DATA", str(folder))
    return folder


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """No folder is named, as it is from the start."""
    monkeypatch.delenv("STARBOARD_DATA")


def with_file(at: AppTest, path: str) -> AppTest:
    checked(pills(at, "source-kind").set_value("file").run())
    return checked(at.text_input(key="file-path").set_value(path).run())


@pytest.mark.usefixtures("nothing")
def test_no_path_can_be_written_unless_a_folder_was_named() -> None:
    at = opened("data")
    checked(pills(at, "source-kind").set_value("file").run())
    assert not [each for each in at.text_input if each.key == "file-path"]
    assert "STARBOARD_DATA" in words(at)
    assert draft(at).data.source == "sample:reviews"


@pytest.mark.usefixtures("nothing")
def test_no_folder_of_a_run_can_be_written_either() -> None:
    at = opened("settings")
    assert not [each for each in at.text_input if each.key == "adopt-path"]
    assert any("python -m core adopt" in each.value for each in at.code)


@pytest.mark.parametrize("kind", ["there", "not there", "link", "of nobody", "device"])
@pytest.mark.usefixtures("home")
def test_every_path_elsewhere_has_the_same_answer_and_changes_nothing(given: Path, table: Path, kind: str) -> None:
    (given / "link.csv").symlink_to(table)
    path = {
        "there": str(table),
        "not there": str(table.with_name("missing.csv")),
        "link": str(given / "link.csv"),
        "of nobody": "~nosuchuser/x.csv",
        "device": "/dev/zero",
    }[kind]
    at = with_file(opened("data"), path)
    assert [ANSWER in each for each in cards(at, "sb-error")] == [True]
    assert "secret words" not in str(at)
    assert draft(at).data.source == "sample:reviews"


@pytest.mark.usefixtures("home")
def test_a_table_in_the_folder_is_read(given: Path) -> None:
    (given / "reviews.csv").write_text(ROWS)
    at = with_file(opened("data"), str(given / "reviews.csv"))
    assert not cards(at, "sb-error")
    assert draft(at).data.source == f"file:{given / 'reviews.csv'}"


@pytest.mark.usefixtures("given")
def test_the_settings_of_a_run_lead_to_no_other_file(store: Store, table: Path) -> None:
    """The command line may have trained on it, and a run may have come from a stranger."""
    make_run(store, Status.FINISHED, RunConfig().replace({"data.source": f"file:{table}"}))
    at = opened("results")
    checked(next(each for each in at.button if each.key == "clone").click().run())
    assert any(ANSWER in each for each in cards(at, "sb-error"))
    assert draft(at).data.source == "sample:reviews"


@pytest.mark.usefixtures("given", "home")
def test_a_model_is_no_way_around(tmp_path: Path) -> None:
    at = opened()
    at.session_state["all-settings"] = True
    checked(at.run())
    for name in (str(tmp_path), "/etc", "/nowhere"):
        checked(at.text_input(key="set-model-name").set_value(name).run())
        assert ANSWER in at.error[0].value
        assert draft(at).model.name == "minilm"


@pytest.mark.usefixtures("given")
def test_a_run_is_brought_in_from_the_folder_alone(store: Store, tmp_path: Path) -> None:
    at = opened("settings")
    checked(at.text_input(key="adopt-path").set_value(str(tmp_path)).run())
    checked(next(each for each in at.button if each.key == "adopt").click().run())
    assert any(ANSWER in each for each in cards(at, "sb-error"))
    assert not store.runs()
