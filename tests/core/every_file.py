"""A home with every file that a home can hold, ways to spoil one, and a walk through what can still be done with it.

The home is made by real trainings of a tiny BERT. It lies at one place, since configurations name their upload by its
path, and is made anew there for each walk from a copy that stays whole.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import main
from core.data import uploads
from core.home import access, notices, preferences
from core.home.places import Home
from core.inspection import cache, reports, shelf
from core.inspection import map as maps
from core.messages import Message
from core.prediction import predictor
from core.runs import record, trash
from core.runs.run import Failure, Status
from core.runs.store import Store
from core.work.actions import Actions
from tests.core.estimating.calibrated import ROUND
from tests.core.work.trainings import stopped_at_7, tiny, trained

REVIEWS = "text,stars\n" + "".join(f"a meal of {n} plates,{n % 5 + 1}\n" for n in range(80))
DEEP = 100_000
# Of files that are larger a copy shares the content: nothing here or in core writes into one.
LINKED_BYTES = 50_000


def flip(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :] if content else content


def other_types(content: bytes) -> bytes:
    """The same JSON with words for numbers, numbers for words, and lists for objects within."""

    def turned(value: Any, depth: int = 0) -> Any:
        match value:
            case dict() if depth < 2:
                return {key: turned(each, depth + 1) for key, each in value.items()}
            case dict():
                return list(value)
            case list():
                return [turned(each, depth + 1) for each in value[:3]]
            case bool() | None:
                return "x"
            case int() | float():
                return "seven"
            case _:
                return 7

    with contextlib.suppress(ValueError):
        return json.dumps(turned(json.loads(content))).encode()
    return b'{"kind": 7}'


WAYS: dict[str, Callable[[bytes], bytes | None]] = {
    "deleted": lambda _content: None,
    "emptied": lambda _content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "flipped": flip,
}
OTHER: dict[str, Callable[[bytes], bytes | None]] = {
    "{}": lambda _content: b"{}",
    "[]": lambda _content: b"[]",
    "null": lambda _content: b"null",
    '"x"': lambda _content: b'"x"',
    "other types": other_types,
    "nested deep": lambda _content: b'{"a":' * DEEP + b"1" + b"}" * DEEP,
}


@dataclass(frozen=True)
class Made:
    """A home with everything, kept whole, and the place where walks begin.

    `finished` was trained from an upload, `stopped` halfway, `trashed` deleted; `failed` has an error.log, and the
    process of `dead` is gone.
    """

    kept: Path
    home: Home
    finished: str
    stopped: str
    trashed: str
    failed: str
    dead: str
    config: Path

    @property
    def last_checkpoint(self) -> Path:
        """That of the stopped run, by its path in the home."""
        return Path("runs", self.stopped, "checkpoints", "checkpoint-7")

    @property
    def upload(self) -> Path:
        (kept,) = self.kept.glob("uploads/*/*.csv")
        return self.home.path / kept.relative_to(self.kept)

    def fresh(self) -> None:
        """Put the whole home in its place."""
        shutil.rmtree(self.home.path, ignore_errors=True)
        shutil.copytree(self.kept, self.home.path, copy_function=_copy)
        predictor._load.cache_clear()
        cache._memory.clear()
        shelf._verified.clear()

    def files(self) -> list[Path]:
        """Every file, by its path in the home."""
        return sorted(each.relative_to(self.kept) for each in self.kept.rglob("*") if each.is_file())

    def spoil(self, file: Path, content: bytes | None) -> None:
        place = self.home.path / file
        # Not into it: it may be the same file as the whole one.
        place.unlink(missing_ok=True)
        if content is not None:
            place.write_bytes(content)


def _copy(source: str, target: str) -> str:
    if os.path.getsize(source) > LINKED_BYTES and not source.endswith(".db"):
        os.link(source, target)
        # Caches go by the time of change.
        return target
    return str(shutil.copy2(source, target))


def make(folder: Path, model: Path) -> Made:
    """Make the home in a folder: three trainings of a second each."""
    home = Home(folder / "home")
    store = Store(home)
    upload = uploads.store(home.uploads, "reviews.csv", REVIEWS.encode())
    config = tiny(model, **{"data.source": f"file:{upload}", "data.train_size": 40, "data.eval_size": 16})
    finished = trained(store, config)
    assert finished.status is Status.FINISHED, finished.failure
    stopped = stopped_at_7(store, config.replace({"training.num_train_epochs": 2.0}))
    trashed = trained(store, config)
    trash.delete(store, trashed.id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.training.train.train", _defect)
        failed = trained(store, config)
    (store.folder(failed.id) / "launch.log").write_text("torchrun said this\n")
    reports.start(home, config.data.parsed_source, "text", "stars", shelved=True).result()
    maps.store(home, maps.name_of(["a meal"], "minilm"), maps.Map([0.5], [0.5], "minilm"))
    _calibrated(home)
    access.present(home, {access.TOKEN: access.AUTO})
    (home.cache / "open.html").write_text("where the browser is led")
    preferences.save(home, threads=2)
    Actions(home).recover()
    notices.add(home, [Message("Something happened.")])
    # What was written so far is in the database; what follows is in its log.
    with store.database.connection() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    dead = store.create(config, claimed=True)
    record.keep_failure(store.folder(dead.id), Failure("DiskFull", Message("It was full."), Message("Free some.")))
    with store.database.transaction() as connection:
        connection.execute("UPDATE runs SET pid = 1, pid_started = 1.0 WHERE id = ?", (dead.id,))
        store.write_folder(connection, dead.id)
    for name in ("starboard.damaged-20260101-000000-000001.db", ".notices.json.1-abcdefgh.partial"):
        (home.path / name).write_bytes(b"half")
    # While it is open, so that its log is there.
    shutil.copytree(home.path, folder / "kept", copy_function=_copy)
    _close(store)
    file = folder / "config.json"
    file.write_text(json.dumps(config.model_dump()))
    return Made(folder / "kept", home, finished.id, stopped.id, trashed.id, failed.id, dead.id, file)


def _close(store: Store) -> None:
    while store.database._idle:
        store.database._idle.pop().connection.close()


def _defect(*_: object, **__: object) -> None:
    raise KeyError("a defect")


def _calibrated(home: Home) -> None:
    from core.estimating import calibrations

    calibrations._file(home).write_text(json.dumps({"0123": ROUND.to_dict()}))


@dataclass
class Said:
    """What one command answered."""

    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Walk:
    """What a home still does: the answer of each command by its name, and what a start said and found."""

    said: dict[str, Said] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    preferences: str = ""

    @property
    def runs(self) -> dict[str, dict[str, Any]]:
        """The runs after the home was brought in order, by their ids."""
        return {run["run"]: run for run in self.said["runs"].json}

    @property
    def words(self) -> str:
        """Everything that was said to a person."""
        return "\n".join([*self.notices, *(each.out + each.error for each in self.said.values())])


def command(*words: str) -> Said:
    """Run a command in this process; an exception is the caller's."""
    out, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        code = main(words)
    assert "Traceback" not in error.getvalue()
    return Said(code, out.getvalue(), error.getvalue())


