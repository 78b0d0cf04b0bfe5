"""The commands that name, order, delete, restore and adopt runs, as scripts use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import main
from core.config import RunConfig
from core.home.places import Home
from core.runs.store import Store
from tests.core.runs import folders


@pytest.fixture
def run(home: Path) -> str:
    """A finished run."""
    return folders.finished(Store(Home.present()))


def spoken(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_run_is_renamed_noted_and_tagged(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert spoken(capsys, "rename", run, "a better name")["name"] == "a better name"
    assert spoken(capsys, "note", run, "Learned fast.")["notes"] == "Learned fast."
    assert spoken(capsys, "tag", run, "yelp", "small")["tags"] == ["yelp", "small"]
    assert spoken(capsys, "tag", run)["tags"] == []
    assert main(["rename", run, "in", "words"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{run}  in words", "Learned fast."]


def test_the_queue_is_listed_and_reordered(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(Home.present())
    first, second = store.create(RunConfig(name="a")).id, store.create(RunConfig(name="b")).id
    assert [each["name"] for each in spoken(capsys, "queue")] == ["a", "b"]
    assert [each["run"] for each in spoken(capsys, "move", second, "first")] == [second, first]
    assert main(["queue"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"  1  {second}  b", f"  2  {first}  a"]


def test_a_run_goes_to_the_trash_and_back_until_it_is_emptied(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert [each["run"] for each in spoken(capsys, "delete", run)] == [run]
    (entry,) = spoken(capsys, "trash")
    assert entry.keys() == {"run", "name", "deleted", "bytes"}
    assert spoken(capsys, "trash", "--restore", run)["status"] == "finished"
    assert main(["delete", run]) == 0
    capsys.readouterr()
    (entry,) = spoken(capsys, "trash")
    assert spoken(capsys, "trash", "--empty") == {"freed": entry["bytes"]}
    assert main(["trash"]) == 0
    assert capsys.readouterr().out == "The trash is empty.\n"


def test_a_run_is_adopted_from_another_home(
    run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Store(Home.present()).folder(run)
    monkeypatch.setenv("STARBOARD_HOME", str(tmp_path / "another"))
    assert spoken(capsys, "adopt", str(folder))["run"] == run
    assert [each["run"] for each in spoken(capsys, "runs")] == [run]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rename", "{run}", " "], "name is empty"),
        (["tag", "{run}", "two words"], "no single word"),
        (["move", "{run}", "up"], "is finished"),
        (["move", "{run}", "sideways"], "invalid choice"),
        (["delete", "nope"], "No run 'nope'"),
        (["delete", "{run}", "nope"], "No run 'nope'"),
        (["trash", "--restore", "nope"], "No deleted run 'nope'"),
        (["adopt", "/nowhere"], "There is no folder /nowhere"),
    ],
)
def test_a_user_error_is_one_line_and_changes_nothing(
    run: str, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    try:
        code = main([each.format(run=run) for each in arguments])
    except SystemExit as exit_:
        code = exit_.code  # type: ignore[assignment]
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error:")]
    assert code == 2
    assert len(errors) == 1
    assert message in errors[0]
    assert [each.id for each in Store(Home.present()).runs()] == [run]
