"""A training outlives a database that another program keeps, with everything it had to say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from core.cli.main import main
from core.config import RunConfig
from core.errors import RunError, SourceError, StorageError
from core.home.places import Home
from core.messages import Message
from core.runs import checkpoints, schema
from core.runs.run import Status
from core.runs.store import Store
from core.work import execution, outbox
from core.work.outbox import Outbox
from tests.core.work.trainings import tiny, wait_for


@contextmanager
def kept(store: Store) -> Iterator[None]:
    """Another program has the database to itself, as a browser with changes that are not saved."""
    with closing(sqlite3.connect(store.home.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(outbox, "TRY_SECONDS", 0.05)
    monkeypatch.setattr(outbox, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(outbox, "LOOK_SECONDS", 0.01)
    return Store(Home.present())


def steps(store: Store, run_id: str) -> list[int]:
    return [event.step for event in store.events(run_id, kinds=("train",))]


def last_checkpoint(store: Store, run_id: str) -> int:
    found = checkpoints.last(store.folder(run_id))
    return checkpoints.step_of(found) if found else 0


def test_a_training_goes_on_and_hears_a_stop_when_the_database_opens(store: Store, tiny_model: Path) -> None:
    run = store.create(tiny(tiny_model, **{"training.num_train_epochs": 100.0}), claimed=True)
    with ThreadPoolExecutor(2) as pool:
        training = pool.submit(execution.execute, store, run)
        wait_for(lambda: steps(store, run.id))
        with kept(store):
            seen, saved = len(steps(store, run.id)), last_checkpoint(store, run.id)
            stopping = pool.submit(store.request_stop, run.id)
            wait_for(lambda: last_checkpoint(store, run.id) >= saved + 15)
            assert len(steps(store, run.id)) == seen, "readers see what there was"
            assert not stopping.done()
        ended = training.result()
    assert ended.status is Status.STOPPED
    assert ended.step == ended.model_step
    assert steps(store, run.id) == list(range(1, ended.step + 1)), "in order, none missing, none twice"
    # One that is due at the very step of the stop is owed.
    evaluations = [event.step for event in store.events(run.id, kinds=("eval",)) if event.step < ended.step]
    assert evaluations == list(range(0, ended.step, 5))


def test_the_end_of_a_run_waits_until_the_database_opens(store: Store, tiny_model: Path) -> None:
    run = store.create(tiny(tiny_model, **{"training.num_train_epochs": 3.0}), claimed=True)
    with ThreadPoolExecutor(1) as pool:
        training = pool.submit(execution.execute, store, run)
        wait_for(lambda: steps(store, run.id))
        with kept(store):
            wait_for(lambda: (store.folder(run.id) / "model" / "manifest.json").exists())
            assert not training.done()
            assert store.get(run.id).active
        ended = training.result()
    assert (ended.status, ended.step, ended.model_step) == (Status.FINISHED, 15, 15)
    assert steps(store, run.id) == list(range(1, 16))
    phases = [event.values["phase"] for event in store.events(run.id, kinds=("phase",))]
    assert phases[-2:] == ["saving", "finished"]


def test_a_run_whose_end_cannot_be_written_is_interrupted_although_its_process_lives(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.create(RunConfig.model_validate({"data": {"source": "file:/nowhere.csv"}}), claimed=True)

    def refuses(*_: object, **__: object) -> None:
        raise StorageError(Message("The disk is gone."))

    with monkeypatch.context() as patch:
        patch.setattr(store, "set_status", refuses)
        with pytest.raises(SourceError, match="no file"):
            execution.execute(store, run, fail_tries=0)
    assert store.get(run.id).status is Status.INTERRUPTED
    assert store.claim(store.create(RunConfig()).id) is not None, "it keeps no other from training"


def test_a_command_gives_up_and_names_the_cause(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = store.create(RunConfig())
    monkeypatch.setattr(schema, "BUSY_SECONDS", 0.2)
    with kept(store):
        assert main(["runs"]) == 0, "reading waits for nobody"
        capsys.readouterr()
        for command in (["stop", run.id], ["note", run.id, "x"], ["move", run.id, "first"]):
            assert main(command) == 2
            said = capsys.readouterr().err
            assert f"Another program has kept the run store {store.home.database}" in said
            assert "database browser" in said


def test_what_waits_is_written_once_and_in_order(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    written: list[int] = []

    def write(number: int) -> None:
        with store.database.transaction():
            written.append(number)

    letters = Outbox(store.database)
    with ThreadPoolExecutor(1) as pool, kept(store):
        for number in range(3):
            letters.put(write, number)
        assert written == []
        monkeypatch.setattr(outbox, "PATIENCE_SECONDS", 0.01)
        settling = pool.submit(letters.settle)
        wait_for(lambda: caplog.text.count("The end of the training waits") > 2)
    settling.result()
    letters.put(write, 3)
    assert written == [0, 1, 2, 3]


def test_what_cannot_be_written_at_all_is_said_and_not_tried_again(store: Store) -> None:
    letters, run = Outbox(store.database), store.create(RunConfig())
    with pytest.raises(RunError, match="cannot become"):
        letters.put(store.set_status, run.id, Status.FINISHED)
    letters.settle()
    letters.put(store.set_status, run.id, Status.STOPPED)
    assert store.get(run.id).status is Status.STOPPED


def test_a_thread_that_waits_less_leaves_others_as_they_were(store: Store) -> None:
    seconds: list[float] = []

    def ask() -> None:
        with store.database.connection() as connection:
            seconds.append(connection.execute("PRAGMA busy_timeout").fetchone()[0] / 1000)

    with store.database.waiting(0.5):
        ask()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(ask).result()
        with store.database.waiting(7):
            ask()
        ask()
    ask()
    assert seconds == [0.5, schema.BUSY_SECONDS, 7, 0.5, schema.BUSY_SECONDS]
