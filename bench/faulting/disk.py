"""A disk that is too small, and one that fills up while a run trains; a tmpfs, which takes root to mount."""

from __future__ import annotations

import random
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.faulting import home as homes
from bench.faulting.home import Bench
from bench.faulting.kills import Subject
from bench.faulting.life import Life
from bench.faulting.verdict import Verdict, say

SMALL, LARGE = "16m", "160m"
# A disk stays full for this long at most; then there is room again.
FULL_SECONDS = 4.0
USER_ERROR = 2

REFUSED = "a run that will not fit is refused before its first step, with what it needs and what is left"
FAILS = "a run whose disk fills up fails with DiskFull, in one line"
RESUMES = "with room again the run goes on and finishes"


def disk(bench: Bench, rounds: int, seed: int) -> Verdict:
    """Refuse once, then fill the disk `rounds` times while a run trains."""
    verdict, rng = Verdict("full disk"), random.Random(seed)
    try:
        with mounted(bench.folder / "probe", SMALL):
            pass
    except (OSError, subprocess.CalledProcessError) as error:
        verdict.facts.append(f"Skipped: a tmpfs cannot be mounted here ({error}).")
        return verdict
    number = seed * 1000 + 700
    reference = bench.reference(number)
    refuse(bench, number, verdict)
    failed, made, ends = 0, 0, Counter[str]()
    while failed < rounds:
        made += 1
        with mounted(bench.folder / f"disk-{made}", LARGE) as place:
            subject = Subject(place / "home", bench.configuration(number), verdict)
            failed += fill_until_finished(subject, rounds - failed, rng, ends)
            subject.compare(reference)
    verdict.facts.append(f"The disk was filled {failed} times over {made} runs. The run became: {dict(ends)}.")
    return verdict


def refuse(bench: Bench, number: int, verdict: Verdict) -> None:
    """A run on a disk that is too small; then the disk grows."""
    with mounted(bench.folder / "small", SMALL) as place:
        life = Life(place / "home", "train", str(bench.configuration(number)))
        code, said = life.end(), _last_line(life)
        numbers = re.search(r"needs about (\d+) MB .* has (\d+) MB left", said)
        run = homes.only_run(place / "home")
        refused = (code, homes.column(place / "home", run, "step")) == (USER_ERROR, 0) and numbers is not None
        verdict.check(REFUSED, refused, f"exit code {code}: {said}")
        verdict.facts.append(f"Refused on a disk of {SMALL}: “{said}”")
        subprocess.run(["mount", "-o", f"remount,size={LARGE}", str(place)], check=True)
        verdict.check(RESUMES, Life(place / "home", "resume", run).end() == 0, place)


def fill_until_finished(subject: Subject, limit: int, rng: random.Random, ends: Counter[str]) -> int:
    """Fill the disk again and again while a run trains, until it finishes; returns how often it failed of it."""
    failed = 0
    while True:
        life = subject.live()
        filled = failed < limit and fill(life, rng)
        code = life.end()
        _free(subject.home)
        subject.look(life)
        if code == 0 or not filled:
            subject.verdict.check(RESUMES, code == 0, f"exit code {code}, {_last_line(life)}")
            return failed
        failed += 1
        kind, status = homes.query(subject.home, "SELECT json_extract(failure, '$.kind'), status FROM runs")[0]
        ends[f"{status} {kind or ''}".strip()] += 1
        said = _last_line(life)
        full = (code, kind) == (USER_ERROR, "DiskFull") and said.startswith("error: The disk is full")
        subject.verdict.check(FAILS, full, f"exit code {code}, {status} {kind}: {said}")
        say(f"disk {failed}: full at step {life.last_step}, then {status} {kind}")


def fill(life: Life, rng: random.Random) -> bool:
    """Fill the disk at a moment of the training, all of it or nearly; make room again if the process goes on for long.

    Returns:
        Whether the process had not ended before.
    """
    step = rng.randint(1, 100)
    at = homes.last_step(life.home, homes.only_run(life.home)) + step
    if not life.wait_until(lambda: life.phase == "training" and life.last_step >= at):
        return False
    ballast = _ballast(life.home)
    with ballast.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(bytes(1 << 16))
        except OSError:
            stream.truncate(max(stream.tell() - rng.choice([0, 0, 1 << 14, 1 << 20, 6 << 20]), 0))
    until = time.monotonic() + FULL_SECONDS
    life.wait_until(lambda: time.monotonic() >= until)
    _free(life.home)
    return True


def _ballast(home: Path) -> Path:
    return home.with_name("ballast")


def _free(home: Path) -> None:
    _ballast(home).unlink(missing_ok=True)


def _last_line(life: Life) -> str:
    lines = life.home.with_name("life.log").read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line for line in lines if line.startswith("error: ")]
    return (errors or lines or [""])[-1]


@contextmanager
def mounted(place: Path, size: str) -> Iterator[Path]:
    """A disk of its own."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True, capture_output=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
