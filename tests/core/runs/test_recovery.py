"""What a start does for runs whose process is gone, and for run folders that come from elsewhere."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.config import RunConfig
from core.errors import RunError
from core.home import notices
from core.home.places import Home
from core.runs import recovery, rows, trash
from core.runs.run import Status
from core.runs.store import Store
from core.work.actions import Actions
from tests.core.runs import folders


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Home(tmp_path / "home"))


TRAINED_TO_7 = """
store.set_status(run.id, Status.TRAINING)
for step in range(1, 8):
    folders.emit(store, run.id, step)
folders.checkpoint(store.folder(run.id), 5)
half = folders.checkpoint(store.folder(run.id), 6)
(half / "optimizer.pt").unlink()
(store.folder(run.id) / "checkpoints" / "tmp-7").mkdir()
"""


def status_in_file(store: Store, run_id: str) -> str:
    with store.database.connection() as connection:
        return str(connection.execute("SELECT status FROM runs WHERE id = ?", (run_id,)).fetchone()[0])


def test_a_dead_run_is_written_as_interrupted_and_its_half_checkpoints_go(store: Store) -> None:
    run_id = folders.died_after(store, TRAINED_TO_7)
    assert status_in_file(store, run_id) == "training"
    assert recovery.recover(store).interrupted == (run_id,)
    run = store.get(run_id)
    assert (status_in_file(store, run_id), run.step, run.epoch) == ("interrupted", 7, 1.4)
    assert run.ended is not None
    assert run.started is not None
    assert run.ended >= run.started
    assert [each.name for each in (store.folder(run_id) / "checkpoints").iterdir()] == ["checkpoint-5"]
    assert store.events(run_id, kinds=("phase",))[-1].values == {"phase": "interrupted"}
    assert recovery.recover(store) == recovery.Recovered((), (), ())


def test_a_living_run_of_another_process_is_left_alone(store: Store) -> None:
    code = (
        "from pathlib import Path; from core.config import RunConfig; from core.runs.store import Store\n"
        f"from core.home.places import Home; store = Store(Home(Path({str(store.home.path)!r})))\n"
        "run = store.create(RunConfig(), claimed=True)\n"
        "print(run.id, flush=True); input()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], cwd=folders.ROOT, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        run_id = other.stdout.readline().strip()
        half = store.folder(run_id) / "checkpoints" / "checkpoint-3"
        half.mkdir(parents=True)
        assert recovery.recover(store).interrupted == ()
        assert half.is_dir()
        assert store.get(run_id).status is Status.PREPARING
        with pytest.raises(RunError, match="is preparing"):
            trash.delete(store, run_id)
        other.kill()
    assert recovery.recover(store).interrupted == (run_id,)
    assert not half.exists()


def test_events_that_a_power_cut_took_come_back_from_the_checkpoint(store: Store) -> None:
    run_id = folders.died_after(store, TRAINED_TO_7)
    with store.database.transaction() as connection:
        connection.execute("DELETE FROM events WHERE step > 2")
    recovery.recover(store)
    assert [event.step for event in store.events(run_id, kinds=("train",))] == [1, 2, 3, 4, 5]
    assert [event.step for event in store.events(run_id, kinds=("eval",))] == [5]


def test_they_come_back_too_where_a_run_is_resumed_that_died_beside_a_process_which_lives(store: Store) -> None:
    run_id = folders.died_after(store, TRAINED_TO_7)
    with store.database.transaction() as connection:
        connection.execute("DELETE FROM events WHERE step > 2")
    assert Actions(store.home).resume(run_id).status is Status.QUEUED
    assert [event.step for event in store.events(run_id, kinds=("train",))] == [1, 2, 3, 4, 5]
    assert Actions(store.home).resume(run_id).status is Status.QUEUED, "once"


def test_a_model_saved_just_before_the_end_is_labelled_with_its_step(store: Store) -> None:
    code = TRAINED_TO_7 + "folders.model(store.folder(run.id) / 'model')"
    run_id = folders.died_after(store, code)
    recovery.recover(store)
    assert store.get(run_id).model_step == 5
    folders.emit(store, run_id, 7, "message", text="still writable")


STOPPED_AT_5_WENT_ON_TO_7 = """
from core.runs import manifest
from core.runs.facts import Facts
folder = folders.model(store.folder(run.id) / 'model')
manifest.write(folder, step=5, eval_step=5, scores={"loss": 1.5, "accuracy": 0.05})
store.update(run.id, model_step=5, eval={"loss": 1.5, "accuracy": 0.05}, facts=Facts(eval_step=5))
folders.checkpoint(store.folder(run.id), 5)
store.set_status(run.id, Status.TRAINING)
for step in range(6, 8):
    folders.emit(store, run.id, step)