def walk(made: Made, *, training: bool = False) -> Walk:
    """Do with a home what a person would.

    Args:
        made: the home, spoiled.
        training: go on with the stopped run, and train another, as well.
    """
    found = Walk()

    def say(name: str, *words: str) -> None:
        found.said[name] = command(*words)

    # Before anything was brought in order.
    say("runs before", "runs", "--json")
    say("trash", "trash", "--json")
    Actions(made.home).recover()
    found.notices = [str(each) for notice in notices.pending(made.home) for each in notice.sentences]
    found.preferences = preferences.load(made.home).model_dump_json()
    say("runs", "runs", "--json")
    for run in (made.finished, made.stopped, made.failed, made.dead):
        say(f"show {run}", "show", run)
        say(f"events {run}", "events", run, "--json")
    for run in (made.finished, made.stopped):
        say(f"predict {run}", "predict", run, "--json", "A fine meal.")
    say("profile", "profile", f"file:{made.upload}", "--json")
    if training:
        say("resume", "resume", made.stopped, "--json")
        say("train", "train", str(made.config), "--set", "data.source=sample:reviews", "--json")
    say("restore", "trash", "--restore", made.trashed, "--json")
    say("events restored", "events", made.trashed, "--json")
    say("predict restored", "predict", made.trashed, "--json", "A fine meal.")
    return found
