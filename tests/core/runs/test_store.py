"""The run store, on real SQLite files, threads and processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from core.config import RunConfig
from core.errors import RunError, StorageError
from core.home.places import Home
from core.messages import Message
from core.runs import naming
from core.runs.facts import Facts
from core.runs.run import Failure, Status
from core.runs.store import Store

DIVERGED = Failure("DivergedError", Message("The loss became {loss}.", loss="nan"), Message("Lower it."))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Home(tmp_path))


def emit(store: Store, run_id: str, step: int, kind: str = "train", loss: float = 0.0) -> int:
    values = {"loss": loss}
    return store.append(run_id, kind, values, step=step, epoch=step / 10, seconds=step / 2)  # type: ignore[arg-type]


def test_a_new_run_waits_in_the_queue_with_a_name_that_says_what_it_is(store: Store) -> None:
    run = store.create(RunConfig())
    assert run.status is Status.QUEUED
    assert run.name == "minilm on reviews, 1,000"
    assert store.get(run.id).config == RunConfig()


def test_runs_of_one_second_never_share_an_id(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["20260101-120000-aaaa", "20260101-120000-aaaa", "20260101-120000-bbbb"])
    monkeypatch.setattr(naming, "new_id", lambda: next(drawn))
    assert [store.create(RunConfig()).id for _run in range(2)] == ["20260101-120000-aaaa", "20260101-120000-bbbb"]


def test_first_come_first_served_and_one_at_a_time(store: Store) -> None:
    first, second = store.create(RunConfig(name="a")), store.create(RunConfig(name="b"))
    claimed = store.claim()
    assert claimed is not None
    assert claimed.id == first.id
    assert store.claim() is None, "this process trains already"
    store.set_status(first.id, Status.STOPPED)
    claimed = store.claim()
    assert claimed is not None
    assert claimed.id == second.id


def test_the_queue_can_be_reordered(store: Store) -> None:
    a, b, c = (store.create(RunConfig(name=name)).id for name in "abc")

    def order() -> list[str]:
        return [run.name for run in store.queued()]

    assert [run.name for run in store.move(c, "up")] == ["a", "c", "b"]
    store.move(a, "last")
    assert order() == ["c", "b", "a"]
    store.move(a, "down")
    store.move(c, "up")
    assert order() == ["c", "b", "a"], "the ends are the ends"
    store.move(a, "first")
    store.move(a, "down")
    assert order() == ["c", "a", "b"]
    store.request_stop(c)
    claimed = store.claim()
    assert claimed is not None
    assert claimed.id == a
    with pytest.raises(RunError, match="is preparing"):
        store.move(a, "first")
    store.requeue(c)
    store.create(RunConfig(name="d"))
    assert order() == ["b", "c", "d"], "what goes on and what is new come last"
    assert store.live() is not None
    assert b == store.queued()[0].id


def test_one_run_of_a_home_trains_at_a_time_however_it_is_started(store: Store) -> None:
    first = store.create(RunConfig(name="first"), claimed=True)
    second = store.create(RunConfig(name="second"), claimed=True)
    assert (first.status, second.status) == (Status.PREPARING, Status.QUEUED)
    assert store.claim(second.id) is None
    store.set_status(first.id, Status.STOPPED)
    assert store.claim(second.id) is not None


def test_a_run_is_described_by_name_notes_and_tags(store: Store) -> None:
    run = store.create(RunConfig())
    store.describe(run.id[:-1], name="better", tags=["yelp", "long"])
    store.describe(run.id, notes="Tried a lower rate.")
    described = store.get(run.id)
    assert (described.name, described.notes, described.tags) == ("better", "Tried a lower rate.", ("yelp", "long"))
    assert described.to_dict()["tags"] == ["yelp", "long"]
    assert store.describe(run.id, notes="", tags=[]).tags == ()
    with pytest.raises(RunError, match="no single word"):
        store.describe(run.id, tags=["two words"])


def test_a_run_that_is_started_at_once_is_in_nobodys_queue(store: Store) -> None:
    run = store.create(RunConfig(), claimed=True)
    assert run.status is Status.PREPARING
    assert store.queued() == []
    assert store.claim(run.id) is None


def test_a_named_run_is_claimed_once(store: Store) -> None:
    run = store.create(RunConfig())
    assert store.claim(run.id) is not None
    assert store.claim(run.id) is None


def test_readers_get_only_what_is_new_and_a_loss_of_zero_stays(store: Store) -> None:
    run = store.create(RunConfig())
    ids = [emit(store, run.id, step) for step in range(1, 6)]
    assert ids == sorted(set(ids))
    new = store.events(run.id, since=ids[2])
    assert [event.step for event in new] == [4, 5]
    assert new[0].values == {"loss": 0.0}
    assert store.get(run.id).step == 5


def test_events_are_filtered_by_kind(store: Store) -> None:
    run = store.create(RunConfig())
    emit(store, run.id, 1)
    emit(store, run.id, 1, kind="eval", loss=0.5)
    assert [event.kind for event in store.events(run.id, kinds=("eval",))] == ["eval"]
    assert store.get(run.id).eval == {"loss": 0.5}
    emit(store, run.id, 2)
    newest = store.last_event(run.id, "train")
    assert newest is not None
    assert newest.step == 2
    assert store.last_event(run.id, "message") is None


def test_rewinding_removes_what_came_after_and_counts_a_generation(store: Store) -> None:
    run = store.create(RunConfig())
    for step in range(1, 11):
        emit(store, run.id, step)
    store.rewind(run.id, 6)
    assert [event.step for event in store.events(run.id)] == [1, 2, 3, 4, 5, 6]
    after = store.get(run.id)
    assert (after.generation, after.step, after.epoch) == (1, 6, 0.6)


def test_states_change_only_along_the_transitions(store: Store) -> None:
    run = store.create(RunConfig())
    with pytest.raises(RunError, match="queued cannot become finished"):
        store.set_status(run.id, Status.FINISHED)


def test_a_failure_is_kept_with_its_advice(store: Store) -> None:
    run = store.create(RunConfig())
    store.claim(run.id)
    store.set_status(run.id, Status.FAILED, failure=DIVERGED)
    failed = store.get(run.id)
    assert failed.failure == DIVERGED
    assert failed.ended is not None


def test_a_queued_run_stops_at_once_and_an_ended_one_stays_as_it_is(store: Store) -> None:
    run = store.create(RunConfig())
    assert store.request_stop(run.id).status is Status.STOPPED
    assert store.request_stop(run.id).status is Status.STOPPED


def test_a_run_whose_process_is_gone_reads_as_interrupted_and_can_go_on(tmp_path: Path) -> None:
    path = tmp_path / "starboard.db"
    code = (
        "import sys; from pathlib import Path; from core.runs.store import Store; from core.config import RunConfig\n"
        "from core.home.places import Home\n"
        f"store = Store(Home(Path({str(path.parent)!r})))\n"
        "run = store.create(RunConfig()); store.claim(); print(run.id)"
    )
    run_id = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    store = Store(Home(path.parent))
    assert store.get(run_id).status is Status.INTERRUPTED
    assert store.live() is None
    assert store.requeue(run_id).status is Status.QUEUED
    assert store.claim() is not None


def test_a_finished_run_cannot_be_queued_again(store: Store) -> None:
    run = store.create(RunConfig())
    with pytest.raises(RunError, match="is queued"):
        store.requeue(run.id)


def test_a_run_is_found_by_its_unique_beginning(store: Store) -> None:
    run = store.create(RunConfig())
    assert store.get(run.id[:-2]).id == run.id
    store.create(RunConfig())
    with pytest.raises(RunError, match="2 runs begin with it"):
        store.get(run.id[:6])
    for missing in ("nope", "", "%", "_"):
        with pytest.raises(RunError, match="there is none"):
            store.get(missing)


def test_facts_are_merged(store: Store) -> None:
    run = store.create(RunConfig())
    store.update(run.id, facts=Facts(train_rows=1))
    store.update(run.id, facts=Facts(classes=("a", "b"), ratings=None), total_steps=7)
    assert store.get(run.id).facts == Facts(train_rows=1, classes=("a", "b"), ratings=None)
    assert store.get(run.id).to_dict()["facts"] == {"classes": ["a", "b"], "ratings": None, "train_rows": 1}
    with pytest.raises(ValueError, match="status"):
        store.update(run.id, status="finished")


def test_many_threads_write_and_read_one_run_without_loss(store: Store) -> None:
    run = store.create(RunConfig())
    failures: list[BaseException] = []

    def write(first: int) -> None:
        try:
            for step in range(first, first + 100):
                emit(store, run.id, step)
                store.events(run.id, since=step)
        except BaseException as error:  # noqa: BLE001 - handed to the assertion below
            failures.append(error)

    threads = [threading.Thread(target=write, args=(100 * n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert sorted(event.step for event in store.events(run.id)) == list(range(600))


def test_processes_that_open_write_and_read_at_once_never_see_a_lock(tmp_path: Path) -> None:
    path = tmp_path / "starboard.db"
    code = (
        "from pathlib import Path; from core.config import RunConfig; from core.runs.store import Store\n"
        "from core.home.places import Home\n"
        "for round in range(8):\n"
        f"    store = Store(Home(Path({str(path.parent)!r}))); run = store.create(RunConfig())\n"
        "    for step in range(10): store.append(run.id, 'train', {'loss': 1.0}, step=step, epoch=0, seconds=0)\n"
        "    assert len(store.events(run.id)) == 10\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [each.communicate()[1] for each in writers] == [""] * 4
    assert len(Store(Home(path.parent)).runs()) == 32


def test_two_processes_never_claim_one_run(tmp_path: Path) -> None:
    path = tmp_path / "starboard.db"
    store = Store(Home(path.parent))
    run = store.create(RunConfig())
    code = (
        "from pathlib import Path; from core.runs.store import Store\nfrom core.home.places import Home\n"
        f"print(Store(Home(Path({str(path.parent)!r}))).claim({run.id!r}) is not None, flush=True); input()"
    )
    pipe = subprocess.PIPE
    rivals = [subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    won = [each.stdout.readline().strip() for each in rivals if each.stdout]
    for each in rivals:
        each.communicate("\n")
    assert sorted(won) == ["False", "False", "True"]


def test_an_unusable_database_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "starboard.db").mkdir()
    with pytest.raises(StorageError, match="cannot be used"):
        Store(Home(tmp_path))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be created"):
        Store(Home(tmp_path / "file"))
