"""The table of every file of a home in docs/reliability.md, walked: what is lost with each file, and what is said."""

from __future__ import annotations

import fnmatch
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.data import uploads
from core.errors import StorageError
from core.home import access, preferences
from core.home.places import Home
from core.runs.run import Status
from core.runs.store import Store
from core.work.actions import Actions
from core.work.worker import Worker
from tests.core import every_file
from tests.core.every_file import OTHER, WAYS, Made, Walk, command
from tests.core.work.trainings import wait_for

DOCS = Path(__file__).parents[2] / "docs" / "reliability.md"
# Every file in every way takes twenty minutes; the suite tries one or two of each row.
EVERY_WAY = bool(os.environ.get("EVERY_WAY"))
LOST_TOO = ", and the database lost"


@dataclass(frozen=True)
class Row:
    """One row of the table; `alone` is False where the database is lost as well."""

    patterns: tuple[str, ...]
    ways: frozenset[str]
    alone: bool
    lost: str
    said: str

    def fits(self, file: Path) -> bool:
        return any(_fits(file, pattern) for pattern in self.patterns)


def _fits(file: Path, pattern: str) -> bool:
    glob = re.sub(r"\b(ID|N|NAME|TIME|HASH)\b", "*", pattern)
    if pattern.startswith("trash/ID/NAME"):
        return fnmatch.fnmatchcase(file.as_posix(), glob)
    parts, wanted = file.parts, Path(glob).parts
    # `.NAME.lock` lies in any folder; a star stands for one name.
    parts = parts[-1:] if pattern.startswith(".") else parts
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))


def table() -> list[Row]:
    lines = DOCS.read_text(encoding="utf-8").split("## Every file of a home")[1].split("\n## ")[0].splitlines()
    rows = []
    for line in lines:
        if line.startswith("| `"):
            files, ways, lost, said = (cell.strip() for cell in line.strip("|").split(" | "))
            rows.append(
                Row(
                    tuple(re.findall("`([^`]+)`", files)),
                    frozenset([*WAYS, "replaced"] if ways == "any" else ways.split(", ")),
                    LOST_TOO not in files,
                    lost,
                    said,
                )
            )
    return rows


TABLE = table()


def row_of(file: Path, way: str, *, alone: bool = True) -> Row | None:
    kind = "replaced" if way in OTHER else way
    return next((row for row in TABLE if row.alone is alone and row.fits(file) and kind in row.ways), None)


def ways_of(file: Path) -> dict[str, Callable[[bytes], bytes | None]]:
    return WAYS | OTHER if file.suffix in (".json", ".jsonl") else WAYS | {"{}": OTHER["{}"]}