folders.emit(store, run.id, 7, "eval", loss=0.5, accuracy=0.9)
"""


def test_the_scores_of_a_dead_run_are_those_of_its_saved_model_before_any_start(store: Store, tmp_path: Path) -> None:
    run_id = folders.died_after(store, STOPPED_AT_5_WENT_ON_TO_7)

    def told(where: Store, name: str = run_id) -> list[tuple[object, ...]]:
        found = [where.get(name), next(run for run in where.runs() if run.id == name)]
        return [(run.status, run.model_step, run.eval, run.facts.eval_step) for run in found]

    expected = [(Status.INTERRUPTED, 5, {"loss": 1.5, "accuracy": 0.05}, 5)] * 2
    assert told(store) == expected
    elsewhere = Store(Home(tmp_path / "elsewhere"))
    assert told(elsewhere, recovery.adopt(elsewhere, store.folder(run_id)).id) == expected
    recovery.recover(store)
    assert told(store) == expected


def test_the_scores_of_a_failed_run_are_those_of_its_saved_model(store: Store) -> None:
    run_id = folders.died_after(store, STOPPED_AT_5_WENT_ON_TO_7 + "store.set_status(run.id, Status.FAILED)")
    run = store.get(run_id)
    assert (run.status, run.model_step, run.eval) == (Status.FAILED, 5, {"loss": 1.5, "accuracy": 0.05})
    kept = json.loads((store.folder(run_id) / "run.json").read_text())
    assert kept["eval"] == run.eval


def test_a_dead_run_whose_model_cannot_be_read_is_listed_all_the_same(store: Store) -> None:
    run_id = folders.died_after(store, STOPPED_AT_5_WENT_ON_TO_7)
    (store.folder(run_id) / "model" / "manifest.json").write_text("[" * 100_000)
    (store.folder(run_id) / "model" / "model.safetensors").write_bytes(b"\xff" * 20)
    assert [(run.id, run.status, run.model_step) for run in store.runs()] == [(run_id, Status.INTERRUPTED, None)]


@pytest.mark.parametrize(("left", "value"), [("model.old", 1.0), ("model.new", 2.0)])
def test_a_model_that_was_being_replaced_is_put_back(store: Store, left: str, value: float) -> None:
    run_id = folders.died_after(store, TRAINED_TO_7 + "store.set_status(run.id, Status.SAVING)")
    folder = store.folder(run_id)
    folders.model(folder / left, value=value)
    recovery.recover(store)
    assert sorted(each.name for each in folder.glob("model*")) == ["model"]
    assert store.get(run_id).usable


def test_a_run_that_is_taken_again_is_cleaned_first(store: Store) -> None:
    run_id = folders.died_after(store, TRAINED_TO_7)
    store.requeue(run_id)
    assert store.claim(run_id) is not None
    assert [each.name for each in (store.folder(run_id) / "checkpoints").iterdir()] == ["checkpoint-5"]


def test_a_folder_that_was_copied_in_appears_as_a_run(store: Store, tmp_path: Path) -> None:
    other = Store(Home(tmp_path / "other"))
    run_id = folders.finished(other)
    other.describe(run_id, name="from afar", tags=["x"])
    shutil.copytree(other.folder(run_id), store.folder(run_id))
    (store.home.runs / "notes").mkdir()
    assert recovery.recover(store) == recovery.Recovered((), (run_id,), ("notes",))
    run = store.get(run_id)
    assert (run.name, run.tags, run.status, run.model_step) == ("from afar", ("x",), Status.FINISHED, 10)
    values = [(event.kind, event.step, event.values) for event in store.events(run_id)]
    assert values == [(event.kind, event.step, event.values) for event in other.events(run_id)]


def test_adopting_copies_and_keeps_the_id_where_it_is_free(store: Store, tmp_path: Path) -> None:
    other = Store(Home(tmp_path / "other"))
    run_id = folders.finished(other)
    source = other.folder(run_id)
    (source / "checkpoints" / "checkpoint-10" / "training_args.bin").write_bytes(b"pickle")
    assert recovery.adopt(store, source).id == run_id
    second = recovery.adopt(store, source)
    assert second.id != run_id
    assert store.get(second.id).step == 10
    trash.delete(store, run_id)
    assert recovery.adopt(store, source).id not in {run_id, second.id}, "the trash has it"
    assert not list(store.home.path.rglob("training_args.bin"))
    assert not list(store.home.runs.glob(".incoming*"))
    assert source.is_dir()


def test_a_run_that_went_on_elsewhere_is_interrupted_here_and_can_go_on(store: Store, tmp_path: Path) -> None:
    other = Store(Home(tmp_path / "other"))
    run = other.create(RunConfig(), claimed=True)
    folders.checkpoint(other.folder(run.id), 5)
    adopted = recovery.adopt(store, other.folder(run.id))
    assert (adopted.status, adopted.step) == (Status.INTERRUPTED, 5)
    assert store.requeue(adopted.id).status is Status.QUEUED


def test_what_is_no_run_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="There is no folder"):
        recovery.adopt(store, tmp_path / "none")
    folder = tmp_path / "20260102-030405-abcd"
    folder.mkdir()
    with pytest.raises(RunError, match=r"neither run\.json nor config\.json"):
        recovery.adopt(store, folder)
    (folder / "config.json").write_text('{"data": {"train_size": -1}}')
    with pytest.raises(RunError, match=r"data\.train_size"):
        recovery.adopt(store, folder)
    (folder / "config.json").write_text(RunConfig().model_dump_json())
    with pytest.raises(RunError, match="neither a whole checkpoint nor a whole model"):
        recovery.adopt(store, folder)
    broken = folders.checkpoint(folder, 5) / "trainer_state.json"
    broken.write_text(json.dumps({"global_step": "five", "log_history": None, "max_steps": 1}))
    with pytest.raises(RunError, match="neither a whole checkpoint nor a whole model"):
        recovery.adopt(store, folder)
    assert store.runs() == []


def test_a_deletion_that_was_cut_off_is_finished(store: Store) -> None:
    run_id = folders.finished(store)
    store.home.trash.mkdir()
    store.folder(run_id).rename(store.home.trash / run_id)
    recovery.recover(store)
    assert store.runs() == []
    assert trash.restore(store, run_id).status is Status.FINISHED


def test_what_a_lost_log_had_of_runs_that_ended_comes_back_from_their_folders(tmp_path: Path) -> None:
    home, places = Home(tmp_path / "home"), Home(tmp_path / "later")
    code = (
        "import os, shutil, sys\nfrom pathlib import Path\nfrom core.home.places import Home\n"
        "from core.config import RunConfig\nfrom core.runs.run import Status\nfrom core.runs.store import Store\n"
        "from tests.core.runs import folders\nhome, later = Home(Path(sys.argv[1])), Path(sys.argv[2])\n"
        "store = Store(home)\nfirst = folders.finished(store)\n"
        "halfway = store.create(RunConfig(), claimed=True)\n"
        "for step in (1, 2): folders.emit(store, halfway.id, step)\n"
        "with store.database.connection() as connection: connection.execute('PRAGMA wal_checkpoint(TRUNCATE)')\n"
        "store.set_status(halfway.id, Status.STOPPED)\nstore.describe(first, name='later')\n"
        "last = folders.finished(store)\nprint(first, halfway.id, last)\nshutil.copytree(home.path, later)\n"
    )
    command = [sys.executable, "-c", code, str(home.path), str(places.path)]
    done = subprocess.run(command, cwd=folders.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first, halfway, last = done.stdout.split()
    whole = {run.id: run for run in Store(home).runs()}
    (places.path / "starboard.db-wal").unlink()
    (places.path / "starboard.db-shm").unlink()
    store = Store(places)
    assert {run.id: run.status for run in store.runs()} == {first: Status.FINISHED, halfway: Status.INTERRUPTED}
    known = store.events(first)[-1].id
    assert recovery.recover(store).adopted == (last,)
    found = {run.id: run for run in store.runs()}
    assert {run.id: (run.status, run.step, run.ended) for run in found.values()} == {
        run.id: (run.status, run.step, run.ended) for run in whole.values()
    }
    assert [each.values for each in store.events(halfway)] == [each.values for each in Store(home).events(halfway)]
    assert store.events(halfway)[0].id > known, "readers that saw ids of the lost log miss nothing"
    said = [str(each) for notice in notices.pending(places) for each in notice.sentences]
    assert said == ["The run store had lost what was written to it last.", "Runs restored from their folders: 1."]
    assert recovery.recover(store).adopted == ()
    assert len(notices.pending(places)) == 1


def test_a_folder_without_anything_to_use_is_a_run_where_it_describes_itself(store: Store) -> None:
    run_id = store.create(RunConfig()).id
    store.request_stop(run_id)
    with store.database.transaction() as connection:
        rows.delete(connection, run_id)
    assert recovery.recover(store).adopted == (run_id,)
    assert store.get(run_id).status is Status.STOPPED
