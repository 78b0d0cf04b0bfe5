"""Deleting moves, restoring brings everything back, emptying is final."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import RunConfig
from core.errors import RunError
from core.home.places import Home
from core.runs import trash
from core.runs.run import Status
from core.runs.store import Store
from tests.core.runs import folders


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Home(tmp_path))


def test_a_deleted_run_comes_back_with_its_curve_and_its_notes(store: Store) -> None:
    run_id = folders.finished(store)
    store.describe(run_id, name="dear", notes="keep me", tags=["a"])
    before = store.get(run_id).to_dict()
    curve = [(event.kind, event.step, event.values) for event in store.events(run_id)]
    assert trash.delete(store, run_id).id == run_id
    assert store.runs() == []
    assert store.events(run_id) == []
    assert not store.folder(run_id).exists()
    (entry,) = trash.entries(store)
    assert (entry.id, entry.name) == (run_id, "dear")
    assert entry.deleted > before["created"]
    assert entry.bytes > 0

    assert trash.restore(store, run_id[:-1]).to_dict() == before
    assert [(event.kind, event.step, event.values) for event in store.events(run_id)] == curve
    assert trash.entries(store) == []
    assert (store.folder(run_id) / "model").is_dir()


def test_a_run_that_goes_on_or_waits_is_not_deleted(store: Store) -> None:
    live, waiting = store.create(RunConfig(), claimed=True), store.create(RunConfig())
    with pytest.raises(RunError, match="is preparing"):
        trash.delete(store, live.id)
    with pytest.raises(RunError, match="is queued"):
        trash.delete(store, waiting.id)
    assert len(store.runs()) == 2


def test_a_run_without_files_can_be_deleted_and_restored(store: Store) -> None:
    run = store.create(RunConfig(name="never began"))
    store.request_stop(run.id)
    trash.delete(store, run.id)
    assert trash.restore(store, run.id).status is Status.STOPPED


def test_emptying_is_final_and_counts_bytes(store: Store) -> None:
    first, second = folders.finished(store), folders.finished(store)
    for run_id in (first, second):
        trash.delete(store, run_id)
    sizes = {entry.id: entry.bytes for entry in trash.entries(store)}
    assert trash.empty(store, [first]) == sizes[first]
    assert [entry.id for entry in trash.entries(store)] == [second]
    assert trash.empty(store) == sizes[second]
    with pytest.raises(RunError, match="none in the trash"):
        trash.restore(store, second)
    assert trash.empty(store) == 0


def test_restoring_does_not_replace_another_run(store: Store) -> None:
    run_id = folders.finished(store)
    trash.delete(store, run_id)
    store.folder(run_id).mkdir()
    with pytest.raises(RunError, match="already"):
        trash.restore(store, run_id)
    assert len(trash.entries(store)) == 1