@pytest.fixture(scope="module")
def made(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with pytest.MonkeyPatch.context() as patch:
        found = every_file.make(tmp_path_factory.mktemp("every"), tiny_model)
        patch.setenv("STARBOARD_HOME", str(found.home.path))
        yield found


@pytest.fixture(scope="module")
def whole(made: Made) -> Walk:
    """What a home does that nothing happened to."""
    made.fresh()
    return every_file.walk(made, training=True)


def test_every_file_is_in_the_table_and_every_row_is_a_file(made: Made) -> None:
    files = made.files()
    missing = [(str(file), way) for file in files for way in ways_of(file) if row_of(file, way) is None]
    assert missing == []
    patterns = {pattern for row in TABLE for pattern in row.patterns}
    assert {each for each in patterns if not any(_fits(file, each) for file in files)} == set()


def cases(made: Made, row: Row) -> list[tuple[Path, str]]:
    return [(file, way) for file in made.files() for way in ways_of(file) if row_of(file, way, alone=row.alone) is row]


def trains(row: Row) -> bool:
    """Whether a training tells what is lost."""
    return row.lost in TRAINED or row.patterns[0].startswith("cache")


def name_of(row: Row) -> str:
    return f"{row.patterns[0]} {'' if row.alone else 'and the database '}{'|'.join(sorted(row.ways))}"


@pytest.mark.parametrize("row", TABLE, ids=name_of)
def test_what_is_lost_and_said_is_what_the_table_says(row: Row, made: Made, whole: Walk) -> None:
    found = cases(made, row)
    # Another way for each row, so that all come by; with a training one, without two.
    start = TABLE.index(row)
    picked = {found[(start * 7 + 5) % len(found)], *([] if trains(row) else [found[start % len(found)]])}
    for file, way in found if EVERY_WAY else sorted(picked):
        check(row, made, whole, file, way)


def check(row: Row, made: Made, whole: Walk, file: Path, way: str) -> None:
    """Spoil a file, walk, and compare with the walk through the whole home."""
    made.fresh()
    content = (made.kept / file).read_bytes()
    made.spoil(file, ways_of(file)[way](content))
    if not row.alone:
        for each in made.home.path.glob("starboard.db*"):
            each.unlink()
    older = "checkpoints" in file.parts and made.last_checkpoint not in file.parents
    walk = every_file.walk(made, training=trains(row) and not older)
    owner = file.parts[1] if file.parts[0] in ("runs", "trash") else None
    trial = Trial(made, whole, walk, row, file, way, owner)
    try:
        trial.others_are_whole()
        LOST[row.lost](trial)
        trial.is_said()
    except AssertionError as error:
        raise AssertionError(f"{file}, {way}: {error}") from error


@dataclass(frozen=True)
class Trial:
    """A spoiled home that was walked through, and the whole one."""

    made: Made
    whole: Walk
    walk: Walk
    row: Row
    file: Path
    way: str
    owner: str | None

    def others_are_whole(self) -> None:
        """No run but the file's own is touched, and those that were going on when the database was lost."""
        own = {self.owner, self.made.dead}
        kept = {run_id: run for run_id, run in self.whole.runs.items() if run_id not in own}
        assert {run_id: self.walk.runs.get(run_id) for run_id in kept} == kept
        # Of one that never began there is nothing but its row, in the database and in its run.json.
        never_began = {self.made.dead} if self.owner == self.made.dead and not self.row.alone else set()
        assert self.whole.runs.keys() - never_began <= self.walk.runs.keys() <= self.whole.runs.keys()
        for name in (f"predict {self.made.finished}", f"predict {self.made.stopped}"):
            if self.owner is None or self.owner not in name:
                self.is_same(name)
        for run_id in kept:
            assert self.curve(f"events {run_id}") == self.curve(f"events {run_id}", self.whole)
        if self.owner != self.made.trashed:
            self.is_same("restore", "predict restored")
        if "train" in self.walk.said:
            assert scores(self.walk.said["train"].json) == scores(self.whole.said["train"].json)

    def is_same(self, *names: str) -> None:
        for name in names:
            before, now = self.whole.said[name], self.walk.said[name]
            assert (now.code, now.error) == (before.code, before.error), name
            assert now.out == before.out, name

    def curve(self, name: str, walk: Walk | None = None) -> list[tuple[Any, ...]]:
        """The events of a run without their ids."""
        return [
            (each["kind"], each["step"], json.dumps(each["values"])) for each in (walk or self.walk).said[name].json
        ]

    def is_said(self) -> None:
        if self.row.said == "nothing":
            assert not set(self.walk.notices) - set(self.whole.notices)
            return
        options = [each.strip() for each in re.split(r"; |, or: |, or the same", self.row.said)]
        said = self.walk.words
        if "nothing" not in options and self.lost_something:
            assert any(each in said for each in options), options

    @property
    def lost_something(self) -> bool:
        """Whether the file is one that somebody needs: the older of two checkpoints is not."""
        if "checkpoints" in self.file.parts:
            return self.made.last_checkpoint in self.file.parents
        return self.owner not in (self.made.failed,)

    def nothing(self) -> None:
        self.is_same("restore", "predict restored", "profile")
        assert self.curve("events restored") == self.curve("events restored", self.whole)
        if self.row.alone:
            assert self.walk.runs == self.whole.runs
            assert self.walk.notices == self.whole.notices
        else:
            self.comes_back()
        assert self.walk.preferences == self.whole.preferences
        for name in self.whole.said:
            if name.startswith("predict"):
                self.is_same(name)

    def comes_back(self) -> None:
        """The file's own run comes back from its folder as it was."""
        if self.owner != self.made.dead:
            assert self.walk.runs[self.owner or ""] == self.whole.runs[self.owner or ""]

    def last_minutes(self) -> None:
        assert self.walk.runs[self.made.dead]["status"] in ("failed", "interrupted")

    def notices_alone(self) -> None:
        assert self.walk.runs == self.whole.runs
        # One that still can be read is kept, with a letter of it changed.
        assert len(self.walk.notices) == (self.way == "flipped")

    def token_alone(self) -> None:
        self.nothing()
        token = access.present(self.made.home, {access.TOKEN: access.AUTO}).token
        assert len(token) >= access.SHORTEST
        assert token == access.present(self.made.home, {access.TOKEN: access.AUTO}).token, "and keeps it"

    def preferences_alone(self) -> None:
        assert self.walk.runs == self.whole.runs
        assert self.walk.preferences in (preferences.Preferences().model_dump_json(), self.whole.preferences)

    def table_alone(self) -> None:
        assert self.walk.runs == self.whole.runs
        resumed = self.walk.said["resume"]
        assert resumed.code == 2
        assert uploads.store(self.made.home.uploads, "reviews.csv", every_file.REVIEWS.encode()) == self.made.upload
        again = every_file.command("resume", self.made.stopped, "--json")
        assert scores(again.json) == scores(self.whole.said["resume"].json)

    def rows_of_the_table(self) -> None:
        assert self.walk.runs == self.whole.runs
        assert "is not as it was uploaded" in self.walk.said["resume"].error + self.walk.said["resume"].out

    def words_about_it(self) -> None:
        if self.owner == self.made.trashed:
            assert self.walk.said["restore"].code == 0
            now, before = self.walk.said["restore"].json, self.whole.said["restore"].json
            assert self.curve("events restored") == self.curve("events restored", self.whole)
        elif self.owner in (self.made.dead,):
            return
        else:
            now, before = self.walk.runs[self.owner or ""], self.whole.runs[self.owner or ""]
        for name in ("step", "model_step", "config"):
            assert now[name] == before[name], name
        if before["model_step"]:
            assert scores(now)[1:] == scores(before)[1:]

    def curve_past_checkpoint(self) -> None:
        name = "events restored" if self.owner == self.made.trashed else f"events {self.owner}"
        if self.owner == self.made.failed:
            return
        found, was = (
            {(kind, step) for kind, step, _values in self.curve(name, walk) if kind in ("train", "eval")}
            for walk in (self.walk, self.whole)
        )
        # A bit that makes another step of one is not noticed: that event then stands elsewhere.
        assert len(found ^ was) <= 2 * (self.way == "flipped")

    def why_it_failed(self) -> None:
        assert self.walk.runs[self.made.dead]["status"] in ("failed", "interrupted")

    def steps_since(self) -> None:
        self.is_same("restore", "profile")
        assert self.walk.runs == self.whole.runs
        if self.lost_something:
            resumed = self.walk.said["resume"]
            assert scores(resumed.json) == scores(self.whole.said["resume"].json)
            assert "The run goes on from step 5." in resumed.error

    def model_until(self) -> None:
        if self.owner == self.made.trashed:
            assert self.walk.said["predict restored"].code == 2
            return
        assert self.walk.runs == self.whole.runs
        assert self.walk.said[f"predict {self.owner}"].code == 2
        again = ["--epochs", "2"] if self.owner == self.made.finished else []
        assert every_file.command("resume", self.owner or "", *again, "--json").json["status"] == "finished"
        assert every_file.command("predict", self.owner or "", "A fine meal.").code == 0

    def words_of_a_log(self) -> None:
        self.nothing()


def scores(run: dict[str, Any]) -> tuple[Any, ...]:
    return run["status"], run["step"], run["eval"]


LOST: dict[str, Callable[[Trial], None]] = {
    "nothing": Trial.nothing,
    "nothing but its words": Trial.words_of_a_log,
    "the last minutes of runs that were going on": Trial.last_minutes,
    "the last minutes of runs that were going on, or one value": Trial.last_minutes,
    "the notices": Trial.notices_alone,
    "the preferences": Trial.preferences_alone,
    "the token; the next start makes another": Trial.token_alone,
    "the table; with it uploaded again its runs go on": Trial.table_alone,
    "what has changed of the table": Trial.rows_of_the_table,
    "name, notes, tags and times; a run that never began to train": Trial.words_about_it,
    "name, notes, tags and times": Trial.words_about_it,
    "the curve after the last checkpoint, and its speeds": Trial.curve_past_checkpoint,
    "why the run failed": Trial.why_it_failed,
    "the steps since the checkpoint before": Trial.steps_since,
    "the model, until the run goes on": Trial.model_until,
}
TRAINED = {
    "the table; with it uploaded again its runs go on",
    "what has changed of the table",
    "the steps since the checkpoint before",
}


def is_readable(store: Store) -> bool:
    try:
        return bool(store.runs())
    except StorageError:
        return False


LIVE = [
    ("starboard.db", "deleted"),
    ("starboard.db", "{}"),
    ("starboard.db-wal", "deleted"),
    ("notices.json", "nested deep"),
    ("runs/STOPPED/checkpoints/checkpoint-7/optimizer.pt", "flipped"),
]
MORE_LIVE = [
    ("starboard.db-wal", "emptied"),
    ("starboard.db-wal", "cut"),
    ("starboard.db", "emptied"),
    ("starboard.db-shm", "deleted"),
    ("starboard.lock", "deleted"),
    ("preferences.json", "[]"),
    ("reserve", "deleted"),
    ("runs/STOPPED/run.json", "deleted"),
    ("runs/STOPPED/events.jsonl", "null"),
    ("runs/STOPPED/config.json", "other types"),
    ("runs/STOPPED/model/model.safetensors", "cut"),
]


@pytest.mark.parametrize(("file", "way"), [*LIVE, *(pytest.param(*each, marks=pytest.mark.slow) for each in MORE_LIVE)])
def test_under_a_running_dashboard_all_other_runs_go_on(file: str, way: str, made: Made, whole: Walk) -> None:
    made.fresh()
    store = Store(Home(made.home.path))
    worker = Worker(store)
    try:
        wait_for(lambda: store.get(made.dead).status is Status.FAILED)
        path = Path(file.replace("STOPPED", made.stopped))
        made.spoil(path, (WAYS | OTHER)[way]((made.home.path / path).read_bytes()))
        # Who comes while the loss of the log is not noticed yet, may have to ask again.
        wait_for(lambda: command("runs").code == 0)
        wait_for(lambda: is_readable(store))
        actions = Actions(store.home)
        run = actions.submit(store.get(made.finished).config)
        worker.wake()
        wait_for(lambda: store.get(run.id).status in (Status.FINISHED, Status.FAILED))
        assert store.get(run.id).status is Status.FINISHED
        actions.resume(made.stopped)
        worker.wake()
        wait_for(lambda: not store.get(made.stopped).going)
        ended = store.get(made.stopped)
        assert (ended.status, ended.eval) == (Status.FINISHED, whole.said["resume"].json["eval"])
        assert {each.id for each in store.runs()} == {*whole.runs, run.id}
    finally:
        worker.shut_down()
