"""What can be done with runs, as the command line and the pages call it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.config import RunConfig
from core.errors import RunError
from core.home import notices
from core.home.places import Home
from core.messages import Message
from core.runs.run import Status
from core.work import worker
from core.work.actions import Actions
from tests.core.runs import folders
from tests.core.work.trainings import tiny, trained


@pytest.fixture
def actions(tmp_path: Path) -> Actions:
    """The actions of an empty home, which is not that of this process."""
    return Actions(Home(tmp_path / "elsewhere"))


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Home]:
    """The homes whose worker was woken."""
    found: list[Home] = []
    monkeypatch.setattr(worker, "wake", found.append)
    return found


def test_a_run_is_submitted_moved_and_cancelled(actions: Actions, woken: list[Home]) -> None:
    first, second = actions.submit(RunConfig(name="a")), actions.submit(RunConfig(name="b"))
    assert (first.status, woken) == (Status.QUEUED, [actions.home] * 2)
    assert [run.id for run in actions.move(second.id, "first")] == [second.id, first.id]
    assert actions.cancel(second.id).status is Status.STOPPED
    assert [run.id for run in actions.store.queued()] == [first.id]


def test_a_run_that_is_claimed_belongs_to_this_process_and_stops_when_asked(actions: Actions) -> None:
    run = actions.submit(RunConfig(), claimed=True)
    assert run.status is Status.PREPARING
    assert actions.stop(run.id).stop_requested
    assert actions.submit(RunConfig(), claimed=True).status is Status.QUEUED, "one trains at a time"


def test_an_ended_run_goes_on_and_one_that_waits_goes_on_waiting(actions: Actions, woken: list[Home]) -> None:
    run = actions.submit(RunConfig())
    assert actions.resume(run.id).id == run.id
    actions.stop(run.id)
    assert actions.resume(run.id[:-1]).status is Status.QUEUED
    assert len(woken) == 3
    actions.store.claim(run.id)
    with pytest.raises(RunError, match="is preparing"):
        actions.resume(run.id)


def test_a_finished_run_goes_on_for_more_epochs_alone(actions: Actions, woken: list[Home]) -> None:
    run_id = folders.finished(actions.store)
    with pytest.raises(RunError, match="is finished"):
        actions.resume(run_id)
    with pytest.raises(RunError, match="made for 3 epochs; 3 are not more"):
        actions.extend(run_id, 3)
    assert woken == []
    assert actions.resume(run_id, epochs=4).config.training.num_train_epochs == 4
    assert woken == [actions.home]


def test_a_finished_run_without_checkpoints_does_not_go_on(home: Path, tiny_model: Path) -> None:
    actions = Actions(Home.present())
    run = trained(actions.store, tiny(tiny_model))
    shutil.rmtree(Home.present().run(run.id) / "checkpoints")
    with pytest.raises(RunError, match=r"checkpoints of the run .* were removed"):
        actions.extend(run.id, 2)
    assert actions.store.get(run.id).status is Status.FINISHED


def test_what_people_say_about_a_run_is_changed_part_by_part(actions: Actions) -> None:
    run = actions.submit(RunConfig())
    actions.describe(run.id, name="a better name", tags=["small"])
    described = actions.describe(run.id, notes="Learned fast.")
    assert (described.name, described.tags, described.notes) == ("a better name", ("small",), "Learned fast.")
    with pytest.raises(RunError, match="name is empty"):
        actions.describe(run.id, name=" ")


def test_runs_are_deleted_restored_and_removed_for_good(actions: Actions) -> None:
    first, second = folders.finished(actions.store), folders.finished(actions.store)
    with pytest.raises(RunError, match="nope"):
        actions.delete([first, "nope"])
    assert [run.id for run in actions.delete([first, second])] == [first, second]
    assert actions.restore(first).status is Status.FINISHED
    assert actions.empty_trash() > 0
    with pytest.raises(RunError, match="none in the trash"):
        actions.restore(second)


def test_a_run_comes_from_another_home(actions: Actions, tmp_path: Path) -> None:
    other = Actions(Home(tmp_path / "other"))
    run_id = folders.finished(other.store)
    assert actions.adopt(other.store.folder(run_id)).id == run_id
    shutil.copytree(other.store.folder(run_id), actions.store.folder("copied-in"))
    assert actions.recover().adopted == ("copied-in",)


def test_the_home_is_cleaned_up_and_its_notices_dismissed(actions: Actions) -> None:
    run_id = folders.finished(actions.store)
    assert actions.clean_up() > 0
    assert not (actions.store.folder(run_id) / "checkpoints").exists()
    notices.add(actions.home, [Message("The run store was missing.")])
    actions.dismiss_notices()
    assert notices.pending(actions.home) == []
