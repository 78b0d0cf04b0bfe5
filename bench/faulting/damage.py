"""The database of a home is damaged while nobody uses it; the next start rebuilds it from the run folders.

The home holds a run that finished, one that was killed while it trained, and one that was stopped. What they were like
before is compared with what they are like afterwards, and the killed one goes on to the end.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bench.faulting import home as homes
from bench.faulting.home import Bench, Ending
from bench.faulting.kills import SAME_WEIGHTS, WHOLE
from bench.faulting.life import Life
from bench.faulting.verdict import Verdict, say
from core.errors import StarboardError
from core.home import notices
from core.home.places import Home
from core.runs import recovery
from core.runs.run import Run, Status
from core.runs.store import Store

PAGE_BYTES = 4096
Events = list[tuple[str, int, str]]
Snapshot = dict[str, tuple[Run, Events]]
Spoil = Callable[[Path, random.Random], None]

READABLE = "every run is there and can be read, with its curve up to its last checkpoint"
AS_BEFORE = "an ended run is what it was: state, scores, facts, curve, notes, model"
TOLD = "a rebuilt database is told in a notice"
KEPT = "a damaged file is kept aside"
RESUMES = "the run that was killed goes on from its last whole checkpoint and finishes"


def damage(bench: Bench, rounds: int, seed: int) -> Verdict:
    """Damage copies of one home in each way in turn, `rounds` times in all."""
    verdict, rng, found = Verdict("damaged database"), random.Random(seed), Counter[str]()
    number = seed * 1000 + 900
    reference = bench.reference(number)
    made = prepare(bench, number, rng)
    before = snapshot(copy(bench, made, "whole"))
    for turn in range(rounds):
        spoil = WAYS[turn % len(WAYS)]
        home = copy(bench, made, f"damage-{turn}", merged=turn % 2 == 0)
        rebuilt = one_damage(home, spoil, rng, before, verdict)
        found[f"{_name(spoil)}, {'rebuilt' if rebuilt else 'still whole'}"] += 1
        finish(home, reference, verdict)
    outcomes = "; ".join(f"{what} {times}" for what, times in found.items())
    verdict.facts.append(f"{rounds} damaged databases: {outcomes}.")
    return verdict


def prepare(bench: Bench, number: int, rng: random.Random) -> Path:
    """A home with three runs that have ended in three ways; the killed one is the last."""
    home = bench.home("damage")
    configuration = str(bench.configuration(number))
    Life(home, "train", configuration, "--set", "training.num_train_epochs=1").end()
    stopped = Life(home, "train", configuration)
    stopped.wait_until(lambda: stopped.last_step > 20)
    Store(Home(home)).request_stop(stopped.acknowledged[0]["run"])
    stopped.end()
    Store(Home(home)).describe(stopped.acknowledged[0]["run"], notes="kept?", tags=["mine"])
    killed = Life(home, "train", configuration)
    killed.wait_until(lambda: killed.last_step > rng.randint(60, 200))
    killed.kill()
    return home


def copy(bench: Bench, made: Path, name: str, *, merged: bool = True) -> Path:
    """The home as it was made, in another place.

    Args:
        merged: whether the log that the killed process left is written into the database first.
    """
    home = bench.folder / name / "home"
    shutil.copytree(made, home)
    if merged:
        with closing(sqlite3.connect(home / "starboard.db")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home


def one_damage(home: Path, spoil: Spoil, rng: random.Random, before: Snapshot, verdict: Verdict) -> bool:
    """Spoil the database of a home, start as a dashboard does, and look.

    Returns:
        Whether the database was rebuilt.
    """
    spoil(home / "starboard.db", rng)
    try:
        recovery.recover(Store(Home(home)))
        after = snapshot(home)
    except (StarboardError, ValueError) as error:
        verdict.check(READABLE, False, f"{_name(spoil)}: {type(error).__name__}: {error}")
        return False
    told, aside = notices.pending(Home(home)), list(home.glob("starboard.damaged-*.db"))
    rebuilt = bool(aside) or spoil in GONE
    say(f"damage: {_name(spoil)}, {'rebuilt' if rebuilt else 'still whole'}")
    verdict.check(WHOLE, homes.integrity(home) == "ok", homes.integrity(home))
    _compare(home, before, after, verdict)
    if rebuilt:
        verdict.check(TOLD, len(told) == 1, told)
    if rebuilt and spoil not in GONE:
        verdict.check(KEPT, len(aside) == 1, aside)
    return rebuilt


def finish(home: Path, reference: Ending, verdict: Verdict) -> None:
    """Let the killed run go on to its end."""
    run = homes.runs(home)[-1]
    step = homes.last_step(home, run)
    life = Life(home, "resume", run)
    code = life.end()
    first = next((event["step"] for event in life.acknowledged if event["kind"] == "train"), None)
    verdict.check(RESUMES, (code, first) == (0, step + 1), f"exit code {code}, step {first} after {step}; {home}")
    if code == 0:
        found = homes.ending(home, run)
        verdict.check(SAME_WEIGHTS, found.weights == reference.weights, home)


def snapshot(home: Path) -> Snapshot:
    """Every run of a home with its events."""
    store = Store(Home(home))
    return {
        run.id: (run, [(event.kind, event.step, repr(event.values)) for event in store.events(run.id)])
        for run in store.runs()
    }


def _compare(home: Path, before: Snapshot, after: Snapshot, verdict: Verdict) -> None:
    for run, (was, events) in before.items():
        last = homes.last_step(home, run)
        there = run in after and _steps(after[run][1], last) == _steps(events, last)
        verdict.check(READABLE, there, f"{run} in {home}")
        if there and was.status is not Status.INTERRUPTED:
            now, curve = after[run]
            verdict.check(AS_BEFORE, (_lasting(now), curve) == (_lasting(was), events), _difference(was, now))


def _lasting(run: Run) -> Run:
    # Readers start afresh after a rebuild; a wish to stop that was heard says no more than the state does.
    return replace(run, generation=0, stop_requested=False)


def _difference(was: Run, now: Run) -> str:
    fields = [name for name, value in vars(was).items() if getattr(now, name) != value]
    return f"{was.id}: {[(name, getattr(was, name), getattr(now, name)) for name in fields] or 'other events'}"


def _steps(events: Events, last: int) -> list[tuple[str, int]]:
    return [(kind, step) for kind, step, _values in events if kind in {"train", "eval"} and step <= last]


# Ways to spoil a database file


def overwrite_pages(file: Path, rng: random.Random) -> None:
    pages = file.stat().st_size // PAGE_BYTES
    for page in rng.sample(range(pages), min(pages, rng.randint(1, 4))):
        _overwrite(file, page * PAGE_BYTES, rng.randbytes(PAGE_BYTES))


def overwrite_bytes(file: Path, rng: random.Random) -> None:
    for _ in range(20):
        _overwrite(file, rng.randrange(file.stat().st_size), rng.randbytes(1))


def overwrite_header(file: Path, rng: random.Random) -> None:
    _overwrite(file, 0, bytes(100))


def cut_off(file: Path, rng: random.Random) -> None:
    with file.open("r+b") as stream:
        stream.truncate(rng.randrange(1, file.stat().st_size))


def empty(file: Path, rng: random.Random) -> None:
    delete(file, rng)
    file.touch()


def delete(file: Path, rng: random.Random) -> None:
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()


def delete_all_but_log(file: Path, rng: random.Random) -> None:
    file.unlink()


WAYS = (overwrite_pages, delete, cut_off, overwrite_bytes, overwrite_header, empty, delete_all_but_log)
GONE = frozenset({empty, delete, delete_all_but_log})


def _overwrite(file: Path, at: int, content: bytes) -> None:
    with file.open("r+b") as stream:
        stream.seek(at)
        stream.write(content)


def _name(spoil: Spoil) -> str:
    return spoil.__name__.replace("_", " ")
