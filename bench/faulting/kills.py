"""SIGKILL at random moments, until enough of them have hit; each run goes on until it finishes.

A moment is drawn anew for each life of a run: anywhere in it, or at something short that chance alone would rarely hit.
What the process was really doing is seen afterwards, from the marks that it left.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.faulting import home as homes
from bench.faulting.home import Bench, Ending
from bench.faulting.life import Life
from bench.faulting.verdict import Verdict, say
from core.runs import manifest

# Seconds from the start of a process to a finished run, and of training that a life may last.
WHOLE_LIFE, TRAINING = 9.0, 2.5

WHOLE = "the database passes SQLite's integrity check"
AS_WRITTEN = "each checkpoint and model that counts is what its manifest says, byte for byte"
THERE = "acknowledged events are there"
GOES_ON = "the run goes on from its last whole checkpoint"
SAME_WEIGHTS = "the final weights are those of an uninterrupted run, bit by bit"
SAME_CURVE = "the final curve is that of an uninterrupted run: no step missing, none twice"
TIDY = "nothing half-written is left in the end"


def kill_at_random(life: Life, rng: random.Random) -> str | None:
    """Kill a process at a moment of its life.

    Returns:
        What it was doing; None when it had come to its end before.
    """
    aim = rng.choice([anywhere, in_training, _in_checkpoint, _in_checkpoint, _in_writing, _in_writing, _in_phase])
    return life.kill() if aim(life, rng) else None


def anywhere(life: Life, rng: random.Random) -> bool:
    """Wait for any moment of a whole life; returns whether the process was still there."""
    return _after(life, rng.uniform(0, WHOLE_LIFE), since=life.began)


def in_training(life: Life, rng: random.Random) -> bool:
    """Wait for a moment of the training, or of what comes between and after."""
    return life.wait_until(lambda: life.phase == "training") and _after(life, rng.uniform(0, TRAINING))


def _in_checkpoint(life: Life, rng: random.Random) -> bool:
    return in_training(life, rng) and life.wait_until(life.is_saving_checkpoint) and _after(life, rng.uniform(0, 0.06))


def _in_writing(life: Life, rng: random.Random) -> bool:
    begin = rng.choice([anywhere, in_training])
    return begin(life, rng) and life.wait_until(lambda: life.writing)


def _in_phase(life: Life, rng: random.Random) -> bool:
    phase = rng.choice(["preparing", "evaluating", "evaluating", "saving"])
    return life.wait_until(lambda: life.phase == phase) and _after(life, rng.uniform(0, 0.03))


def _after(life: Life, seconds: float, since: float | None = None) -> bool:
    until = (time.monotonic() if since is None else since) + seconds
    return life.wait_until(lambda: time.monotonic() >= until)


@dataclass
class Subject:
    """A run that is ended and resumed over and over, and what it must still know.

    Args:
        home: the home that it is alone in.
        configuration: what to train.
        verdict: where findings go.
    """

    home: Path
    configuration: Path
    verdict: Verdict
    run: str = ""
    lives: int = 0
    _known: dict[int, dict[str, Any]] = field(default_factory=dict)
    _generation: int = 0
    _step: int = 0

    def live(self) -> Life:
        """Start the run, or let it go on."""
        self.lives += 1
        return Life(self.home, "resume", self.run) if self.run else Life(self.home, "train", str(self.configuration))

    def look(self, life: Life) -> None:
        """See what is left of the run after the process has ended."""
        state = homes.integrity(self.home)
        self.verdict.check(WHOLE, state == "ok", state)
        self.run = homes.only_run(self.home)
        if not self.run:
            self.verdict.check(THERE, not life.acknowledged, life.acknowledged)
            return
        for folder in homes.counted(self.home, self.run):
            fault = manifest.fault(folder, thorough=True)
            self.verdict.check(AS_WRITTEN, fault is None and (folder / manifest.NAME).exists(), f"{folder}: {fault}")
        self._look_for_events(life)
        self._look_at_start(life)
        self._step = homes.last_step(self.home, self.run)

    def _look_for_events(self, life: Life) -> None:
        """All that was acknowledged must be there, but for what was taken back on resuming."""
        generation = homes.column(self.home, self.run, "generation")
        if generation != self._generation:
            self._known = {number: event for number, event in self._known.items() if not self._taken_back(event)}
        self._generation = generation
        self._known |= {event["id"]: event for event in life.acknowledged}
        found = homes.events(self.home, self.run)
        lost = [
            event
            for number, event in self._known.items()
            if _text(found.get(number)) != _text((event["kind"], event["step"], event["values"]))
        ]
        self.verdict.checked[THERE] += len(self._known)
        self.verdict.check(THERE, not lost, lost[:3])

    def _taken_back(self, event: dict[str, Any]) -> bool:
        # An evaluation at the checkpoint's own step is made again when the checkpoint does not know it.
        return event["kind"] in {"train", "eval"} and (
            event["step"] > self._step or (event["kind"] == "eval" and event["step"] == self._step)
        )

    def _look_at_start(self, life: Life) -> None:
        steps = [event["step"] for event in life.acknowledged if event["kind"] == "train"]
        if steps and self.lives > 1:
            self.verdict.check(GOES_ON, steps[0] == self._step + 1, f"{steps[0]} after checkpoint {self._step}")

    def has_finished(self) -> bool:
        return bool(self.run) and homes.column(self.home, self.run, "status") == "finished"

    def compare(self, reference: Ending) -> None:
        """Compare the finished run with one that nothing happened to."""
        found = homes.ending(self.home, self.run)
        self.verdict.check(SAME_WEIGHTS, found.weights == reference.weights, self.home)
        self.verdict.check(SAME_CURVE, found.curve == reference.curve, _difference(found, reference))
        self.verdict.check(TIDY, not homes.leftovers(self.home), homes.leftovers(self.home))


def _text(event: object) -> str:
    # As text, a number that is none equals itself.
    return json.dumps(event)


def _difference(found: Ending, wanted: Ending) -> str:
    missing = [point[:2] for point in wanted.curve if point not in found.curve]
    extra = [point[:2] for point in found.curve if point not in wanted.curve]
    return (
        f"missing or other: {missing[:3]}, not expected: {extra[:3]}, {len(found.curve)} of {len(wanted.curve)} points"
    )


def until_finished(subject: Subject, reference: Ending, end: Callable[[Life], object | None], limit: int) -> int:
    """End a run's processes until it finishes, or `limit` of them were ended; then let it finish.

    Args:
        end: ends a process; None when that had come to its end before.

    Returns:
        How many were ended.
    """
    ended = 0
    while True:
        life = subject.live()
        if ended < limit and end(life) is not None:
            ended += 1
            subject.look(life)
            if not subject.has_finished():
                continue
            # It died after its last word.
            subject.compare(reference)
            return ended
        code = life.end()
        subject.look(life)
        # A signal may still hit a process whose run has finished.
        if not subject.verdict.check(
            GOES_ON, subject.has_finished(), f"exit code {code}, see {subject.home.parent}/life.log"
        ):
            return ended
        subject.compare(reference)
        return ended


def kills(bench: Bench, count: int, seed: int) -> Verdict:
    """Kill `count` processes of as many runs as it takes."""
    verdict, rng, hit = Verdict("SIGKILL"), random.Random(seed), Counter[str]()

    def end(life: Life) -> str | None:
        doing = kill_at_random(life, rng)
        if doing is not None:
            hit[doing] += 1
            say(f"kill {hit.total()}: {doing}, at {life.seconds:.1f} s, step {life.last_step}")
        return doing

    made = 0
    while hit.total() < count:
        made += 1
        reference = bench.reference(seed * 1000 + made)
        subject = Subject(bench.home(f"kills-{made}"), bench.configuration(seed * 1000 + made), verdict)
        until_finished(subject, reference, end, count - hit.total())
    verdict.facts.append(f"{hit.total()} SIGKILLs over {made} runs. {_listed(hit)}")
    return verdict


def _listed(hit: Counter[str]) -> str:
    return "They hit: " + ", ".join(f"{what} {times}" for what, times in hit.most_common()) + "."
