"""A run's folder describes its run."""

from __future__ import annotations

import math
from pathlib import Path

from core.config import RunConfig
from core.config.stored import to_stored
from core.home.places import Home
from core.messages import Message
from core.runs import record
from core.runs.record import PastEvent, Row
from core.runs.run import Failure, Status
from core.runs.store import Store
from tests.core.runs import folders

BROKEN = Failure("RunError", Message("It broke."), Message("Mend it."))


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    row = Row(
        name="a",
        status=Status.FAILED,
        config=to_stored(RunConfig()),
        created=1.0,
        ended=2.0,
        step=1,
        epoch=0.1,
        failure=Failure("DivergedError", Message("The loss became {loss}.", loss="nan"), Message("Lower it.")),
        tags=["x"],
    )
    events = [PastEvent(kind="train", step=1, epoch=0.1, seconds=2.0, values={"loss": 0.0, "grad_norm": math.nan})]
    record.write(tmp_path, row, events)
    found = record.read(tmp_path)
    assert found.row.model_dump() == row.model_dump()
    assert found.events[0].values["loss"] == 0.0
    assert math.isnan(found.events[0].values["grad_norm"])
    assert {each.name for each in tmp_path.iterdir()} == {"run.json", "events.jsonl"}


def test_the_store_keeps_a_run_from_its_first_moment_to_its_last_event(tmp_path: Path) -> None:
    store = Store(Home(tmp_path))
    run = store.create(RunConfig(name="kept"))
    assert record.read(store.folder(run.id)).row.name == "kept"
    store.claim(run.id)
    store.set_status(run.id, Status.FAILED, failure=BROKEN)
    folders.emit(store, run.id, 3, "phase", phase="failed")
    found = record.read(store.folder(run.id))
    assert found.row.failure == BROKEN
    assert found.events[-1].values == {"phase": "failed"}


def test_an_evaluation_at_the_start_alone_is_taken_from_the_checkpoint_too(tmp_path: Path) -> None:
    events = [PastEvent(kind="phase", step=0, epoch=0, seconds=0, values={"phase": "preparing"})]
    record.write(tmp_path, Row(name="a", config=RunConfig().model_dump(), created=1.0), events)
    folders.checkpoint(tmp_path, 1)
    assert [(event.kind, event.step) for event in record.read(tmp_path).events] == [
        ("phase", 0),
        ("eval", 0),
        ("train", 1),
    ]


def test_the_age_of_a_run_is_in_its_id(tmp_path: Path) -> None:
    early, late = tmp_path / "20250102-030405-abcd", tmp_path / "20260102-030405-abcd"
    assert record.created(early) < record.created(late)
    (tmp_path / "other").mkdir()
    assert record.created(tmp_path / "other") > record.created(late)
