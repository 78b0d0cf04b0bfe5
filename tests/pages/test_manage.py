"""Managing runs in the pages: the queue, names and tags, settings used again, more epochs, the trash, notices."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.config import RunConfig
from core.home import notices
from core.home.places import Home
from core.messages import Message
from core.runs import trash
from core.runs.run import Status
from core.runs.store import Store
from tests.pages.drawn import buttons, cards, checked, draft, go, make_run, opened, words


def click(at: AppTest, key: str) -> AppTest:
    return checked(at.button(key=key).click().run())


def test_waiting_runs_are_moved_and_cancelled(store: Store) -> None:
    make_run(store, Status.TRAINING)
    first, second, third = (store.create(RunConfig(name=name)) for name in ("first", "second", "third"))
    at = opened()
    assert "Waiting 3 runs" in words(at)
    click(at, f"queue-up-{third.id}")
    assert [run.id for run in store.queued()] == [first.id, third.id, second.id]
    click(at, f"queue-down-{first.id}")
    assert [run.id for run in store.queued()] == [third.id, first.id, second.id]
    assert at.button(key=f"queue-up-{third.id}").disabled
    assert at.button(key=f"queue-down-{second.id}").disabled
    click(at, f"queue-cancel-{first.id}")
    assert store.get(first.id).status is Status.STOPPED
    assert [run.id for run in store.queued()] == [third.id, second.id]


def test_a_run_that_left_the_queue_meanwhile_is_said_and_nothing_breaks(store: Store) -> None:
    make_run(store, Status.TRAINING)
    first, second = (store.create(RunConfig(name=name)) for name in ("first", "second"))
    at = opened()
    store.request_stop(second.id)
    click(at, f"queue-up-{second.id}")
    assert any("That did not work" in each for each in cards(at, "sb-error"))
    assert [run.id for run in store.queued()] == [first.id]


def test_name_tags_and_notes_are_kept(store: Store) -> None:
    run = make_run(store, Status.FINISHED)
    at = opened("results")
    checked(at.text_input(key=f"name-{run.id}").set_value("  the good   one ").run())
    checked(at.text_area(key=f"notes-{run.id}").set_value("Tried a higher rate. 良い").run())
    checked(at.multiselect(key=f"tags-{run.id}").set_value(["best", "yelp"]).run())
    kept = store.get(run.id)
    assert (kept.name, kept.notes, kept.tags) == ("the good one", "Tried a higher rate. 良い", ("best", "yelp"))
    assert opened("results").dataframe[0].value["Tags"][0].tolist() == ["best", "yelp"]


@pytest.mark.parametrize("name", ["", "   "])
def test_a_name_that_cannot_be_is_refused_and_the_old_one_stays(store: Store, name: str) -> None:
    run = make_run(store, Status.FINISHED)
    at = opened("results")
    checked(at.text_input(key=f"name-{run.id}").set_value(name).run())
    assert any("The name is empty." in each for each in cards(at, "sb-error"))
    assert at.text_input(key=f"name-{run.id}").value == store.get(run.id).name == run.name
    assert not cards(checked(at.run()), "sb-error"), "it is said once"


def test_settings_are_used_again(store: Store) -> None:
    config = RunConfig().replace({"name": "mine", "data.train_size": 77, "training.learning_rate": 3e-4})
    make_run(store, Status.STOPPED, config)
    at = opened("results")
    click(at, "clone")
    assert draft(at) == config.replace({"name": ""})


def test_a_finished_run_goes_on_for_more_epochs(store: Store) -> None:
    run = make_run(store, Status.FINISHED)
    at = opened("results")
    click(at, "extend")
    assert any("checkpoints" in each for each in cards(at, "sb-error")), "this one has none to go on from"
    assert store.get(run.id).status is Status.FINISHED


def test_a_run_that_goes_on_cannot_be_deleted(store: Store) -> None:
    make_run(store, Status.TRAINING)
    assert "delete" not in buttons(opened("results"))


def test_a_deleted_run_comes_back_from_the_trash(store: Store) -> None:
    run = make_run(store, Status.STOPPED)
    trash.delete(store, run.id)
    at = opened("settings")
    assert "Trash" in words(at)
    click(at, f"restore-{run.id}")
    assert store.get(run.id).name == run.name
    assert not [each for each in at.button if each.key == "trash-empty"]


def test_what_happened_is_said_on_every_page_until_it_was_read(store: Store) -> None:
    notices.add(
        Home.present(), [Message("The run store was missing."), Message("Runs restored from their folders: {n}.", n=3)]
    )
    at = opened()
    assert "The run store was missing. Runs restored from their folders: 3." in words(at)
    go(at, "results")
    click(at, "dismiss")
    assert "The run store was missing." not in words(at)
    assert not notices.pending(Home.present())


def test_the_commands_for_several_processes_and_machines_are_there(store: Store) -> None:
    run = make_run(store, Status.FINISHED)
    found = [each.value for each in opened("results").code]
    assert any("torchrun --standalone --nproc_per_node=2 -m core train" in each and run.id in each for each in found)
    assert any("--nnodes=2" in each for each in found)


def test_the_draft_can_be_taken_along_to_the_command_line(store: Store) -> None:
    at = opened()
    checked(at.toggle(key="show-code").set_value(True).run())
    found = [each.value for each in at.code]
    assert "python -m core train run.json" in found
    assert any("--nnodes=2" in each for each in found)


def test_a_run_from_elsewhere_is_brought_in_or_said_to_be_none(store: Store, tmp_path: Path) -> None:
    at = opened("settings")
    assert at.button(key="adopt").disabled
    at.text_input(key="adopt-path").set_value(str(tmp_path / "nowhere")).run()
    click(at, "adopt")
    assert any("There is no folder" in each for each in cards(at, "sb-error"))
    at.text_input(key="adopt-path").set_value(str(tmp_path)).run()
    click(at, "adopt")
    assert cards(at, "sb-error")
    assert not store.runs()
