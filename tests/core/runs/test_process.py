"""Who lives is told by locks that the kernel frees: real processes, some of them with process numbers of their own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from core.config import RunConfig
from core.errors import RunError
from core.home.places import Home
from core.runs import process, recovery, trash
from core.runs.run import Status
from core.runs.store import Store
from tests.core.runs import folders

CONTAINER = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
CLAIM = "run = store.create(RunConfig(), claimed=True); print(run.id, flush=True)\n"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Home(tmp_path / "home"))


@pytest.fixture(scope="module")
def container() -> tuple[str, ...]:
    """What a command begins with to be run with process numbers of its own, as in a container."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([*CONTAINER, "true"], capture_output=True).returncode:
        pytest.skip("this user may not make a PID namespace")
    return CONTAINER


def command(store: Store, code: str) -> list[str]:
    begin = (
        "import os, subprocess, sys; from pathlib import Path; from core.config import RunConfig\n"
        "from core.home.places import Home; from core.runs.store import Store\n"
        f"store = Store(Home(Path({str(store.home.path)!r})))\n"
    )
    return [sys.executable, "-c", begin + code]


@contextmanager
def running(store: Store, code: str, prefix: tuple[str, ...] = ()) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that runs code until it is killed, and the first line that it prints."""
    pipe = subprocess.PIPE
    words = [*prefix, *command(store, code + "input()")]
    with subprocess.Popen(words, cwd=folders.ROOT, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        try:
            yield other, other.stdout.readline().strip()
        finally:
            other.kill()


def test_a_run_of_another_container_lives_until_its_process_is_killed(store: Store, container: tuple[str, ...]) -> None:
    waiting = store.create(RunConfig(name="waits"))
    with running(store, CLAIM, container) as (other, run_id):
        assert store.get(run_id).status is Status.PREPARING
        assert store.claim(waiting.id) is None
        assert recovery.recover(store).interrupted == ()
        with pytest.raises(RunError, match="is preparing"):
            trash.delete(store, run_id)
        other.kill()
        other.wait()
        # The process itself is killed by the kernel when the one that made its namespace is gone.
        other.stdout.read()  # type: ignore[union-attr]
        assert store.get(run_id).status is Status.INTERRUPTED
        assert [run.status for run in store.runs()].count(Status.INTERRUPTED) == 1
    assert recovery.recover(store).interrupted == (run_id,)
    assert not list(store.folder(run_id).glob(".alive*"))
    store.requeue(run_id)
    assert store.claim(run_id) is not None


def test_another_container_sees_that_a_run_of_this_one_lives(store: Store, container: tuple[str, ...]) -> None:
    run = store.create(RunConfig(), claimed=True)
    code = f"print(store.get({run.id!r}).status, store.claim({store.create(RunConfig()).id!r}))"
    words = [*container, *command(store, code)]
    seen = subprocess.run(words, cwd=folders.ROOT, capture_output=True, text=True, check=True).stdout
    assert seen.strip() == "preparing None"


def test_process_numbers_decide_nothing_where_there_is_a_lock(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = folders.died_after(store, "")
    live = store.create(RunConfig(), claimed=True)
    for says in (True, False):
        monkeypatch.setattr(process, "_runs", lambda *_, says=says: says)
        assert store.get(dead).status is Status.INTERRUPTED
        assert store.get(live.id).status is Status.PREPARING


def test_a_run_of_an_earlier_version_is_found_by_its_process(store: Store) -> None:
    with running(store, CLAIM) as (other, run_id):
        for file in store.folder(run_id).glob(".alive*"):
            file.unlink()
        assert store.get(run_id).status is Status.PREPARING
        other.kill()
        other.wait()
        assert store.get(run_id).status is Status.INTERRUPTED


@pytest.mark.parametrize(
    "child",
    [
        "import time\nif not os.fork(): print(flush=True); time.sleep(20)",
        "if not os.fork(): os.execvp('sh', ['sh', '-c', 'echo; sleep 20'])",
        "subprocess.Popen(['sh', '-c', 'echo; sleep 20'])",
    ],
)
def test_children_of_a_killed_process_keep_no_run_alive(store: Store, child: str) -> None:
    with running(store, CLAIM + child + "\n") as (other, run_id):
        assert other.stdout is not None
        other.stdout.readline()  # the child is there
        assert store.get(run_id).status is Status.PREPARING
        other.kill()
        other.wait()
        assert store.get(run_id).status is Status.INTERRUPTED


def test_those_who_ask_at_once_do_not_take_each_other_for_the_owner(store: Store) -> None:
    run_id = folders.died_after(store, "")
    (file,) = store.folder(run_id).glob(".alive*")
    start = threading.Barrier(8)

    def ask(_number: int) -> bool:
        start.wait()
        return any(process._is_locked(file) is not False for _ in range(500))

    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(ask, range(8)))


def test_a_run_that_is_handed_over_is_never_without_an_owner(store: Store) -> None:
    run = store.create(RunConfig(), claimed=True)
    with running(store, f"print(store.take_over({run.id!r}).id, flush=True)\n") as (other, run_id):
        process.let_go(store.folder(run_id))
        assert store.get(run_id).status is Status.PREPARING
        other.kill()
        other.wait()
        assert store.get(run_id).status is Status.INTERRUPTED, "whoever started it lives"


def test_a_run_that_ends_while_it_is_looked_at_did_not_die(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run = store.create(RunConfig(), claimed=True)
    real = process.alive

    def ends_first(*asked: Any) -> bool:
        monkeypatch.setattr(process, "alive", real)
        with ThreadPoolExecutor(1) as other:
            other.submit(store.set_status, run.id, Status.STOPPED).result()
        return False

    monkeypatch.setattr(process, "alive", ends_first)
    assert store.get(run.id).status is Status.STOPPED


def test_runs_that_have_ended_are_not_asked_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = folders.finished(store)
    assert not list(store.folder(run_id).glob(".alive*"))
    with store.database.transaction() as connection:
        columns = "name, status, config, created, eval, facts"
        for number in range(200):
            connection.execute(
                f"INSERT INTO runs (id, {columns}) SELECT ?, {columns} FROM runs WHERE id = ?", (f"x{number}", run_id)
            )
    asked: list[Any] = []
    monkeypatch.setattr(process, "alive", lambda *each: asked.append(each))
    assert len(store.runs()) == 201
    assert not asked


def test_a_run_that_died_goes_through_the_trash(store: Store) -> None:
    run_id = folders.died_after(store, "")
    trash.delete(store, run_id)
    assert trash.restore(store, run_id).status is Status.INTERRUPTED
    store.requeue(run_id)
    claimed = store.claim(run_id)
    assert claimed is not None
    assert claimed.active
    assert len(list(store.folder(run_id).glob(".alive*"))) == 1


def test_a_run_that_cannot_be_locked_is_found_by_its_process(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(37, "No locks available")

    with monkeypatch.context() as patch:
        patch.setattr("fcntl.flock", refused)
        run = store.create(RunConfig(), claimed=True)
    assert not list(store.folder(run.id).glob(".alive*"))
    assert store.get(run.id).status is Status.PREPARING


def test_one_folder_that_two_adopt_at_once_becomes_two_runs(store: Store, tmp_path: Path) -> None:
    elsewhere = Store(Home(tmp_path / "elsewhere"))
    source = elsewhere.folder(
        folders.died_after(elsewhere, "folders.checkpoint(store.folder(run.id), 5); folders.emit(store, run.id, 5)")
    )
    assert list(source.glob(".alive*"))
    code = (
        "from core.runs import recovery\n"
        f"sys.stdin.readline(); print(recovery.adopt(store, Path({str(source)!r})).id, flush=True)\n"
    )
    pipe = subprocess.PIPE
    words = command(store, code)
    both = [subprocess.Popen(words, cwd=folders.ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
    for each in both:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    ids = {each.communicate()[0].strip() for each in both}
    assert len(ids) == 2
    assert source.name in ids
    assert {run.id for run in store.runs()} == ids
    assert {run.status for run in store.runs()} == {Status.INTERRUPTED}
    assert not list(store.home.runs.rglob(".alive*"))
