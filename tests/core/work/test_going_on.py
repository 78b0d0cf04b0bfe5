"""Runs that were to go on and could not: they are what they were, and say why."""

from __future__ import annotations

import errno
import json
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from safetensors.numpy import load_file

from core.cli.main import main
from core.errors import RunError
from core.home.places import Home
from core.prediction import predictor
from core.runs import checkpoints, record
from core.runs.facts import Facts
from core.runs.run import Run, Status
from core.runs.store import Store
from core.training.trainer import ReviewTrainer
from core.work import execution
from core.work.actions import Actions
from tests.core.work.trainings import tiny, trained

# What a run may find out and use up while it tries.
FOUND = {"pace", "observed"}
TRIED = {"failure", "seconds", "stop_requested", "generation", "started", "facts"}


def table(file: Path, *, rows: int = 60, first: str = "good food", star: int = 1) -> None:
    lines = [f"{row % 3 + 1},review number {row} was {'fine ' * (row % 4)}indeed" for row in range(1, rows)]
    file.write_text("\n".join(["stars,text", f"{star},{first}", *lines]) + "\n")


def stop_at(store: Store, step: int, patch: pytest.MonkeyPatch) -> None:
    append = store.append

    def stopping(run_id: str, kind: Any, *arguments: Any, **options: Any) -> int:
        if kind == "train" and options["step"] == step:
            store.request_stop(run_id)
        return append(run_id, kind, *arguments, **options)

    patch.setattr(store, "append", stopping)


@pytest.fixture(scope="module")
def ended(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Homes with one run each, one finished after 5 steps and one stopped after 3 of them, and their table."""
    homes = {}
    for kind in ("finished", "stopped"):
        place = tmp_path_factory.mktemp(kind)
        table(place / "reviews.csv")
        config = tiny(tiny_model, **{"data.source": f"file:{place / 'reviews.csv'}"})
        with pytest.MonkeyPatch.context() as patch:
            store = Store(Home(place / "home"))
            if kind == "stopped":
                stop_at(store, 2, patch)
            run = trained(store, config)
        assert run.status == kind
        homes[kind] = place
    return homes


@pytest.fixture
def place(request: pytest.FixtureRequest, ended: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of such a home, whose run reads the table of the copy."""
    shutil.copytree(ended[request.param], tmp_path / "place")
    store = Store(Home(tmp_path / "place" / "home"))
    (run,) = store.runs()
    source = f"file:{tmp_path / 'place' / 'reviews.csv'}"
    with store.database.transaction() as connection:
        config = json.dumps({"version": 3} | run.config.replace({"data.source": source}).model_dump())
        connection.execute("UPDATE runs SET config = ?", (config,))
        store.write_folder(connection, run.id, with_events=True)
    return tmp_path / "place"


def went_on(store: Store, run: Run) -> Run:
    actions = Actions(store.home)
    (actions.extend(run.id, 2) if run.status is Status.FINISHED else actions.resume(run.id))
    claimed = store.claim(run.id)
    assert claimed is not None
    return execution.execute(store, claimed)


def assert_as_it_was(store: Store, before: Run, after: Run) -> None:
    assert replace(after, **{name: getattr(before, name) for name in TRIED}) == before
    kept, now = before.facts.to_dict(), after.facts.to_dict()
    # The path of the table is another in the copy.
    assert {name: now[name] for name in kept.keys() - FOUND} == {name: kept[name] for name in kept.keys() - FOUND}
    assert record.read(store.folder(after.id)).row.status is after.status
    predict = predictor.load(store.home, after)
    assert len(predict(["fine indeed"])) == 1


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for part in ("checkpoints", "model")
        for file in sorted((folder / part).rglob("*"))
        if file.is_file()
    }


CHANGES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a letter": (lambda file: table(file, first="Good food"), "DataError", "Another than before: the texts."),
    "a label": (lambda file: table(file, star=2), "DataError", "Another than before: the labels."),
    "a new class": (lambda file: table(file, star=4), "DataError", "the labels, the classes."),
    "fewer rows": (lambda file: table(file, rows=50), "DataError", "number of training reviews (40, now 34)"),
    "one class": (lambda file: file.write_text("stars,text\n1,good\n1,bad\n"), "LabelError", "holds only one class"),
    "unreadable": (lambda file: file.write_bytes(b"\x00" * 99), "SourceError", "zero bytes"),
    "gone": (lambda file: file.unlink(), "SourceError", "There is no file"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("place", ["finished", "stopped"], indirect=True)
def test_with_another_table_a_run_stays_what_it_was(place: Path, change: str) -> None:
    store = Store(Home(place / "home"))
    (before,) = store.runs()
    content, events = files(store.folder(before.id)), store.events(before.id, kinds=("train", "eval"))
    kept = (place / "reviews.csv").read_bytes()
    spoil, kind, words = CHANGES[change]
    spoil(place / "reviews.csv")
    after = went_on(store, before)
    assert after.failure is not None
    assert (after.failure.kind, words in after.failure.message) == (kind, True), after.failure.message
    assert_as_it_was(store, before, after)
    assert files(store.folder(before.id)) == content
    assert store.events(before.id, kinds=("train", "eval")) == events
    if change == "a letter":
        (place / "reviews.csv").write_bytes(kept)
        again = went_on(store, after)
        assert (again.status, again.failure) == (Status.FINISHED, None)
        assert again.step == (10 if before.status is Status.FINISHED else 5)


@pytest.mark.parametrize("place", ["finished"], indirect=True)
def test_a_finished_run_stays_it_when_its_extension_fails_on_the_way(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(Home(place / "home"))
    (before,) = store.runs()
    step = ReviewTrainer.training_step

    def full(self: ReviewTrainer, *arguments: Any, **options: Any) -> Any:
        if self.state.global_step == 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        return step(self, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(ReviewTrainer, "training_step", full)
        after = went_on(store, before)
    assert after.failure is not None
    assert after.failure.kind == "DiskFull"
    assert_as_it_was(store, before, after)
    again = went_on(store, after)
    assert (again.status, again.step, again.failure) == (Status.FINISHED, 10, None)
    trains = store.events(before.id, kinds=("train",))
    assert [event.step for event in trains] == list(range(1, 11))


@pytest.mark.parametrize("place", ["stopped"], indirect=True)
def test_a_stopped_run_that_fails_on_the_way_has_failed(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(Home(place / "home"))
    (before,) = store.runs()

    def broken(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(ReviewTrainer, "training_step", broken)
        after = went_on(store, before)
    assert after.status is Status.FAILED
    assert (after.failure and after.failure.kind, after.model_step) == ("OutOfMemoryError", before.model_step)
    assert went_on(store, after).status is Status.FINISHED


@pytest.mark.parametrize("place", ["stopped"], indirect=True)
def test_a_run_from_before_goes_on_with_any_table(place: Path) -> None:
    store = Store(Home(place / "home"))
    (run,) = store.runs()
    with store.database.transaction() as connection:
        facts = run.facts.to_dict()
        del facts["rows"]
        connection.execute("UPDATE runs SET facts = ?", (json.dumps(facts),))
    table(place / "reviews.csv", first="Good food")
    after = went_on(store, run)
    assert after.status is Status.FINISHED
    assert after.facts.rows is not None
    assert after.facts.rows.in_proportion


def test_a_run_from_before_goes_on_with_the_rows_that_it_had(tiny_model: Path, tmp_path: Path) -> None:
    """Of 60 reviews, 1,000 and 8 were asked for: it has 59 and 1, where a run of today has 52 and 8."""
    from core.training import inputs

    table(tmp_path / "reviews.csv")
    store = Store(Home(tmp_path / "home"))
    config = tiny(
        tiny_model,
        **{"data.source": f"file:{tmp_path / 'reviews.csv'}", "data.train_size": 1000, "data.eval_size": 8},
    )
    read = inputs._read_reviews
    with pytest.MonkeyPatch.context() as patch:
        # As it was made before.
        patch.setattr(inputs, "_read_reviews", lambda *given, **_: read(*given, in_proportion=True))
        stop_at(store, 2, patch)
        begun = trained(store, config)
        facts = begun.facts.to_dict()
        before = facts.pop("rows")
    with store.database.transaction() as connection:
        connection.execute("UPDATE runs SET facts = ?", (json.dumps(facts),))
    store = Store(store.home)
    ended = went_on(store, store.get(begun.id))
    assert (ended.status, ended.facts.train_rows, ended.facts.eval_rows) == (Status.FINISHED, 59, 1)
    # Also when it goes on again, now that its rows are kept.
    longer = went_on(store, ended)
    assert (longer.status, longer.failure) == (Status.FINISHED, None)
    assert longer.facts.rows is not None
    assert longer.facts.rows.texts == before["texts"]


@pytest.mark.parametrize("place", ["finished"], indirect=True)
def test_what_an_extension_could_not_do_is_shown(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "reviews.csv").unlink()
    (run,) = Store(Home(place / "home")).runs()
    monkeypatch.setenv("STARBOARD_HOME", str(place / "home"))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert main(["resume", run.id, "--epochs", "2"]) == 2
    said = capsys.readouterr()
    assert "error: There is no file" in said.err
    assert "finished at step 5 of 5" in said.out
    assert main(["show", run.id]) == 0
    shown = capsys.readouterr().out
    assert "finished at step 5 of 5" in shown
    assert "could not go on: There is no file" in shown
    # So says its folder alone.
    (place / "home" / "starboard.db").unlink()
    (found,) = Store(Home(place / "home")).runs()
    assert (found.status, found.step, found.total_steps) == (Status.FINISHED, 5, 5)
    assert found.failure is not None


@pytest.mark.parametrize("place", ["finished"], indirect=True)
def test_a_run_is_not_extended_to_less_than_it_has_made(place: Path) -> None:
    actions = Actions(Home(place / "home"))
    (run,) = actions.store.runs()
    checkpoint = checkpoints.last(actions.store.folder(run.id))
    assert checkpoint is not None
    further = checkpoint.with_name("checkpoint-8")
    shutil.copytree(checkpoint, further, ignore=shutil.ignore_patterns("manifest.json"))
    state = json.loads((further / "trainer_state.json").read_text()) | {"global_step": 8, "epoch": 1.6}
    (further / "trainer_state.json").write_text(json.dumps(state))
    with pytest.raises(RunError, match=r"has made 1\.6 epochs; 1\.5 are fewer"):
        actions.extend(run.id, 1.5)


def test_the_facts_of_a_run_are_in_its_folder_before_its_first_step(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(Home(tmp_path / "home"))
    run = store.create(tiny(tiny_model), claimed=True)
    found: list[Facts] = []

    def looked(*_: object, **__: object) -> None:
        row = record.read_row(store.folder(run.id))
        assert row is not None
        found.append(Facts.read(row.facts))
        raise MemoryError

    monkeypatch.setattr(ReviewTrainer, "training_step", looked)
    execution.execute(store, store.get(run.id))
    assert found[0].rows is not None


def test_the_weights_are_not_touched_by_what_fails(ended: dict[str, Path]) -> None:
    """The fixtures are what they are said to be: a model each, of their last step."""
    for kind, step in (("finished", 5), ("stopped", 3)):
        store = Store(Home(ended[kind] / "home"))
        (run,) = store.runs()
        assert (run.model_step, run.step) == (step, step)
        assert load_file(store.folder(run.id) / "model" / "model.safetensors")
